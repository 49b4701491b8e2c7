using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Anomalies;

/// <summary>Something at one place of a series that noise does not explain.</summary>
/// <param name="Index">Place of the value, from 0.</param>
public readonly record struct Anomaly(int Index, double Value, string Detector, double Score, double Threshold);

/// <summary>
/// One series through all detectors. Levels of leverage, open interest or funding wander, so the detectors see changes
/// (logarithmic where all values are above 0), scaled by an exponentially weighted volatility: a shift of the level
/// is a wild change, a creep of it a shift of the changes. Outliers of the whole sample come from the median (MAD),
/// from GESD and, for the largest alone, from Grubbs. Series are looked at one by one: no kept library of the package
/// source has an isolation forest (ML.NET has none either), and a home-made one would be a detector nobody knows.
/// </summary>
/// <param name="IsLogarithmic">Whether changes are of the logarithm.</param>
/// <param name="Problem">Why nothing could be said; null where something could.</param>
public sealed record AnomalyScan(string Series, int Values, bool IsLogarithmic, IReadOnlyList<Anomaly> Found,
    IReadOnlyList<AlertBudget> Budgets, string? Problem)
{
    public const int LeastValues = 60;
    private const double Decay = 0.94;
    private const int WarmUp = 20;
    private const double Significance = 0.001;

    /// <param name="perThousand">Budget of false alarms per thousand values, of each stream detector.</param>
    /// <param name="noise">Values of noise a threshold is calibrated on.</param>
    /// <param name="ownNoise">
    /// Whether noise is the series' own scaled changes in random order, whose tails are as heavy as its own, and not
    /// normal: fewer alarms, and only of what order or persistence makes unusual.
    /// </param>
    public static AnomalyScan Run(string series, IReadOnlyList<double> values, double perThousand, int noise, int seed,
        bool ownNoise = false)
    {
        if (values.Count < LeastValues)
        {
            return Nothing($"{values.Count} values, at least {LeastValues} are needed");
        }
        if (values.ToList().FindIndex(value => !double.IsFinite(value)) is >= 0 and var missing)
        {
            return Nothing($"value {missing} is missing or not finite; leave the row out or fill it in");
        }
        var isLogarithmic = values.All(value => value > 0.0);
        double[] changes = [.. values.Zip(values.Skip(1)).Select(pair => isLogarithmic
            ? Math.Log(pair.Second / pair.First)
            : pair.Second - pair.First)];
        if (SampleMoments.Of(changes).Deviation is not > 0.0)
        {
            return Nothing("the values do not vary");
        }
        var (scaled, places) = Scale(changes);
        var found = new List<Anomaly>();
        var budgets = new List<AlertBudget>();
        foreach (var name in StreamDetectors.Names)
        {
            var budget = AlertBudget.Calibrate(name, perThousand, noise, seed, ownNoise ? scaled : null);
            budgets.Add(AlertBudget.Measure(name, budget.Threshold, noise, unchecked(seed + 1),
                ownNoise ? scaled : null));
            found.AddRange(AlertBudget.Alarms(name, budget.Threshold, scaled).Select(alarm => new Anomaly(
                places[alarm.Index], values[places[alarm.Index]], name, alarm.Score, budget.Threshold)));
        }
        found.AddRange(Batch(values, changes));
        return new AnomalyScan(series, values.Count, isLogarithmic,
            [.. found.OrderBy(f => f.Index).ThenBy(f => f.Detector, StringComparer.Ordinal)], budgets, null);

        AnomalyScan Nothing(string problem) => new(series, values.Count, false, [], [], problem);
    }

    /// <summary>
    /// Changes over the volatility that the ones before them had; a wild one moves the volatility only as far as four
    /// deviations would.
    /// </summary>
    private static (double[] Scaled, int[] Places) Scale(double[] changes)
    {
        var (scaled, places) = (new List<double>(), new List<int>());
        var variance = changes.Take(WarmUp).Average(change => change * change);
        for (var i = WarmUp; i < changes.Length; i++)
        {
            if (variance > 0.0)
            {
                var z = changes[i] / Math.Sqrt(variance);
                scaled.Add(z);
                places.Add(i + 1);
                variance *= Decay + ((1.0 - Decay) * Math.Min(z * z, 16.0));
            }
            else
            {
                variance = changes[i] * changes[i];
            }
        }
        return ([.. scaled], [.. places]);
    }

    private static IEnumerable<Anomaly> Batch(IReadOnlyList<double> values, double[] changes)
    {
        if (ModifiedZ.Of(changes) is { } robust)
        {
            foreach (var at in robust.Outliers(3.0 * ModifiedZ.ThresholdDefault))
            {
                yield return new Anomaly(at + 1, values[at + 1], "mad", Math.Abs(robust.Scores[at]),
                    3.0 * ModifiedZ.ThresholdDefault);
            }
        }
        var extremes = ExtremeStudentized.Test(changes, Significance, Math.Clamp(changes.Length / 50, 1, 50));
        foreach (var step in extremes.Outliers)
        {
            yield return new Anomaly(step.Index + 1, values[step.Index + 1], "gesd", step.Distance, step.Critical);
        }
        if (Grubbs.Test(changes, Significance) is { IsOutlier: true } farthest)
        {
            yield return new Anomaly(farthest.Index + 1, values[farthest.Index + 1], "grubbs", farthest.Distance,
                farthest.Critical);
        }
    }
}
