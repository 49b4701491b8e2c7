using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Cppi;

/// <summary>
/// A policy over many seeded paths. Paths are drawn in blocks with generators of their own and summed in order, so the
/// result is the same on any number of threads.
/// </summary>
public static class CppiSimulation
{
    public const int PathsMax = 10_000_000;
    private const int BlockSize = 256;

    /// <param name="steps">Looks over the whole time, at least 1.</param>
    /// <param name="progress">Told the number of paths that are done, from any thread.</param>
    public static CppiDistribution Run(CppiPolicy policy, CppiMarket market, double start, double years, int steps,
        int paths, int seed, int workers = 1, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        market.Check();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(years);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(paths, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(paths, PathsMax);
        var ends = new double[paths];
        var blocks = new Block[(paths + BlockSize - 1) / BlockSize];
        var done = 0;
        Parallel.For(0, blocks.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellation,
        }, at =>
        {
            var from = at * BlockSize;
            var count = Math.Min(BlockSize, paths - from);
            blocks[at] = RunBlock(policy, market, start, years / steps, steps, ends.AsSpan(from, count), seed, at);
            progress?.Invoke(Interlocked.Add(ref done, count));
        });
        return Summary(ends, blocks, start);
    }

    /// <summary>Simple returns of one path.</summary>
    public static double[] Path(CppiMarket market, double step, int steps, System.Random random)
    {
        var returns = new double[steps];
        var jumpGrowth = Math.Exp(market.JumpMean + (market.JumpDeviation * market.JumpDeviation / 2.0)) - 1.0;
        var drift = (market.Drift - (market.Volatility * market.Volatility / 2.0)
            - (market.JumpsPerYear * jumpGrowth)) * step;
        var deviation = market.Volatility * Math.Sqrt(step);
        for (var i = 0; i < steps; i++)
        {
            var log = drift + (deviation * Normal.Sample(random, 0.0, 1.0));
            if (market.JumpsPerYear > 0.0)
            {
                var jumps = Poisson.Sample(random, market.JumpsPerYear * step);
                log += jumps == 0 ? 0.0
                    : Normal.Sample(random, jumps * market.JumpMean, Math.Sqrt(jumps) * market.JumpDeviation);
            }
            returns[i] = Math.Exp(log) - 1.0;
        }
        return returns;
    }

    private static Block RunBlock(CppiPolicy policy, CppiMarket market, double start, double step, int steps,
        Span<double> ends, int seed, int block)
    {
        var random = new Xoshiro256StarStar(unchecked((seed * 0x2545F491) ^ (block * 0x01000193)), threadSafe: false);
        double[] riskless = [Math.Exp(market.Rate * step) - 1.0];
        var sums = default(Block);
        for (var i = 0; i < ends.Length; i++)
        {
            var path = CppiPath.Run(policy, start, Path(market, step, steps, random), riskless);
            ends[i] = path.End;
            sums.Breaches += path.Breached ? 1 : 0;
            sums.Locks += path.Locked ? 1 : 0;
            sums.Turnover += path.Turnover;
            var last = path.Steps[^1];
            var floor = last.Floor * (policy.Floor == FloorRule.Accreting ? 1.0 + riskless[0] : 1.0);
            if (last.Value < floor)
            {
                sums.Short++;
                sums.Shortfall += floor - last.Value;
            }
        }
        return sums;
    }

    private static CppiDistribution Summary(double[] ends, Block[] blocks, double start)
    {
        var all = default(Block);
        foreach (var block in blocks)
        {
            all.Breaches += block.Breaches;
            all.Locks += block.Locks;
            all.Short += block.Short;
            all.Turnover += block.Turnover;
            all.Shortfall += block.Shortfall;
        }
        var n = ends.Length;
        var mean = SampleMoments.Of(ends).Mean!.Value;
        var losses = ends.Count(end => end < start);
        Array.Sort(ends);
        double At(double probability) => SampleMoments.QuantileOfSorted(ends, probability);
        var breach = (double)all.Breaches / n;
        return new CppiDistribution(n, mean, At(0.01), At(0.05), At(0.5), At(0.95), At(0.99), breach,
            Math.Sqrt(breach * (1.0 - breach) / n), all.Short == 0 ? null : all.Shortfall / all.Short,
            (double)all.Locks / n, all.Turnover / n, (double)losses / n);
    }

    private struct Block
    {
        public int Breaches;
        public int Locks;
        public int Short;
        public double Turnover;
        public double Shortfall;
    }
}
