using OrleansLeverage.Analytics.Anomalies;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>A parameter as one calibration left it, and how far that is from the calibration before.</summary>
/// <param name="Day">Place in the series from which on it holds.</param>
/// <param name="Change">Against the calibration before; null of the first.</param>
/// <param name="Score">
/// The change among all changes up to it, in <see cref="ModifiedZ"/>; null while there are fewer than
/// <see cref="ChangesMin"/>, or where most of them are equal.
/// </param>
public sealed record ParameterStep(int Day, string Name, double Value, double? Change, double? Score)
{
    public const int ChangesMin = 12;

    /// <summary>Three times the source's bound: estimates of heavy-tailed returns jump now and then.</summary>
    public const double ScoreAlarm = 3.0 * ModifiedZ.ThresholdDefault;

    public bool IsAlarm => Math.Abs(Score ?? 0.0) > ScoreAlarm;

    /// <summary>By parameter, in the order of the model, then by calibration. Nothing looks ahead.</summary>
    public static IReadOnlyList<ParameterStep> Of(IReadOnlyList<Calibration> calibrations)
    {
        var steps = new List<ParameterStep>();
        foreach (var name in calibrations.SelectMany(c => c.Parameters).Select(p => p.Name).Distinct())
        {
            var changes = new List<double>();
            double? before = null;
            foreach (var calibration in calibrations)
            {
                if (calibration.Parameters.Where(p => p.Name == name).Select(p => (double?)p.Value).FirstOrDefault()
                    is not { } value)
                {
                    continue;
                }
                var change = value - before;
                if (change is { } moved)
                {
                    changes.Add(moved);
                }
                steps.Add(new ParameterStep(calibration.Day, name, value, change,
                    changes.Count >= ChangesMin ? ModifiedZ.Of([.. changes])?.Scores[^1] : null));
                before = value;
            }
        }
        return steps;
    }
}
