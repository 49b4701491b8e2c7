using OrleansLeverage.Analytics.Forecast;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Simulation;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Forecast;

/// <summary>The fast forecast against slow ones that are plainly right.</summary>
public sealed class LeverageForecastTests
{
    /// <summary>
    /// A seeded population (brackets, inverse contracts, coins as collateral, isolated positions) against every bucket
    /// repriced at every step of every path by <see cref="ExposureBook.Value"/>.
    /// </summary>
    [Theory]
    [InlineData(PathMethod.MonteCarlo, 40)]
    [InlineData(PathMethod.FilteredHistorical, 64)]
    public void EveryPathOfEveryAccountIsCountedAsFullRepricingSays(PathMethod method, int paths)
    {
        var exposures = Market(150);
        var source = Paths(exposures, method, steps: 6);
        var book = ForecastBook.Of(exposures);
        var forecast = LeverageForecast.Run(book, source, new ForecastOptions { Paths = paths, WithLeverage = true });
        var expected = Repriced(exposures, source, paths);
        Assert.Contains(expected, row => row.Touched.Sum() > 0 && row.Touched.Sum() < paths);
        Assert.Equal(exposures.Count, book.Count);
        for (var i = 0; i < book.Count; i++)
        {
            Assert.Equal(exposures.Names[i], forecast[i].Name);
            for (var step = 1; step <= source.Steps; step++)
            {
                Assert.Equal(expected[i].Touched.Take(step).Sum() / (double)paths, forecast.ProbabilityBy(i, step),
                    1e-12);
            }
            Assert.Equal(expected[i].Notional / paths, forecast[i].ExpectedLiquidated, 0.51);
        }
        for (var path = 0; path < paths; path++)
        {
            var (equity, gross) = (expected.Sum(e => e.Equity[path]), expected.Sum(e => e.Gross[path]));
            Assert.Equal(gross / equity, forecast.Outcomes.MarketLeverage(path)!.Value, 1e-9);
        }
    }

    [Fact]
    public void ThreadsLeaveNoTrace()
    {
        var exposures = Market(120);
        var one = Run(1);
        foreach (var workers in (int[])[2, 3, 7])
        {
            Assert.Equal(one, Run(workers));
        }

        List<object?> Run(int workers)
        {
            var forecast = LeverageForecast.Run(ForecastBook.Of(exposures),
                Paths(exposures, PathMethod.FilteredHistorical, steps: 5),
                new ForecastOptions { Paths = 200, Workers = workers, WithLeverage = true });
            List<object?> all = [.. Enumerable.Range(0, forecast.Book.Count).Select(i => (object?)forecast[i])];
            all.AddRange(forecast.Outcomes.LiquidatedNotional.Cast<object?>());
            all.AddRange(Enumerable.Range(0, 200).Select(p => (object?)forecast.Outcomes.MarketLeverage(p)));
            return all;
        }
    }

    /// <summary>
    /// Without clusters a day-by-day watch of a single long is the closed form at the line that daily watching sees.
    /// </summary>
    [Theory]
    [InlineData(true, 0.9)]
    [InlineData(false, 1.1)]
    public void AConstantVolatilityReachesTheClosedForm(bool isLong, double line)
    {
        const int Days = 30;
        const double Daily = 0.03;
        var builder = new ForecastBookBuilder([100.0, 1.0]);
        builder.AddSchedule([0.0], [0.0], [0.0]);
        // equity is 0 at the line
        builder.BeginAccount("one", (isLong ? 1.0 - line : line - 1.0) * 100.0);
        builder.AddPosition(0, 1, isInverse: false, isLong ? 1.0 : -1.0, isLong ? 100.0 : -100.0, 0);
        var forecast = LeverageForecast.Run(builder.Build(),
            new VolatilityPaths([AssetDynamics.Constant("X", Daily)], Days, PathMethod.MonteCarlo, seed: 3),
            new ForecastOptions { Paths = 100_000 });
        var watched = FirstPassage.WatchedAt(100.0 * line, isLong, Daily * Math.Sqrt(365.0), 1.0 / 365.0);
        var closed = FirstPassage.Probability(100.0, watched, isLong, Daily * Math.Sqrt(365.0), Days / 365.0);
        Assert.Equal(closed, forecast[0].Probability, 4.0 * forecast[0].StandardError + 0.002);
    }

