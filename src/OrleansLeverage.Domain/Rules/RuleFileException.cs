namespace OrleansLeverage.Domain;

/// <summary>
/// A rule or instrument file that is not what it must be: names the file, the place in it, the value and the bound.
/// </summary>
public sealed class RuleFileException(string file, string path, RuleFileStatus status, string reason)
    : FormatException($"{file}: {path}: {reason}")
{
    public string File { get; } = file;

    /// <summary>JSON path of the offending place, for example <c>$.schedules[2].tiers[0].maintenanceRate</c>.</summary>
    public string Path { get; } = path;

    public RuleFileStatus Status { get; } = status;
}
