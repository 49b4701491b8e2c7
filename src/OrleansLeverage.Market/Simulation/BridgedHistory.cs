using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// A path inside bars that only give open, high, low and close: simulated, not observed, and to be labelled so. Every
/// bar is walked from its open through the nearer of its extremes and the farther one to its close, at places of the
/// bar that the seed draws for all feeds alike (a larger move takes longer, by the square root), with Brownian bridges
/// in the logarithm between them, reflected at the extremes. The path touches the bar's four prices and never leaves
/// its range; it looks ahead by construction, so it is no basis for a trading rule.
/// </summary>
public static class BridgedHistory
{
    public const int StepsMin = 4;
    public const int StepsMax = 10_000;

    /// <summary>Share of the noise that all feeds have in common.</summary>
    private const double Common = 0.8;

    /// <summary>Noise against what the range of a free walk would suggest (Parkinson 1980): the path is tied down.
    /// </summary>
    private const double Tied = 0.5;

    /// <param name="steps">Frames per bar; the last is the close at the bar's end.</param>
    /// <param name="tickSize">Of a feed, to which prices are rounded.</param>
    public static IEnumerable<HistoryFrame> Frames(PriceHistory history, int steps, ulong seed,
        Func<FeedId, decimal> tickSize)
    {
        if (steps is < StepsMin or > StepsMax)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"a bar has {StepsMin} to {StepsMax} steps");
        }
        var lastMs = long.MinValue;
        foreach (var group in history.Bars.GroupBy(b => b.EndMs))
        {
            var bars = group.ToArray();
            var spanMs = bars.Min(b => b.IntervalMs);
            spanMs = lastMs == long.MinValue ? spanMs : Math.Min(spanMs, group.Key - lastMs);
            if (spanMs < steps)
            {
                yield return new HistoryFrame(group.Key, [.. bars.Select(b => KeyValuePair.Create(b.Feed, b.Close))]);
            }
            else
            {
                var paths = Paths(bars, steps, seed, tickSize);
                for (var step = 0; step < steps; step++)
                {
                    var place = step;
                    yield return new HistoryFrame(group.Key - (steps - 1 - step) * spanMs / steps,
                        [.. bars.Select((b, i) => KeyValuePair.Create(b.Feed, paths[i][place]))]);
                }
            }
            lastMs = group.Key;
        }
    }

    private static Price[][] Paths(PriceBar[] bars, int steps, ulong seed, Func<FeedId, decimal> tickSize)
    {
        var shared = new SeededRandom(seed, unchecked((ulong)bars[0].EndMs));
        var (first, second) = Places(bars, steps, shared);
        var common = new double[steps];
        for (var step = 0; step < steps; step++)
        {
            common[step] = shared.NextGaussian();
        }
        return [.. bars.Select((bar, i) => Path(bar, first, second, common,
            new SeededRandom(seed, unchecked((ulong)bar.EndMs * 1_000_003 + (ulong)i + 1)), tickSize(bar.Feed)))];
    }

    // the open first and the close last, the extremes somewhere between
    private static (int First, int Second) Places(PriceBar[] bars, int steps, SeededRandom shared)
    {
        Span<double> legs = stackalloc double[3];
        foreach (var bar in bars)
        {
            var (near, far) = Extremes(bar);
            legs[0] += Distance(bar.Open, near);
            legs[1] += Distance(near, far);
            legs[2] += Distance(far, bar.Close);
        }
        var sum = 0.0;
        foreach (ref var leg in legs)
        {
            // a leg without a move has its step all the same
            leg = Math.Sqrt(leg + 1e-9) * shared.NextBetween(0.5, 1.5);
            sum += leg;
        }
        var first = Math.Clamp((int)Math.Round((steps - 1) * legs[0] / sum), 1, steps - 3);
        var second = Math.Clamp((int)Math.Round((steps - 1) * (legs[0] + legs[1]) / sum), first + 1, steps - 2);
        return (first, second);
    }

    private static double Distance(Price from, Price to) =>
        Math.Abs(PortableMath.Log((double)to.Value) - PortableMath.Log((double)from.Value));

    private static (Price Near, Price Far) Extremes(in PriceBar bar) =>
        bar.Open.Value - bar.Low.Value <= bar.High.Value - bar.Open.Value ? (bar.Low, bar.High) : (bar.High, bar.Low);

    private static Price[] Path(in PriceBar bar, int first, int second, double[] common, SeededRandom own, decimal tick)
    {
        var (near, far) = Extremes(bar);
        var path = new Price[common.Length];
        (path[0], path[first], path[second], path[^1]) = (bar.Open, near, far, bar.Close);
        // of a free walk the range is about 1.67 deviations
        var deviation = Tied * PortableMath.Log((double)bar.High.Value / (double)bar.Low.Value) / 1.67
            / Math.Sqrt(common.Length);
        var noise = new double[common.Length];
        for (var step = 0; step < noise.Length; step++)
        {
            noise[step] = deviation * (Common * common[step] + Math.Sqrt(1.0 - Common * Common) * own.NextGaussian());
        }
        foreach (var (from, to) in ((int, int)[])[(0, first), (first, second), (second, path.Length - 1)])
        {
            Bridge(path, from, to, noise, bar, tick);
        }
        return path;
    }

    private static void Bridge(Price[] path, int from, int to, double[] noise, in PriceBar bar, decimal tick)
    {
        var (start, end) = (PortableMath.Log((double)path[from].Value), PortableMath.Log((double)path[to].Value));
        var (low, high) = (PortableMath.Log((double)bar.Low.Value), PortableMath.Log((double)bar.High.Value));
        var at = start;
        for (var step = from + 1; step < to; step++)
        {
            // one step of a walk that has to be at its end in time
            at += (end - at) / (to - step + 1) + noise[step] * Math.Sqrt((double)(to - step) / (to - step + 1));
            // a path that were held at an extreme would stand there for hours
            at = Reflected(at, low, high);
            var price = Decimals.FloorTo((decimal)PortableMath.Exp(at), tick);
            // the last digits of the logarithm
            path[step] = new Price(Math.Clamp(price, bar.Low.Value, bar.High.Value));
        }
    }

    private static double Reflected(double at, double low, double high)
    {
        var range = high - low;
        if (!(range > 0.0))
        {
            return low;
        }
        var place = (at - low) % (2.0 * range);
        place = place < 0.0 ? place + (2.0 * range) : place;
        return low + (place > range ? (2.0 * range) - place : place);
    }
}
