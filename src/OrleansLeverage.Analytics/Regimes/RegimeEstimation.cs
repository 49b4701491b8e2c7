namespace OrleansLeverage.Analytics.Regimes;

/// <summary>Parameters of a hidden Markov model with independent normal features.</summary>
internal sealed class RegimeParameters(int states, int features)
{
    public int States { get; } = states;

    public int Features { get; } = features;

    public double[] Start { get; } = new double[states];

    public double[,] Transition { get; } = new double[states, states];

    public double[,] Mean { get; } = new double[states, features];

    public double[,] Variance { get; } = new double[states, features];

    public int Count => States * (States - 1) + States - 1 + 2 * States * Features;

    /// <summary>States by rising variance of the first feature.</summary>
    public RegimeParameters Sorted()
    {
        int[] order = [.. Enumerable.Range(0, States).OrderBy(s => Variance[s, 0])];
        var sorted = new RegimeParameters(States, Features);
        for (var i = 0; i < States; i++)
        {
            sorted.Start[i] = Start[order[i]];
            for (var j = 0; j < States; j++)
            {
                sorted.Transition[i, j] = Transition[order[i], order[j]];
            }
            for (var f = 0; f < Features; f++)
            {
                (sorted.Mean[i, f], sorted.Variance[i, f]) = (Mean[order[i], f], Variance[order[i], f]);
            }
        }
        return sorted;
    }
}

/// <summary>Baum-Welch.</summary>
internal static class RegimeEstimation
{
    private const int IterationsMax = 1000;
    private const double Tolerance = 1e-9;

    public static RegimeModel Fit(double[,] data, int states)
    {
        RegimeModel? best = null;
        // the spread of variances between states, and how long states last
        foreach (var spread in (double[])[4.0, 12.0])
        {
            foreach (var stay in (double[])[0.9, 0.98])
            {
                var model = Climb(data, Initial(data, states, spread, stay));
                best = best is null || model.LogLikelihood > best.LogLikelihood + 1e-9 ? model : best;
            }
        }
        return best!;
    }

    private static RegimeParameters Initial(double[,] data, int states, double spread, double stay)
    {
        var (count, features) = (data.GetLength(0), data.GetLength(1));
        var p = new RegimeParameters(states, features);
        for (var f = 0; f < features; f++)
        {
            var (mean, square) = (0.0, 0.0);
            for (var t = 0; t < count; t++)
            {
                mean += data[t, f] / count;
            }
            for (var t = 0; t < count; t++)
            {
                square += (data[t, f] - mean) * (data[t, f] - mean) / count;
            }
            for (var s = 0; s < states; s++)
            {
                p.Mean[s, f] = mean;
                p.Variance[s, f] = square * Math.Pow(spread, s - 0.5 * (states - 1));
            }
        }
        for (var s = 0; s < states; s++)
        {
            p.Start[s] = 1.0 / states;
            for (var to = 0; to < states; to++)
            {
                p.Transition[s, to] = states == 1 ? 1.0 : s == to ? stay : (1.0 - stay) / (states - 1);
            }
        }
        return p;
    }

    private static RegimeModel Climb(double[,] data, RegimeParameters p)
    {
        var count = data.GetLength(0);
        var (likelihood, hasConverged, iteration) = (double.NegativeInfinity, false, 0);
        var (filtered, smoothed) = (new double[count, p.States], new double[count, p.States]);
        // a state of one observation would have no variance: none falls below a millionth of the whole
        var floors = new double[p.Features];
        for (var f = 0; f < p.Features; f++)
        {
            for (var s = 0; s < p.States; s++)
            {
                floors[f] += 1e-6 * p.Variance[s, f] / p.States;
            }
        }
        while (true)
        {
            var (now, moves) = Expect(data, p, filtered, smoothed);
            hasConverged = now - likelihood < Tolerance * Math.Abs(now);
            likelihood = now;
            if (hasConverged || ++iteration >= IterationsMax)
            {
                break;
            }
            Maximise(data, p, smoothed, moves, floors);
        }
        p = p.Sorted();
        likelihood = Expect(data, p, filtered, smoothed).LogLikelihood;
        return new RegimeModel(p, likelihood, count, iteration, hasConverged, filtered, smoothed);
    }

