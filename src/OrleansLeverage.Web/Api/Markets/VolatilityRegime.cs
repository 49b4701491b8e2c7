using System.Globalization;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>
/// A word for where an index stands among its own last day, and why. A day is all that a server keeps: the word says
/// nothing about months.
/// </summary>
internal static class VolatilityRegime
{
    /// <summary>With fewer minutes there is no word.</summary>
    public const int MinutesMin = 30;

    private const double Low = 0.20;
    private const double High = 0.80;
    private const double Extreme = 0.95;

    /// <param name="percentile">Share of the minutes at or below the newest value; null without an index.</param>
    public static (string? Word, string Reason) Of(double? percentile, int minutes)
    {
        if (percentile is not { } share)
        {
            return (null, "there is no index");
        }
        if (minutes < MinutesMin)
        {
            return (null, $"the index was seen for {minutes} minutes, at least {MinutesMin} are needed");
        }
        return (share < Low ? "LOW" : share < High ? "NORMAL" : share < Extreme ? "HIGH" : "EXTREME",
            string.Create(CultureInfo.InvariantCulture,
                $"at or above {share * 100.0:F0} % of the last {minutes} minutes"));
    }
}
