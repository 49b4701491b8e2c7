using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.VolatilityIndex;

public sealed class VarianceSwapTests
{
    /// <summary>The example of Derman, Kamal and Zou (1999): 0.04189, and the same to all digits elsewhere.</summary>
    [Fact]
    public void TheGoldmanSachsExampleIsReproduced()
    {
        var puts = Enumerable.Range(0, 11).Select(i => new StrikeVolatility(50 + (5 * i), 0.30 - (0.01 * i)));
        var calls = Enumerable.Range(0, 8).Select(i => new StrikeVolatility(100 + (5 * i), 0.20 - (0.01 * i)));
        var swap = VarianceSwap.Of(100.0, 0.246575, puts, calls, 5.0, 0.05);
        Assert.Equal(0.041888576331568346, swap.FairVariance, 1e-15);
        Assert.Equal(0.20467, swap.FairVolatility, 5e-6);
        Assert.Equal(19, swap.Portfolio.Count);
        Assert.All(swap.Portfolio, option => Assert.True(option.Weight > 0.0));
    }

    /// <summary>The portfolio pays what the logarithm pays at every strike, and no less between them.</summary>
    [Fact]
    public void ThePortfolioCoversTheLogContract()
    {
        var strikes = Enumerable.Range(0, 21).Select(i => 50.0 + (5.0 * i)).ToArray();
        var swap = VarianceSwap.Of(100.0, 0.5, strikes.Where(k => k <= 100).Select(k => new StrikeVolatility(k, 0.3)),
            strikes.Where(k => k >= 100).Select(k => new StrikeVolatility(k, 0.3)), 5.0);
        double Pays(double price) => swap.Portfolio.Sum(option => option.Weight
            * Math.Max(0.0, option.Right == OptionRight.Call ? price - option.Strike : option.Strike - price));
        double Log(double price) => 2.0 / 0.5 * (((price - 100.0) / 100.0) - Math.Log(price / 100.0));
        Assert.All(strikes, strike => Assert.Equal(Log(strike), Pays(strike), 1e-12));
        Assert.All(strikes.Skip(1), strike => Assert.True(Pays(strike - 2.5) > Log(strike - 2.5)));
    }

    /// <summary>A dense strip of one volatility is its square, with rates and yields.</summary>
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.05, 0.02)]
    public void OneVolatilityIsItsSquare(double rate, double yield)
    {
        static IEnumerable<StrikeVolatility> Strip(int from, int to) =>
            Enumerable.Range(from, to - from + 1).Select(i => new StrikeVolatility(i * 0.25, 0.4));
        var swap = VarianceSwap.Of(100.0, 0.25, Strip(40, 400), Strip(400, 2_400), 0.25, rate, yield);
        Assert.Equal(0.16, swap.FairVariance, 1e-5);
    }

    [Fact]
    public void BadStripsAreRefused()
    {
        StrikeVolatility[] puts = [new(90, 0.3), new(100, 0.3)], calls = [new(100, 0.3), new(110, 0.3)];
        VolatilityFault Fault(double years, StrikeVolatility[] low, StrikeVolatility[] high, double step = 10.0) =>
            Assert.Throws<VolatilityException>(() => VarianceSwap.Of(100.0, years, low, high, step)).Fault;
        Assert.Equal(VolatilityFault.Expired, Fault(0.0, puts, calls));
        Assert.Equal(VolatilityFault.NotFinite, Fault(double.NaN, puts, calls));
        Assert.Equal(VolatilityFault.TooFewQuotes, Fault(1.0, puts[..1], calls));
        Assert.Equal(VolatilityFault.PillarOrder, Fault(1.0, puts, [new(105, 0.3), new(110, 0.3)]));
        Assert.Equal(VolatilityFault.Duplicate, Fault(1.0, puts, [new(100, 0.3), new(100, 0.3)]));
        Assert.Equal(VolatilityFault.NotPositive, Fault(1.0, puts, [new(100, 0.3), new(110, -0.3)]));
        Assert.Equal(VolatilityFault.NotPositive, Fault(1.0, puts, calls, 0.0));
    }
}
