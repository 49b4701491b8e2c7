namespace OrleansLeverage.Domain.Scenarios;

/// <summary>Rules of a file, with where they are from.</summary>
public sealed record ScenarioProfile(
    ScenarioRules Rules, string Source, string Underlying, int Version, DateTimeOffset EffectiveFrom);

/// <summary>The parameter files of scenario margin that ship inside the product.</summary>
public static class ScenarioProfiles
{
    private const string Prefix = "scenarios.";
    private const string Suffix = ".json";

    private static readonly Lazy<IReadOnlyDictionary<string, ScenarioProfile>> Loaded = new(() =>
        ShippedFiles.Names(Prefix, Suffix)
            .Select(name => ScenarioRulesFile.Parse(ShippedFiles.Text(name), name))
            .ToDictionary(profile => profile.Rules.Name, StringComparer.Ordinal));

    /// <summary>In order.</summary>
    public static IReadOnlyList<string> Ids => [.. Loaded.Value.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="RuleException">Unknown; names those that there are.</exception>
    public static ScenarioProfile Find(string name) => Loaded.Value.TryGetValue(name, out var profile)
        ? profile
        : throw new RuleException(RuleFileStatus.UnknownVenue,
            $"'{Shown.Text(name)}' is none of the scenario profiles {string.Join(", ", Ids)}");

    /// <summary>The shipped file as it is.</summary>
    public static string Text(string name) => ShippedFiles.Text($"{Prefix}{Find(name).Rules.Name}{Suffix}");
}

/// <summary>Texts that are part of the assembly.</summary>
internal static class ShippedFiles
{
    public static IEnumerable<string> Names(string prefix, string suffix) =>
        typeof(ShippedFiles).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)
                && name.EndsWith(suffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string Text(string name)
    {
        using var stream = typeof(ShippedFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
