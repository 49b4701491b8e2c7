namespace OrleansLeverage.Domain;

/// <summary>The profile that ships inside the product: what a command uses when it is given no files.</summary>
public static class StandardRules
{
    private const string InstrumentsName = "generic.instruments.json";
    private const string RulesName = "generic.rules.json";

    private static readonly Lazy<InstrumentFile> LoadedInstruments =
        new(() => InstrumentFile.Parse(InstrumentsText, InstrumentsName));

    private static readonly Lazy<RuleBook> LoadedRules =
        new(() => new RuleBook([RuleFile.Parse(RulesText, RulesName)]));

    public static InstrumentFile Instruments => LoadedInstruments.Value;

    public static RuleBook Rules => LoadedRules.Value;

    /// <summary>The shipped instrument file itself, as a start for one's own.</summary>
    public static string InstrumentsText => Text(InstrumentsName);

    /// <summary>The shipped rule file itself.</summary>
    public static string RulesText => Text(RulesName);

    /// <summary>The shipped instruments under the newest shipped rules.</summary>
    public static Universe Universe(int version = 1) => Instruments.Build(Rules.Newest, version);

    private static string Text(string name)
    {
        using var stream = typeof(StandardRules).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
