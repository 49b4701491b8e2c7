using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Regimes;

/// <summary>States of a market, by rising volatility.</summary>
public enum Regime
{
    Calm,
    Crowded,
    Stressed,
}

/// <summary>
/// A hidden Markov model of one to three states, each with its mean and deviation of returns (and of leverage, where it
/// is given), by the EM algorithm of Baum and Welch (1970) from several starts; probabilities are scaled per step
/// (Rabiner 1989). States are sorted by their deviation of returns. Own code: the kept mathematics library has none.
/// </summary>
public sealed class RegimeModel
{
    internal RegimeModel(RegimeParameters parameters, double logLikelihood, int observations, int iterations,
        bool hasConverged, double[,] filtered, double[,] smoothed)
    {
        (Parameters, LogLikelihood, Observations) = (parameters, logLikelihood, observations);
        (Iterations, HasConverged, Filtered, Smoothed) = (iterations, hasConverged, filtered, smoothed);
    }

    internal RegimeParameters Parameters { get; }

    public int States => Parameters.States;

    public double LogLikelihood { get; }

    public int Observations { get; }

    public int Iterations { get; }

    public bool HasConverged { get; }

    /// <summary>
    /// −2·ln L + k·ln n, with k the parameters: smaller is better. Compare with fewer states before believing in a
    /// third.
    /// </summary>
    public double Bic => Parameters.Count * Math.Log(Observations) - 2.0 * LogLikelihood;

    /// <summary>By observation and state: from what is known up to it.</summary>
    public double[,] Filtered { get; }

    /// <summary>By observation and state: from the whole series.</summary>
    public double[,] Smoothed { get; }

    public double Mean(int state, int feature = 0) => Parameters.Mean[state, feature];

    public double Deviation(int state, int feature = 0) => Math.Sqrt(Parameters.Variance[state, feature]);

    /// <summary>Probability of the step from one state to another.</summary>
    public double Transition(int from, int to) => Parameters.Transition[from, to];

    /// <summary>Steps a state lasts on average; null where it is never left.</summary>
    public double? Duration(int state) =>
        1.0 - Parameters.Transition[state, state] is > 1e-12 and var leaving ? 1.0 / leaving : null;

    /// <summary>Probabilities of the states some steps after the last observation.</summary>
    public double[] Ahead(int steps)
    {
        var now = new double[States];
        for (var state = 0; state < States; state++)
        {
            now[state] = Filtered[Observations - 1, state];
        }
        for (var step = 0; step < steps; step++)
        {
            var next = new double[States];
            for (var from = 0; from < States; from++)
            {
                for (var to = 0; to < States; to++)
                {
                    next[to] += now[from] * Parameters.Transition[from, to];
                }
            }
            now = next;
        }
        return now;
    }

    /// <summary>The most probable state at an observation, from what is known up to it, by name.</summary>
    public Regime At(int observation)
    {
        var best = 0;
        for (var state = 1; state < States; state++)
        {
            best = Filtered[observation, state] > Filtered[observation, best] ? state : best;
        }
        // of two states the upper one is the stressed one
        return best == 0 ? Regime.Calm : best == States - 1 ? Regime.Stressed : Regime.Crowded;
    }

    /// <param name="returns">Per step.</param>
    /// <param name="leverage">Of the market on the same steps; empty without.</param>
    /// <exception cref="SeriesException">Too short, not finite, constant, or of different lengths.</exception>
    public static RegimeModel Fit(ReadOnlySpan<double> returns, ReadOnlySpan<double> leverage, int states = 3)
    {
        if (states is < 1 or > 3)
        {
            throw new ArgumentOutOfRangeException(nameof(states), states, "one to three states");
        }
        ReturnSeries.Check(returns, 60 * states);
        if (leverage.Length > 0)
        {
            ReturnSeries.Check(leverage, returns.Length);
            if (leverage.Length != returns.Length)
            {
                throw new SeriesException(SeriesProblem.LengthMismatch,
                    $"{returns.Length} returns and {leverage.Length} values of leverage");
            }
        }
        var features = leverage.Length > 0 ? 2 : 1;
        var data = new double[returns.Length, features];
        for (var t = 0; t < returns.Length; t++)
        {
            data[t, 0] = returns[t];
            if (features > 1)
            {
                data[t, 1] = leverage[t];
            }
        }
        return RegimeEstimation.Fit(data, states);
    }
}
