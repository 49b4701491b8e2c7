using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Silo;

/// <summary>The universe and the oracle that a silo works under: the same files on every silo and client.</summary>
internal static class UniverseFiles
{
    public static Universe Universe(SiloSettings settings, DateTimeOffset time)
    {
        var instruments = settings.InstrumentsFile.Length == 0 ? StandardRules.Instruments
            : InstrumentFile.Parse(Text(settings.InstrumentsFile), Path.GetFileName(settings.InstrumentsFile));
        var rules = settings.RulesFolder.Length == 0 ? StandardRules.Rules
            : new RuleBook(Directory.GetFiles(settings.RulesFolder, "*.json").Order(StringComparer.Ordinal)
                .Select(p => RuleFile.Parse(Text(p), Path.GetFileName(p))));
        return instruments.Build(rules.At(time), version: 1, FrameScenarios.Instance);
    }

    public static IReadOnlyList<OracleProfile> Oracle(SiloSettings settings, Universe universe)
    {
        IReadOnlyList<OracleProfile> profiles = settings.OracleFile.Length == 0 ? []
            : OracleProfiles.Parse(Text(settings.OracleFile));
        return profiles.FirstOrDefault(p => universe.Feed(p.Feed) is null) is { } stranger
            ? throw new FormatException($"{settings.OracleFile}: {stranger.Feed} is no feed of the instruments")
            : profiles;
    }

    private static string Text(string path) =>
        File.Exists(path) ? File.ReadAllText(path) : throw new FormatException($"{path} does not exist");
}
