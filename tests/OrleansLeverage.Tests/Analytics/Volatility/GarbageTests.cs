using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Volatility;

/// <summary>Whatever a venue sends, what comes out is a finite number or a typed refusal.</summary>
public sealed class GarbageTests
{
    private static readonly double[] Odd =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, -1.0, 1e308, -1e308, 5e-324, 1e-12,
        1e12, double.MaxValue,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OddChainsGiveNumbersOrReasons(int seed)
    {
        var random = new Random(seed);
        var (smiles, indices) = (0, 0);
        for (var round = 0; round < 40; round++)
        {
            var chain = Chain(random, share: round % 5 == 0 ? 0.9 : 0.05);
            foreach (var method in Enum.GetValues<SmileMethod>())
            {
                var build = SurfaceBuilder.Build(chain, method);
                Assert.All(build.Slices, slice => Assert.True(slice.Smile is null == slice.Fault is not null));
                foreach (var slice in build.Slices.Where(slice => slice.Smile is not null))
                {
                    smiles++;
                    for (var multiple = 0.1; multiple < 10.0; multiple *= 2.0)
                    {
                        Finite(() => slice.Smile!.At(slice.Smile.Market.Forward * multiple).Volatility);
                        Finite(() => SmileDelta.Of(slice.Smile!, OptionRight.Call,
                            slice.Smile!.Market.Forward * multiple, SmileRule.StickyDelta).Value);
                    }
                    Assert.False(slice.LargestError is { } error && !double.IsFinite(error));
                    Assert.False(slice.Arbitrage is { } found && double.IsNaN(found.WorstDensity));
                }
            }
            foreach (var source in Enum.GetValues<StripSource>())
            {
                indices += Finite(() => IndexValue.Of(ChainStrip.All(chain, source)).Points) ? 1 : 0;
            }
        }
        // the test is not of refusals only
        Assert.True(smiles > 80 && indices > 5, $"{smiles} smiles, {indices} indices");
    }

    private static bool Finite(Func<double> compute)
    {
        try
        {
            var value = compute();
            Assert.True(double.IsFinite(value), $"{value}");
            return true;
        }
        catch (VolatilityException)
        {
            return false;
        }
    }

    private static OptionChain Chain(Random random, double share)
    {
        var now = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        var quotes = new List<OptionQuote>();
        foreach (var days in new[] { 25, 35 })
        {
            var market = new ForwardMarket(100.0, days / 365.0);
            for (var strike = 60.0; strike <= 170.0; strike += 5.0)
            {
                foreach (var right in Enum.GetValues<OptionRight>())
                {
                    var volatility = 0.5 + (0.2 * Math.Pow(Math.Log(strike / 100.0), 2));
                    var price = market.Price(right, strike, volatility);
                    quotes.Add(new OptionQuote(right, Or(strike), now.AddDays(days), Or(100.0))
                    {
                        Bid = Or(price * 0.99),
                        Ask = Or(price * 1.01),
                        Mark = Or(price),
                        MarkVolatility = random.NextDouble() < 0.5 ? Or(volatility) : null,
                    });
                }
            }
        }
        return new OptionChain("BTC", now, quotes);

        double Or(double value) => random.NextDouble() < share / 5.0 ? Odd[random.Next(Odd.Length)] : value;
    }
}
