using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain.Options;

/// <summary>The parameter files of standard option margin that ship inside the product.</summary>
public static class OptionProfiles
{
    public const string Schema = "leverage-option-margin/1";

    private const string Prefix = "options.";
    private const string Suffix = ".json";

    private static readonly Lazy<IReadOnlyDictionary<string, OptionProfile>> Loaded = new(() =>
        ShippedFiles.Names(Prefix, Suffix)
            .Select(name => Parse(ShippedFiles.Text(name), name))
            .ToDictionary(profile => profile.Name, StringComparer.Ordinal));

    /// <summary>In order.</summary>
    public static IReadOnlyList<string> Ids => [.. Loaded.Value.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="RuleException">Unknown; names those that there are.</exception>
    public static OptionProfile Find(string name) => Loaded.Value.TryGetValue(name, out var profile)
        ? profile
        : throw new RuleException(RuleFileStatus.UnknownVenue,
            $"'{Shown.Text(name)}' is none of the option profiles {string.Join(", ", Ids)}");

    public static ShortOptionRules Rules(string name) => Find(name).Rules;

    /// <exception cref="RuleFileException">Names the place, the value and the bound.</exception>
    public static OptionProfile Parse(string text, string file) => StrictObject.Read(text, file, Read);

    private static OptionProfile Read(StrictObject file)
    {
        if (file.Text("schema") is var schema && schema != Schema)
        {
            throw file.Bad("schema", $"'{Shown.Text(schema)}' is not {Schema}", RuleFileStatus.SchemaUnknown);
        }
        var least = file.Within("initialLeast", 0m, 1m);
        return new OptionProfile(file.Text("name"), file.Text("source"), new ShortOptionRules
        {
            InitialMost = file.Within("initialMost", least, 1m),
            InitialLeast = least,
            MaintenanceCall = file.Within("maintenanceCall", 0m, 1m),
            MaintenancePut = file.Within("maintenancePut", 0m, 1m),
            MaintenancePutOfMark = file.Within("maintenancePutOfMark", 0m, 1m),
            InitialOverMaintenance = file.WithinOr(1m, "initialOverMaintenance", 1m, 3m),
            Spreads = file.ObjectOrNull("spreads", terms => new SpreadTerms(
                terms.Within("unpairedInitial", 0m, 10m), terms.Within("unpairedMaintenance", 0m, 10m))),
        });
    }
}

public sealed record OptionProfile(string Name, string Source, ShortOptionRules Rules);
