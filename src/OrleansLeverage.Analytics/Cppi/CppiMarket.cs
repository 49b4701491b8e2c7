namespace OrleansLeverage.Analytics.Cppi;

/// <summary>
/// Lognormal prices with jumps of normal logarithms (Merton 1976). All annual; drift is the growth of the expected
/// price, jumps included.
/// </summary>
public sealed record CppiMarket(double Drift, double Rate, double Volatility)
{
    public double JumpsPerYear { get; init; }

    public double JumpMean { get; init; }

    public double JumpDeviation { get; init; }

    internal void Check()
    {
        double[] all = [Drift, Rate, Volatility, JumpsPerYear, JumpMean, JumpDeviation];
        if (!all.All(double.IsFinite) || Volatility < 0.0 || JumpsPerYear < 0.0 || JumpDeviation < 0.0)
        {
            throw new ArgumentOutOfRangeException(nameof(Volatility),
                "drift, rate and jump sizes are finite; volatility, jump rate and their deviation are at least 0");
        }
    }
}

/// <summary>How a policy ends over many paths. Amounts in the unit of the start value.</summary>
/// <param name="BreachProbability">Share of paths on which a value ended a step below its floor.</param>
/// <param name="ShortfallMean">Mean floor less value at the end where it ended below; null where none did.</param>
/// <param name="LockProbability">Share of paths that were out of the market at some look.</param>
/// <param name="BreachError">Standard error of the breach probability.</param>
public sealed record CppiDistribution(
    int Paths, double Mean, double Q01, double Q05, double Median, double Q95, double Q99, double BreachProbability,
    double BreachError, double? ShortfallMean, double LockProbability, double TurnoverMean, double LossProbability);
