using OrleansLeverage.Analytics.Volatility;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Volatility;

public sealed class SviTests
{
    private static readonly ForwardMarket Market = new(50_000.0, 0.1);

    /// <summary>
    /// Axel Vogt's parameters, a smile with butterfly arbitrage: Gatheral and Jacquier 2014, example 3.1. Values of w
    /// and g at 40 digits from differences.
    /// </summary>
    private static readonly SviParameters Vogt = new(a: -0.0410, b: 0.1331, rho: 0.3060, m: 0.3586, s: 0.4153);

    [Theory]
    [InlineData(-1.0, 0.0927556521722065, 0.26787035873646)]
    [InlineData(0.0, 0.0174262525551591, 1.0386497312818)]
    [InlineData(0.5, 0.0231515656121948, 0.0693792113008289)]
    [InlineData(0.8, 0.0576441160735601, -0.0298184615476027)]
    [InlineData(1.0, 0.0868267097518852, -0.0277416959046263)]
    public void VarianceAndDensityAreThePapers(double moneyness, double variance, double density)
    {
        var w = Vogt.At(moneyness);
        Assert.Equal(variance, w.Variance, 1e-15);
        Assert.Equal(density, SmileArbitrage.Density(w, moneyness), 1e-13);
    }

    [Fact]
    public void ArbitrageIsReportedWithItsPlace()
    {
        var smile = new SviSmile(new ForwardMarket(100.0, 1.0), Vogt, 20.0, 500.0);
        var found = SmileArbitrage.Check(smile, 20.0, 500.0);
        Assert.False(found.IsFree);
        // smallest at k = 0.8793: −0.032864
        Assert.Equal(-0.032863573453623, found.WorstDensity, 2e-5);
        Assert.Equal(0.879262541622, Math.Log(found.WorstStrike / 100.0), 0.02);
        Assert.True(smile.WingsAreFree);
        Assert.True(SmileArbitrage.Check(smile, 60.0, 120.0).IsFree);
        Assert.False(new SviSmile(Market, new SviParameters(0.01, 1.5, 0.5, 0.0, 0.1), 1.0, 2.0).WingsAreFree);
    }

    /// <summary>What a fit is for: the smile behind the quotes is found, whatever their number.</summary>
    [Theory]
    [InlineData(0.8, 0.9, 1.0, 1.1, 1.25)]
    [InlineData(0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.3, 1.5)]
    public void TheSmileBehindTheQuotesIsFound(params double[] strikes)
    {
        var truth = new SviParameters(0.01, 0.08, -0.35, 0.03, 0.12);
        var fit = SviCalibration.Fit(Market, Quotes(truth, strikes));
        Assert.InRange(fit.Largest, 0.0, 1e-10);
        Assert.Equal(truth.A, fit.Smile.Parameters.A, 1e-7);
        Assert.Equal(truth.B, fit.Smile.Parameters.B, 1e-7);
        Assert.Equal(truth.Rho, fit.Smile.Parameters.Rho, 1e-6);
        Assert.Equal(truth.M, fit.Smile.Parameters.M, 1e-7);
        Assert.Equal(truth.S, fit.Smile.Parameters.S, 1e-7);
        Assert.True(fit.Arbitrage.IsFree);
    }

    /// <summary>Three and five pillars are repriced to 1e-10 of volatility.</summary>
    [Theory]
    [InlineData(0.9, 0.66, 1.0, 0.60, 1.1, 0.62)]
    [InlineData(0.8, 0.75, 0.9, 0.66, 1.0, 0.62, 1.1, 0.63, 1.25, 0.68)]
    [InlineData(0.8, 0.72, 0.9, 0.66, 1.0, 0.62, 1.1, 0.595, 1.25, 0.575)]
    public void PillarsAreRepriced(params double[] pairs)
    {
        var nodes = pairs.Chunk(2).Select(pair => new SmileNode(50_000.0 * pair[0], pair[1])).ToList();
        var fit = SviCalibration.Fit(Market, nodes);
        Assert.All(nodes, node => Assert.Equal(node.Volatility, fit.Smile.At(node.Strike).Volatility, 1e-10));
    }

