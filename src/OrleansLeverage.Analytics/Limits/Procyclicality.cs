namespace OrleansLeverage.Analytics.Limits;

/// <summary>
/// How much a policy's margin moves with the cycle: what it asks for at the worst time against the calmest, and how
/// fast. Ratios of margins.
/// </summary>
/// <param name="PeakToTrough">Largest margin over smallest.</param>
/// <param name="LargestRises">By number of days: largest margin over the margin that many days before.</param>
public sealed record Procyclicality(double PeakToTrough, double MeanMargin, IReadOnlyList<MarginRise> LargestRises)
{
    private static readonly int[] Steps = [1, 5, 20];

    public static Procyclicality Of(ReadOnlySpan<DailyLimit> limits)
    {
        if (limits.Length == 0)
        {
            throw new ArgumentException("no limits to measure", nameof(limits));
        }
        var (low, high, sum) = (double.PositiveInfinity, 0.0, 0.0);
        foreach (var limit in limits)
        {
            low = Math.Min(low, limit.Margin);
            high = Math.Max(high, limit.Margin);
            sum += limit.Margin;
        }
        var rises = new List<MarginRise>(Steps.Length);
        foreach (var days in Steps)
        {
            var best = new MarginRise(days, 1.0, limits[0].Date);
            for (var i = days; i < limits.Length; i++)
            {
                var ratio = limits[i].Margin / limits[i - days].Margin;
                best = ratio > best.Ratio ? new MarginRise(days, ratio, limits[i].Date) : best;
            }
            rises.Add(best);
        }
        return new Procyclicality(high / low, sum / limits.Length, rises);
    }
}

/// <param name="Until">The day on which it had risen by so much.</param>
public readonly record struct MarginRise(int Days, double Ratio, DateOnly Until);
