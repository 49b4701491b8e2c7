namespace OrleansLeverage.Analytics.Forecast;

/// <summary>How a forecast is run.</summary>
public sealed record ForecastOptions
{
    public const long PathsMax = 10_000_000;

    public long Paths { get; init; } = 10_000;

    /// <summary>Threads; the result does not depend on them.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Also the distribution of leverage at the horizon.</summary>
    public bool WithLeverage { get; init; }

    /// <summary>Told how many paths are done; from any thread.</summary>
    public Action<long>? Progress { get; init; }
}

/// <summary>
/// Who is liquidated within a horizon, and how leverage is spread at its end, over shared paths: every account sees the
/// same market on a path, so that what happens together is counted together. An account is looked at once a step and is
/// gone at the first step below its line; nothing is sold into the market (the cascade is another tool's).
/// </summary>
public sealed class LeverageForecast
{
    private readonly ForecastTally _tally;
    private readonly int[] _place;

    private LeverageForecast(ForecastBook book, int steps, ForecastTally tally, PathOutcomes outcomes, int[] order)
    {
        (Book, Steps, _tally, Outcomes) = (book, steps, tally, outcomes);
        _place = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            _place[order[i]] = i;
        }
    }

    public ForecastBook Book { get; }

    public int Steps { get; }

    public PathOutcomes Outcomes { get; }

    public long Paths => Outcomes.Count;

    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static LeverageForecast Run(ForecastBook book, IPathSource source, ForecastOptions options,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Paths, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Paths, ForecastOptions.PathsMax);
        var outcomes = new PathOutcomes(options.Paths);
        var blocks = (options.Paths + FactorBlock.Width - 1) / FactorBlock.Width;
        var total = new ForecastTally(book.Count, source.Steps, options.WithLeverage);
        var order = book.Columns.OrderByHoldings();
        var columns = book.Columns.Ordered(order);
        var done = 0L;
        Parallel.For(0, blocks,
            new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellation },
            () => new BlockPass(columns, source,
                new ForecastTally(book.Count, source.Steps, options.WithLeverage), options.WithLeverage),
            (block, _, pass) =>
            {
                pass.Run(block * FactorBlock.Width, outcomes);
                options.Progress?.Invoke(
                    Math.Min(options.Paths, Interlocked.Add(ref done, FactorBlock.Width)));
                return pass;
            },
            pass =>
            {
                lock (total)
                {
                    total.Add(pass.Tally);
                }
            });
        return new LeverageForecast(book, source.Steps, total, outcomes, order);
    }

    public AccountForecast this[int account]
    {
        get
        {
            var place = _place[account];
            var touched = _tally.Touched.AsSpan(place * Steps, Steps);
            var (count, weighted) = (0L, 0.0);
            for (var step = 0; step < Steps; step++)
            {
                count += touched[step];
                weighted += (step + 1.0) * touched[step];
            }
            var share = (double)count / Paths;
            return new AccountForecast(Book.Names[account], share, Math.Sqrt(share * (1.0 - share) / Paths),
                _tally.Notional[place] / (double)Paths, count > 0 ? weighted / count : null,
                TimeQuantile(touched, 0.5), Quantile(place, 0.05), Quantile(place, 0.5), Quantile(place, 0.95));
        }
    }

    /// <summary>Probability that an account is liquidated by the end of a step, from 1 on.</summary>
    public double ProbabilityBy(int account, int step)
    {
        var count = 0L;
        foreach (var touched in _tally.Touched.AsSpan(_place[account] * Steps, step))
        {
            count += touched;
        }
        return (double)count / Paths;
    }

    // first step by which a share of all paths is liquidated; null where it never is
    private double? TimeQuantile(ReadOnlySpan<int> touched, double share)
    {
        var count = 0L;
        for (var step = 0; step < Steps; step++)
        {
            count += touched[step];
            if (count >= share * Paths)
            {
                return step + 1.0;
            }
        }
        return null;
    }

    // of the surviving paths, inside its bin in proportion
    private double? Quantile(int place, double share)
    {
        if (_tally.Leverage.Length == 0)
        {
            return null;
        }
        var bins = _tally.Leverage.AsSpan(place * ForecastTally.Bins, ForecastTally.Bins);
        var all = 0L;
        foreach (var count in bins)
        {
            all += count;
        }
        var (before, target) = (0.0, share * all);
        for (var bin = 0; bin < bins.Length && all > 0; bin++)
        {
            if (before + bins[bin] >= target && bins[bin] > 0)
            {
                var (low, high) = (ForecastTally.Edge(bin), ForecastTally.Edge(Math.Min(bin + 1, bins.Length - 1)));
                return low + (high - low) * (target - before) / bins[bin];
            }
            before += bins[bin];
        }
        return null;
    }
}

/// <summary>One account (or isolated position) over the horizon.</summary>
/// <param name="StandardError">Of the probability, as if paths were independent; antithetic pairs lower it.</param>
/// <param name="ExpectedLiquidated">Notional, USD: its average over all paths, 0 where it survives.</param>
/// <param name="MeanStep">Average first step below the line, of the paths that have one; null without.</param>
/// <param name="MedianStep">Step by which half of all paths are liquidated; null where fewer are.</param>
/// <param name="LeverageLow">5 % quantile at the horizon of the surviving paths; null where not asked for.</param>
public readonly record struct AccountForecast(
    string Name, double Probability, double StandardError, double ExpectedLiquidated, double? MeanStep,
    double? MedianStep, double? LeverageLow, double? LeverageMedian, double? LeverageHigh);
