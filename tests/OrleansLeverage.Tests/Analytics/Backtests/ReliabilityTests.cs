using System.Globalization;
using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Backtests;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Backtests;

/// <summary>Predicted against seen: published intervals, and counts made here a second time.</summary>
public sealed class ReliabilityTests
{
    /// <summary>Newcombe 1998, Statistics in Medicine 17:857, table I, method 3 (score, no correction).</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void WilsonsIntervalAsPublished(int seen, int of, double low, double high)
    {
        var interval = ShareInterval.Wilson(seen, of, 0.95);
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
        var mirrored = ShareInterval.Wilson(of - seen, of, 0.95);
        Assert.Equal((1.0 - interval.High, 1.0 - interval.Low), (mirrored.Low, mirrored.High), Near);
    }

    [Theory]
    [InlineData(-1, 5, 0.95)]
    [InlineData(6, 5, 0.95)]
    [InlineData(0, 0, 0.95)]
    [InlineData(1, 5, 1.0)]
    [InlineData(1, 5, double.NaN)]
    public void NonsenseHasNoInterval(int seen, int of, double confidence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ShareInterval.Wilson(seen, of, confidence));

    /// <summary>
    /// Bitcoin 2018 to 2022 under EWMA-normal, the recursion written a second time here: the same counts at every
    /// probability, the published 36 of 1,765 at 1 % (quant reference §19), and the law called wrong in its tail.
    /// </summary>
    [Fact]
    public void RealReturnsAreCountedAsByHand()
    {
        if (SharedData.Path("data/btc_usd_daily.csv") is not { } path)
        {
            return;
        }
        double[] prices = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))
            .Where(row => string.CompareOrdinal(row[0], "2018-01-01") >= 0
                && string.CompareOrdinal(row[0], "2022-12-31") <= 0)
            .Select(row => double.Parse(row[4], CultureInfo.InvariantCulture))];
        double[] returns = [.. prices.Zip(prices.Skip(1)).Select(pair => Math.Log(pair.Second / pair.First))];
        var variance = returns.Take(60).Average(r => r * r);
        var transforms = new List<double>();
        foreach (var change in returns.Skip(60))
        {
            transforms.Add(Normal.CDF(0.0, Math.Sqrt(variance), change));
            variance = (0.94 * variance) + (0.06 * change * change);
        }
        var backtest = RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal), returns,
            new BacktestPlan { RecalibrateEvery = 0 });
        var reliability = Reliability.Of([.. backtest.Days.Select(day => day.Transform)]);
        Assert.Equal(Reliability.Probabilities.Select(p => transforms.Count(u => u <= p)),
            reliability.Points.Select(point => point.Realised.Seen));
        var worst = reliability.Points.Single(point => point.Predicted == 0.01);
        Assert.Equal((36, 1_765), (worst.Realised.Seen, worst.Realised.Observations));
        Assert.False(worst.IsReliable);
        Assert.Equal(Enumerable.Range(0, 10).Select(bin =>
                transforms.Count(u => u >= bin / 10.0 && (u < (bin + 1) / 10.0 || bin == 9))),
            reliability.Bins.Select(bin => bin.Realised.Seen));
    }

    [Fact]
    public void TheUniformIsReliableAndTheEdgesHaveTheirBins()
    {
        var even = Reliability.Of([.. Enumerable.Range(0, 2_000).Select(i => (i + 0.5) / 2_000)]);
        Assert.All(even.Points, point => Assert.True(point.IsReliable));
        Assert.All(even.Bins, bin => Assert.Equal(200, bin.Realised.Seen));
        var edges = Reliability.Of([0.0, 0.1, 1.0]);
        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0, 0, 1], edges.Bins.Select(bin => bin.Realised.Seen));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reliability.Of([0.5, 1.5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reliability.Of([]));
    }

    /// <summary>Equal probabilities are the binomial law; unequal ones are every outcome counted.</summary>
    [Fact]
    public void AcceptedCountsAreThoseOfTheExactLaw()
    {
        var equal = FallForecast.Of(-0.1, [.. Enumerable.Repeat(0.03, 400)], 12);
        var binomial = new Binomial(0.03, 400);
        Assert.Equal(Enumerable.Range(0, 401).First(k => binomial.CumulativeDistribution(k) >= 0.025),
            equal.AcceptedFrom);
        Assert.Equal(Enumerable.Range(0, 401).First(k => binomial.CumulativeDistribution(k) >= 0.975),
            equal.AcceptedTo);
        Assert.Equal(12.0, equal.Expected, 1e-12);
        double[] unequal = [0.9, 0.05, 0.4, 0.2, 0.6, 0.01, 0.5, 0.3, 0.8, 0.15];
        var law = new double[unequal.Length + 1];
        for (var outcome = 0; outcome < 1 << unequal.Length; outcome++)
        {
            law[int.PopCount(outcome)] += unequal.Index().Aggregate(1.0, (p, at) =>
                p * ((outcome >> at.Index & 1) == 1 ? at.Item : 1.0 - at.Item));
        }
        var summed = Enumerable.Range(0, law.Length).Select(k => law.Take(k + 1).Sum()).ToList();
        var forecast = FallForecast.Of(-0.1, unequal, 9);
        Assert.Equal((summed.FindIndex(s => s >= 0.025), summed.FindIndex(s => s >= 0.975)),
            (forecast.AcceptedFrom, forecast.AcceptedTo));
        Assert.False(forecast.IsAccepted);
        Assert.Throws<ArgumentOutOfRangeException>(() => FallForecast.Of(-0.1, [1.5], 0));
    }

    [Fact]
    public void FallsAreCountedBesideTheWalk()
    {
        var returns = Noise(800, 11);
        var backtest = RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal, 0.99), returns,
            new BacktestPlan { RecalibrateEvery = 0, Falls = [-0.03, double.NegativeInfinity] });
        Assert.Equal(returns.Skip(60).Count(r => r <= -0.03), backtest.Falls[0].Seen);
        // of a constant deviation of 2 %: Φ(−1.5) of every day, as far as the estimate of it is right
        Assert.InRange(backtest.Falls[0].Expected / (740 * Normal.CDF(0, 1, -1.5)), 0.9, 1.1);
        Assert.True(backtest.Falls[0].IsAccepted);
        Assert.Equal((0, 0.0, 0, 0), (backtest.Falls[1].Seen, backtest.Falls[1].Expected,
            backtest.Falls[1].AcceptedFrom, backtest.Falls[1].AcceptedTo));
    }

    [Fact]
    public void WeeksAddUpAndTellAWeekThatMovedMore()
    {
        // the deviation triples for the weeks from day 700 on, and is what was said before
        double[] returns = [.. Noise(700, 8), .. Noise(70, 9).Select(r => 3 * r)];
        var backtest = RollingBacktest.Run(new EwmaModel(EwmaLaw.Normal, 0.995), returns,
            new BacktestPlan { RecalibrateEvery = 0, Tail = 0.05 });
        var weeks = FitWeek.Of(backtest, day => day / 7);
        Assert.Equal(backtest.Days.Count, weeks.Sum(week => week.Days));
        Assert.Equal(backtest.Days.Count(day => day.IsException), weeks.Sum(week => week.Exceptions));
        var whole = weeks.Single(week => week.FirstDay == 70);
        var transforms = backtest.Days.Where(day => day.Day is >= 70 and < 77).Select(day => day.Transform).ToList();
        Assert.Equal(transforms.Average() - 0.5, whole.Bias, 1e-12);
        Assert.Equal((transforms.Average(u => Math.Abs((2 * u) - 1)) - 0.5) * Math.Sqrt(84.0), whole.SpreadScore, 1e-9);
        Assert.Equal(0.35, whole.Expected, 1e-12);
        var before = weeks.Where(week => week.LastDay < 700).ToList();
        // scores of a right law: mean 0, deviation 1; about 90 weeks
        Assert.InRange(before.Average(week => week.SpreadScore), -0.4, 0.4);
        Assert.InRange(Math.Sqrt(before.Average(week => week.BiasScore * week.BiasScore)), 0.8, 1.25);
        Assert.DoesNotContain(before, week => week.Watches.Contains("spread"));
        Assert.Contains(weeks.Where(week => week.FirstDay >= 700), week => week.Watches.Contains("spread"));
    }

    [Fact]
    public void AParameterThatJumpsIsToldAndNothingLooksAhead()
    {
        double[] changes = [0.1, -0.2, 0.3, -0.1, 0.2, -0.3, 0.1, -0.1, 0.2, -0.2, 0.3, -0.1, 9.0, 0.1];
        var value = 1.0;
        Calibration[] calibrations = [.. changes.Prepend(0.0).Select((change, at) =>
            new Calibration(at * 7, [new("decay", value += change), new("fixed", 0.5)]))];
        var steps = ParameterStep.Of(calibrations);
        var decay = steps.Where(step => step.Name == "decay").ToList();
        Assert.Null(decay[0].Change);
        Assert.All(decay.Take(12), step => Assert.Null(step.Score));
        Assert.Equal([91], decay.Where(step => step.IsAlarm).Select(step => step.Day));
        // median of the thirteen is 0.1, half of the distances from it are up to 0.2
        Assert.Equal(0.6745 * (9.0 - 0.1) / 0.2, decay[13].Score!.Value, 1e-9);
        Assert.Equal(decay.Take(10), ParameterStep.Of(calibrations[..10]).Where(step => step.Name == "decay"));
        Assert.All(steps.Where(step => step.Name == "fixed"), step => Assert.Null(step.Score));
    }

    private static bool Near((double Low, double High) one, (double Low, double High) other) =>
        Math.Abs(one.Low - other.Low) < 1e-12 && Math.Abs(one.High - other.High) < 1e-12;

    private static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            0.02 * Normal.InvCDF(0, 1, (random.NextDouble() * 0.999999) + 5e-7))];
    }
}
