using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Indices;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Indices;

/// <summary>
/// Series that nobody quotes, marked on the smile of those that somebody does. The quotes are Black prices on a smile
/// that is known in closed form, so the volatility of every other strike is known too.
/// </summary>
public sealed class SurfaceServiceTests
{
    private const int Days = 30;
    private const double Forward = 60_000.0;
    private static readonly int[] Quoted = [36_000, 42_000, 48_000, 54_000, 60_000, 66_000, 72_000, 84_000, 100_000];
    private static readonly int[] Others = [45_000, 57_000, 63_000, 78_000];

    [Theory]
    [InlineData(SmileMethod.Svi, 2e-4)]
    [InlineData(SmileMethod.Marks, 4e-3)]
    public async Task EveryOtherSeriesIsMarkedAtTheSmilesVolatility(SmileMethod method, double tolerance)
    {
        await using var market = await OptionMarket.OpenAsync([Days], [.. Quoted, .. Others], null);
        var service = Service(market, method);
        await service.PublishAsync(default);
        Assert.Null(service.Reading);
        for (var i = 0; i < 3; i++)
        {
            await market.StepAsync(Quotes(market));
            await service.PublishAsync(default);
        }
        await market.StepAsync(Quotes(market));
        // calls and puts of four strikes, and those in coin of all thirteen
        Assert.Equal((34, 34), (service.Reading!.Marks.Count, service.Reading.Published));
        foreach (var strike in Others)
        {
            foreach (var isCall in new[] { true, false })
            {
                var series = market.Instrument(OptionMarket.Series(Days, strike, isCall));
                var mark = service.Reading.Marks.Single(m => m.Instrument == series.Id);
                Assert.Equal(Smile(strike), mark.Volatility!.Value, tolerance);
                var framed = market.Grid.Frame[series.MarkFeed];
                Assert.Equal(PriceState.Fresh, framed.State);
                Assert.Equal(mark.Update!.Value.Price, framed.Price!.Value.Value);
                Assert.Equal(Price(strike, isCall, mark.Volatility.Value, market),
                    (double)framed.Price.Value.Value, 1e-2);
                var coin = market.Instrument(OptionMarket.Series(Days, strike, isCall, inCoin: true));
                Assert.Equal((double)framed.Price.Value.Value / Forward,
                    (double)market.Grid.Frame.Mark(coin)!.Value.Value, 1e-6);
            }
        }
    }

    /// <summary>Vanna-volga gives the 25-delta pillars of the quotes back, and a smile between them.</summary>
    [Fact]
    public async Task VannaVolgaMarksBetweenItsPillars()
    {
        await using var market = await OptionMarket.OpenAsync([Days], [.. Quoted, .. Others], null);
        var service = Service(market, SmileMethod.VannaVolga);
        for (var i = 0; i < 3; i++)
        {
            await market.StepAsync(Quotes(market));
        }
        await service.PublishAsync(default);
        var slice = Assert.Single(service.Reading!.Build.Slices);
        Assert.Null(slice.Fault);
        var pillars = (VannaVolgaSmile)slice.Smile!;
        Assert.Equal(slice.Pillars!.Put, pillars.At(pillars.PutStrike).Volatility, 1e-10);
        Assert.Equal(slice.Pillars.Call, pillars.At(pillars.CallStrike).Volatility, 1e-10);
        Assert.Equal(34, service.Reading.Published);
        foreach (var strike in new[] { 57_000, 63_000 })
        {
            var call = new InstrumentId(OptionMarket.Series(Days, strike, isCall: true));
            var mark = service.Reading.Marks.Single(m => m.Instrument == call);
            Assert.Equal(Smile(strike), mark.Volatility!.Value, 5e-3);
        }
    }

    [Fact]
    public async Task WhereQuotesAreNoLongerBelievedNothingIsPublishedAndTheMarksGrowStale()
    {
        await using var market = await OptionMarket.OpenAsync([Days], [.. Quoted, .. Others], null);
        var service = Service(market, SmileMethod.Svi);
        for (var i = 0; i < 3; i++)
        {
            await market.StepAsync(Quotes(market));
            await service.PublishAsync(default);
        }
        var made = service.Reading!;
        Assert.Equal(34, made.Published);
        for (var i = 0; i < 40; i++)
        {
            await market.StepAsync();
        }
        await service.PublishAsync(default);
        Assert.Same(made, service.Reading);
        var mark = market.Grid.Frame[market.Instrument(OptionMarket.Series(Days, 57_000, isCall: true)).MarkFeed];
        Assert.Equal(PriceState.Stale, mark.State);
    }

    private static SurfaceService Service(OptionMarket market, SmileMethod method) => new(market.Grid,
        OptionMarket.Bitcoin, i => !i.IsCoinSettled && Quoted.Contains((int)i.Option!.Strike.Value),
        new SourceId("own-surface"), market.Time, method);

    /// <summary>Raw SVI in total variance: 0.02 + 0.06·(−0.3·(k − 0.02) + √((k − 0.02)² + 0.09)).</summary>
    private static double Smile(double strike)
    {
        var k = Math.Log(strike / Forward) - 0.02;
        return Math.Sqrt((0.02 + 0.06 * (-0.3 * k + Math.Sqrt(k * k + 0.09))) / (Days / 365.0));
    }

    private static double Price(double strike, bool isCall, double volatility, OptionMarket market) =>
        new BlackScholes(EuropeanOption.OnForward(isCall ? OptionRight.Call : OptionRight.Put, Forward, strike,
            (OptionMarket.Now.AddDays(Days) - market.Time.GetUtcNow()).TotalDays / 365.0, volatility)).Price;

    /// <summary>At the next frame's time.</summary>
    private static Dictionary<string, decimal> Quotes(OptionMarket market) => (from strike in Quoted
        from isCall in new[] { true, false }
        select (Id: OptionMarket.FeedOf(Days, strike, isCall), Price: Price(strike, isCall, Smile(strike), market)))
        .ToDictionary(quote => quote.Id, quote => decimal.Round((decimal)quote.Price, 8));
}
