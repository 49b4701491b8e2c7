using System.Globalization;
using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Backtests;
using OrleansLeverage.Analytics.Models;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Backtests;

/// <summary>Walking forward: published counts on real series, no look ahead, right models pass, drift is seen.
/// </summary>
public sealed class RollingBacktestTests
{
    /// <summary>Quant reference §19: EWMA-normal at 99 %, 2018 to 2022: 36 and 47 of 1765, and both reject.</summary>
    [Theory]
    [InlineData("data/btc_usd_daily.csv", 36, 14.81)]
    [InlineData("data/eth_usd_daily.csv", 47, 33.86)]
    public void TheKnownFailuresOfTheNormalLaw(string file, int exceptions, double ratio)
    {
        if (SharedData.Path(file) is not { } path)
        {
            return;
        }
        double[] prices = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))
            .Where(row => string.CompareOrdinal(row[0], "2018-01-01") >= 0
                && string.CompareOrdinal(row[0], "2022-12-31") <= 0)
            .Select(row => double.Parse(row[4], CultureInfo.InvariantCulture))];
        var backtest = RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal), Logs(prices),
            new BacktestPlan { RecalibrateEvery = 0 });
        var verdict = BacktestVerdict.Of(backtest, 0.05, 1);
        Assert.Equal((1_765, exceptions), (verdict.Observations, verdict.Exceptions));
        Assert.Equal(ratio, verdict.Coverage.Statistic, 0.005);
        Assert.True(verdict.Coverage.Rejects(0.05));
        Assert.True(verdict.Berkowitz!.Value.Rejects(0.01));
    }

    [Fact]
    public void NothingLooksAhead()
    {
        var returns = Noise(700, 5);
        double[] changed = [.. returns[..600], .. returns[600..].Select(r => -3 * r)];
        foreach (var model in Models())
        {
            var plan = new BacktestPlan { RecalibrateEvery = 50 };
            var before = RollingBacktest.Run(model, returns, plan).Days.TakeWhile(d => d.Day < 600);
            var after = RollingBacktest.Run(model, changed, plan).Days.TakeWhile(d => d.Day < 600);
            Assert.Equal(before, after);
        }
    }

    [Fact]
    public void ARightModelPasses()
    {
        var backtest = RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal, 0.995), Noise(3_000, 21),
            new BacktestPlan { Tail = 0.05, RecalibrateEvery = 0 });
        var verdict = BacktestVerdict.Of(backtest, 0.05, 1);
        Assert.False(verdict.Coverage.Rejects(0.01), $"{verdict.Exceptions} of {verdict.Expected}");
        Assert.False(verdict.Independence!.Value.Rejects(0.01));
        Assert.InRange(verdict.Exceptions, verdict.AcceptanceRegion.Min, verdict.AcceptanceRegion.Max);
        Assert.InRange(verdict.Z2!.Value, -0.3, 0.3);
        Assert.Empty(backtest.Alarms);
        Assert.Null(verdict.Light!.Value.PlusFactor);
    }

    [Fact]
    public void ModelsThatDoNotFollowAreTold()
    {
        // the deviation triples half way
        double[] returns = [.. Noise(900, 8), .. Noise(300, 9).Select(r => 3 * r)];
        var backtest = RollingBacktest.Run(new HistoricalSimulation(500), returns, new BacktestPlan());
        Assert.All(backtest.Alarms, alarm => Assert.True(alarm.Day >= 900, $"{alarm}"));
        Assert.Contains(backtest.Alarms, alarm => alarm.Watch == "exceptions" && alarm.Day < 960);
        Assert.Contains(backtest.Alarms, alarm => alarm.Watch == "volatility" && alarm.Day < 960);
        var verdict = BacktestVerdict.Of(backtest, 0.05, 1);
        // the last 250 days have half of what history needed to catch up
        Assert.NotEqual(TrafficZone.Green, verdict.Light!.Value.Zone);
        Assert.True(verdict.Coverage.Rejects(0.01) && verdict.Z2PValue < 0.01);
    }

    [Fact]
    public void CalibrationFindsWhatTheSeriesHas()
    {
        var random = new Random(4);
        double[] returns = new double[4_000];
        var variance = 1e-4;
        for (var i = 0; i < returns.Length; i++)
        {
            returns[i] = Math.Sqrt(variance) * Math.Sqrt(3.0 / 5.0)
                * StudentT.InvCDF(0, 1, 5, (random.NextDouble() * 0.999999) + 5e-7);
            variance = (0.90 * variance) + (0.10 * returns[i] * returns[i]);
            variance = Math.Clamp(variance, 1e-6, 1e-1);
        }
        var model = new EwmaModel(EwmaLaw.Student).Calibrate(returns);
        Assert.InRange(model.Parameters[0].Value, 0.88, 0.93);
        Assert.InRange(model.Parameters[1].Value, 4.0, 6.5);
        Assert.InRange(EwmaModel.FitDegrees([.. Noise(4_000, 3).Select(x => 50 * x)]), 25.0, 61.0);
    }

    [Theory]
    [InlineData(new[] { 0.1, double.NaN, 0.1 }, SeriesProblem.NotFinite)]
    [InlineData(new[] { 0.1, 0.2, 0.1 }, SeriesProblem.TooShort)]
    public void BadSeriesAreNamed(double[] returns, SeriesProblem problem) => Assert.Equal(problem,
        Assert.Throws<SeriesException>(() => RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal), returns,
            new BacktestPlan())).Problem);

    [Fact]
    public void ConstantSeriesAndBadPricesAreNamed()
    {
        Assert.Equal(SeriesProblem.Constant, Assert.Throws<SeriesException>(() => RollingBacktest.Run(
            new EwmaModel(EwmaLaw.Normal), [.. Enumerable.Repeat(0.01, 300)], new BacktestPlan())).Problem);
        Assert.Equal(SeriesProblem.NonPositivePrice,
            Assert.Throws<SeriesException>(() => Logs([1.0, 0.0])).Problem);
    }

    [Fact]
    public void EmpiricalLawsByHand()
    {
        var law = new EmpiricalLaw([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]);
        // (n − 1)·0.2 = 1.8: −3 + 0.8 = −2.2; the mean of the lowest two is −3.5
        Assert.Equal(2.2, law.ValueAtRisk(0.2), 1e-12);
        Assert.Equal(3.5, law.ExpectedShortfall(0.2), 1e-12);
        // a quarter of ten: −4, −3 and half of −2
        Assert.Equal(8.0 / 2.5, law.ExpectedShortfall(0.25), 1e-12);
        Assert.Equal(5.5 / 11.0, law.Cumulative(0.5), 1e-12);
        var student = new StudentLaw(0.02, 5.0);
        Assert.Equal(0.01, student.Cumulative(-student.ValueAtRisk(0.01)), 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StudentLaw(0.02, 2.0));
    }

    private static IEnumerable<IReturnModel> Models() =>
    [
        new HistoricalSimulation(200), new EwmaModel(EwmaLaw.Normal), new EwmaModel(EwmaLaw.Student),
        new EwmaModel(EwmaLaw.Filtered), new FittedVolatility(VarianceModel.Gjr, Innovation.StudentT),
    ];

    private static double[] Logs(double[] prices) =>
        ReturnSeries.FromPrices(prices, ReturnKind.Log, 1.0).Values.ToArray();

    private static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            0.02 * Normal.InvCDF(0, 1, (random.NextDouble() * 0.999999) + 5e-7))];
    }
}
