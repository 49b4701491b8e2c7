namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// How often a return fell as far as <paramref name="LogMove"/>, against what the forecasts of every day said of it.
/// The count of a right model is a sum of independent hits of unequal probability (Poisson binomial); the accepted
/// region is its central part at the confidence asked for, exactly, by convolution. Source: Hong 2013, CSDA 59:41.
/// </summary>
/// <param name="LogMove">ln(1 + move), negative; negative infinity for a fall to nothing.</param>
/// <param name="Expected">Sum of the forecast probabilities.</param>
public sealed record FallForecast(double LogMove, int Observations, double Expected, int Seen, int AcceptedFrom,
    int AcceptedTo)
{
    public bool IsAccepted => Seen >= AcceptedFrom && Seen <= AcceptedTo;

    /// <param name="probabilities">Of each day, in [0, 1].</param>
    public static FallForecast Of(double logMove, IReadOnlyList<double> probabilities, int seen,
        double confidence = 0.95)
    {
        var law = Law(probabilities);
        var tail = (1.0 - confidence) / 2.0;
        return new FallForecast(logMove, probabilities.Count, probabilities.Sum(), seen, Quantile(law, tail),
            Quantile(law, 1.0 - tail));
    }

    /// <summary>P(count = k) for k from 0.</summary>
    private static double[] Law(IReadOnlyList<double> probabilities)
    {
        var law = new double[probabilities.Count + 1];
        law[0] = 1.0;
        for (var day = 0; day < probabilities.Count; day++)
        {
            var p = probabilities[day];
            if (!(p is >= 0.0 and <= 1.0))
            {
                throw new ArgumentOutOfRangeException(nameof(probabilities), p, "a probability is in [0, 1]");
            }
            for (var k = day + 1; k > 0; k--)
            {
                law[k] = (law[k] * (1.0 - p)) + (law[k - 1] * p);
            }
            law[0] *= 1.0 - p;
        }
        return law;
    }

    /// <summary>The least count that is reached with the probability.</summary>
    private static int Quantile(double[] law, double probability)
    {
        var sum = 0.0;
        for (var k = 0; k < law.Length; k++)
        {
            sum += law[k];
            if (sum >= probability)
            {
                return k;
            }
        }
        return law.Length - 1;
    }
}