    /// <summary>Quotes that no such smile meets are fitted best: any other parameters miss them by more.</summary>
    [Fact]
    public void NoNearbyParametersFitBetter()
    {
        double[] strikes = [0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.3, 1.5];
        var truth = new SviParameters(0.01, 0.08, -0.35, 0.03, 0.12);
        SmileNode[] nodes = [.. Quotes(truth, strikes).Select((node, i) =>
            node with { Volatility = node.Volatility + (0.002 * Math.Sin(7.0 * i)) })];
        var fit = SviCalibration.Fit(Market, nodes);
        var p = fit.Smile.Parameters;
        var best = Error(p);
        Assert.InRange(fit.Largest, 1e-4, 5e-3);
        foreach (var step in new[] { 1e-3, -1e-3 })
        {
            Assert.True(Error(new SviParameters(p.A + (step * 0.01), p.B, p.Rho, p.M, p.S)) > best);
            Assert.True(Error(new SviParameters(p.A, p.B * (1.0 + step), p.Rho, p.M, p.S)) > best);
            Assert.True(Error(new SviParameters(p.A, p.B, p.Rho + step, p.M, p.S)) > best);
            Assert.True(Error(new SviParameters(p.A, p.B, p.Rho, p.M + (step * 0.1), p.S)) > best);
            Assert.True(Error(new SviParameters(p.A, p.B, p.Rho, p.M, p.S * (1.0 + step))) > best);
        }

        // the measure of the fit: error of volatility to first order, (w − w_quoted)/(2σT)
        double Error(SviParameters other) => nodes.Sum(node => Math.Pow(
            (other.At(Math.Log(node.Strike / 50_000.0)).Variance - (node.Volatility * node.Volatility * Market.Years))
            / (2.0 * node.Volatility * Market.Years), 2));
    }

    [Fact]
    public void BadParametersAndQuotesAreRefused()
    {
        Assert.Equal(VolatilityFault.ArbitrageBounds, Fault(() => new SviParameters(0.1, -0.1, 0.0, 0.0, 0.1)));
        Assert.Equal(VolatilityFault.ArbitrageBounds, Fault(() => new SviParameters(0.1, 0.1, 1.1, 0.0, 0.1)));
        Assert.Equal(VolatilityFault.NotPositive, Fault(() => new SviParameters(0.1, 0.1, 0.0, 0.0, 0.0)));
        Assert.Equal(VolatilityFault.NotFinite, Fault(() => new SviParameters(double.NaN, 0.1, 0.0, 0.0, 0.1)));
        Assert.Equal(VolatilityFault.NegativeVariance, Fault(() => new SviSmile(
            Market, new SviParameters(-0.1, 0.1, 0.0, 0.0, 0.1), 1.0, 2.0)));
        Assert.Equal(VolatilityFault.TooFewQuotes, Fault(() => SviCalibration.Fit(
            Market, [new SmileNode(40_000.0, 0.6), new SmileNode(50_000.0, 0.6)])));
        Assert.Equal(VolatilityFault.NotFinite, Fault(() => SviCalibration.Fit(Market,
            [new SmileNode(40_000.0, 0.6), new SmileNode(50_000.0, double.NaN), new SmileNode(60_000.0, 0.6)])));
        Assert.Equal(VolatilityFault.Duplicate, Fault(() => SviCalibration.Fit(Market,
            [new SmileNode(40_000.0, 0.6), new SmileNode(40_000.0, 0.6), new SmileNode(60_000.0, 0.6)])));
    }

    private static IEnumerable<SmileNode> Quotes(SviParameters truth, double[] multiples) => multiples.Select(at =>
        new SmileNode(50_000.0 * at, Math.Sqrt(truth.At(Math.Log(at)).Variance / Market.Years)));

    private static VolatilityFault Fault(Action action) => Assert.Throws<VolatilityException>(action).Fault;
}
