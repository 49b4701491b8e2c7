using OrleansLeverage.Analytics.Stress;

namespace OrleansLeverage.Analytics.Limits;

/// <summary>
/// Whether a long that was opened at the close before, at the largest leverage that the policy allowed there, outlived
/// the day's low; and where not, why.
/// </summary>
/// <param name="Surviving">Largest leverage that outlives the low.</param>
/// <param name="LowMove">Low against the close before, below 0.</param>
/// <param name="WorstBefore">Worst such move of the days before, below 0.</param>
public sealed record CrashSurvival(
    DateOnly Date, string Policy, double Allowed, double Surviving, double LowMove, double WorstBefore)
{
    public bool Survives => Allowed < Surviving;

    /// <summary>In words what the figure rests on.</summary>
    public string Explanation => Survives
        ? FormattableString.Invariant($"{Allowed:0.00}x was allowed, {Surviving:0.00}x outlives the low")
        : LowMove < WorstBefore
            ? FormattableString.Invariant(
                $"{Allowed:0.00}x was allowed, {Surviving:0.00}x outlives the low: a fall of {-LowMove:P1} in a day, ")
                + FormattableString.Invariant($"where the worst in the file until then was {-WorstBefore:P1}; ")
                + "no rule from past days alone asks for more"
            : FormattableString.Invariant(
                $"{Allowed:0.00}x was allowed, {Surviving:0.00}x outlives the low of {LowMove:P1}, though ")
                + FormattableString.Invariant($"{WorstBefore:P1} had been seen: the policy leaves the worst day out");

    /// <exception cref="ArgumentException">The day is not in the bars, or is the first.</exception>
    public static CrashSurvival Of(IReadOnlyList<DailyBar> bars, ReadOnlySpan<DailyLimit> limits, string policy,
        DateOnly date, double maintenanceRate)
    {
        var at = -1;
        for (var i = 1; i < bars.Count; i++)
        {
            at = bars[i].Date == date ? i : at;
        }
        if (at < 0)
        {
            throw new ArgumentException($"{date:O} is not a day of the series, or its first", nameof(date));
        }
        var worst = 0.0;
        for (var i = 1; i < at; i++)
        {
            worst = Math.Min(worst, bars[i].Low / bars[i - 1].Close - 1.0);
        }
        var day = HistoricalDay.Of(bars[at - 1].Close, bars[at].High, bars[at].Low, bars[at].Close);
        return new CrashSurvival(date, policy, limits[at - 1].MaxLeverage,
            day.LongLeverageSurviving(maintenanceRate) ?? double.PositiveInfinity, day.LowReturn, worst);
    }
}