    [Fact]
    public void HistoriesThatDoNotMatchAreRefused()
    {
        AssetDynamics Asset(int days) => AssetDynamics.Constant("X", 0.02) with { Residuals = new double[days] };

        var problem = Assert.Throws<SeriesException>(() =>
            new VolatilityPaths([Asset(100), Asset(90)], 5, PathMethod.FilteredHistorical, 1));
        Assert.Equal(SeriesProblem.LengthMismatch, problem.Problem);
        problem = Assert.Throws<SeriesException>(() =>
            new VolatilityPaths([Asset(10)], 5, PathMethod.FilteredHistorical, 1));
        Assert.Equal(SeriesProblem.TooShort, problem.Problem);
    }

    [Fact]
    public void LeverageBinsHoldWhatTheySay()
    {
        foreach (var leverage in (double[])[0.13, 1.0, 1.05, 3.99, 4.0, 25.0, 200.0])
        {
            var bin = ForecastTally.Bin(leverage);
            Assert.InRange(leverage, ForecastTally.Edge(bin), ForecastTally.Edge(bin + 1));
        }
        Assert.Equal(0, ForecastTally.Bin(0.01));
        Assert.Equal(ForecastTally.Bins - 1, ForecastTally.Bin(1e6));
    }

    private sealed record Row(int[] Touched, double[] Equity, double[] Gross)
    {
        public double Notional { get; set; }
    }

    private static List<Row> Repriced(ExposureBook exposures, IPathSource source, int paths)
    {
        var rows = Enumerable.Range(0, exposures.Count).Select(_ =>
            new Row(new int[source.Steps], new double[paths], new double[paths])).ToList();
        var relative = new double[source.Feeds * source.Steps * 8];
        var prices = exposures.Prices.ToArray();
        for (var first = 0; first < paths; first += 8)
        {
            source.Fill(first, 8, relative);
            for (var lane = 0; lane < 8; lane++)
            {
                for (var i = 0; i < exposures.Count; i++)
                {
                    Walk(i, first + lane, lane);
                }
            }
        }
        return rows;

        void Walk(int bucket, int path, int lane)
        {
            for (var step = 0; step < source.Steps; step++)
            {
                for (var feed = 0; feed < source.Feeds; feed++)
                {
                    prices[feed] = exposures.Prices[feed] * relative[(feed * source.Steps + step) * 8 + lane];
                }
                var value = exposures.Value(bucket, prices);
                if (value.Surplus < 0.0)
                {
                    rows[bucket].Touched[step]++;
                    rows[bucket].Notional += value.GrossNotional;
                    return;
                }
                (rows[bucket].Equity[path], rows[bucket].Gross[path]) = step == source.Steps - 1
                    ? (value.Equity, value.GrossNotional) : (0.0, 0.0);
            }
        }
    }

    private static ExposureBook Market(int accounts)
    {
        var universe = StandardRules.Universe();
        var start = DemoStory.Over(universe, 0).Feeds.ToDictionary(f => f.Feed, f => f.Start);
        var market = PopulationMarket.Create(universe, start,
            new PopulationOptions { Accounts = accounts, Seed = 42, LeverageMedian = 8.0 }, timeMs: 1, 1);
        return ExposureBook.Of(market.Accounts, market.Frame);
    }

    private static FollowingPaths Paths(ExposureBook exposures, PathMethod method, int steps)
    {
        var spec = new VolatilitySpec(VarianceModel.Gjr);
        AssetDynamics[] assets =
        [
            .. Enumerable.Range(0, 2).Select(i => AssetDynamics.Of($"feed {i}", VolatilityFitter.Fit(
                ReturnSeries.Of(VolatilitySimulation.Of(
                    new VolatilityModel(spec, [0.0, 1.0, 0.06, 0.06, 0.85]), 500, (ulong)i + 1)), spec))),
        ];
        var feeds = exposures.Feeds.Count;
        return new FollowingPaths(new VolatilityPaths(assets, steps, method, seed: 9, new JumpLaw(0.05, -0.05, 0.05)),
            [.. Enumerable.Range(0, feeds).Select(i => i % 2)],
            [.. Enumerable.Range(0, feeds).Select(i => i < 2 ? 1.0 : exposures.Betas[i])]);
    }
}