    // forward and backward; the expected moves between states
    private static (double LogLikelihood, double[,] Moves) Expect(double[,] data, RegimeParameters p,
        double[,] filtered, double[,] smoothed)
    {
        var (count, states) = (data.GetLength(0), p.States);
        var density = new double[count, states];
        var scale = new double[count];
        var likelihood = 0.0;
        for (var t = 0; t < count; t++)
        {
            likelihood += Densities(data, p, t, density);
            var sum = 0.0;
            for (var s = 0; s < states; s++)
            {
                var prior = t == 0 ? p.Start[s] : 0.0;
                for (var from = 0; t > 0 && from < states; from++)
                {
                    prior += filtered[t - 1, from] * p.Transition[from, s];
                }
                filtered[t, s] = prior * density[t, s];
                sum += filtered[t, s];
            }
            scale[t] = sum;
            likelihood += Math.Log(sum);
            for (var s = 0; s < states; s++)
            {
                filtered[t, s] /= sum;
            }
        }
        var moves = new double[states, states];
        var (backward, next) = (new double[states], new double[states]);
        Array.Fill(backward, 1.0);
        for (var t = count - 1; t >= 0; t--)
        {
            for (var s = 0; s < states; s++)
            {
                smoothed[t, s] = filtered[t, s] * backward[s];
            }
            for (var from = 0; t > 0 && from < states; from++)
            {
                next[from] = 0.0;
                for (var to = 0; to < states; to++)
                {
                    var move = p.Transition[from, to] * density[t, to] * backward[to] / scale[t];
                    next[from] += move;
                    moves[from, to] += filtered[t - 1, from] * move;
                }
            }
            (backward, next) = (next, backward);
        }
        return (likelihood, moves);
    }

    // relative to the largest of the states, whose logarithm is returned: no product underflows
    private static double Densities(double[,] data, RegimeParameters p, int t, double[,] density)
    {
        var most = double.NegativeInfinity;
        for (var s = 0; s < p.States; s++)
        {
            var log = 0.0;
            for (var f = 0; f < p.Features; f++)
            {
                var (distance, variance) = (data[t, f] - p.Mean[s, f], p.Variance[s, f]);
                log -= 0.5 * (Math.Log(2.0 * Math.PI * variance) + distance * distance / variance);
            }
            density[t, s] = log;
            most = Math.Max(most, log);
        }
        for (var s = 0; s < p.States; s++)
        {
            density[t, s] = Math.Exp(density[t, s] - most);
        }
        return most;
    }

    private static void Maximise(double[,] data, RegimeParameters p, double[,] weight, double[,] moves,
        double[] floors)
    {
        var count = data.GetLength(0);
        for (var s = 0; s < p.States; s++)
        {
            p.Start[s] = weight[0, s];
            var leaving = 0.0;
            for (var to = 0; to < p.States; to++)
            {
                leaving += moves[s, to];
            }
            for (var to = 0; to < p.States && leaving > 0.0; to++)
            {
                p.Transition[s, to] = moves[s, to] / leaving;
            }
            var total = 0.0;
            for (var t = 0; t < count; t++)
            {
                total += weight[t, s];
            }
            for (var f = 0; f < p.Features && total > 1e-9; f++)
            {
                var mean = 0.0;
                for (var t = 0; t < count; t++)
                {
                    mean += weight[t, s] * data[t, f] / total;
                }
                var variance = 0.0;
                for (var t = 0; t < count; t++)
                {
                    variance += weight[t, s] * (data[t, f] - mean) * (data[t, f] - mean) / total;
                }
                (p.Mean[s, f], p.Variance[s, f]) = (mean, Math.Max(variance, floors[f]));
            }
        }
    }
}
