namespace OrleansLeverage.Domain;

/// <summary>
/// The rules of known venues that ship inside the product, each with its source and the time from which it counts. All
/// versions of a venue are one rule book, so that an instant of the past has the rules of its time.
/// </summary>
public static class VenueRules
{
    /// <summary>What the generic profile is called among the venues.</summary>
    public const string Generic = "generic";

    private const string Prefix = "venue.";
    private const string Suffix = ".rules.json";

    private static readonly Lazy<IReadOnlyDictionary<string, Lazy<RuleBook>>> Loaded = new(Load);

    /// <summary>The known venues, by name.</summary>
    public static IReadOnlyList<string> Ids => [.. Loaded.Value.Keys];

    /// <exception cref="RuleException">Unknown venue; names those that there are.</exception>
    public static RuleBook Book(string venue) => Loaded.Value.TryGetValue(venue, out var book)
        ? book.Value
        : throw new RuleException(RuleFileStatus.UnknownVenue,
            $"'{Shown.Text(venue)}' is none of the venues {string.Join(", ", Ids)}");

    /// <summary>The rules of a venue in force at a time.</summary>
    /// <exception cref="RuleException">Unknown venue, or no rules that early.</exception>
    public static RuleFile At(string venue, DateTimeOffset time)
    {
        var book = Book(venue);
        return book.Files[0].Rules.EffectiveFrom <= time
            ? book.At(time)
            : throw new RuleException(RuleFileStatus.NotInForce,
                $"no rules of {venue} are known for {time:u}; the first are from "
                    + $"{book.Files[0].Rules.EffectiveFrom:u}");
    }

    /// <summary>The shipped file of one version, as it is.</summary>
    public static string Text(string venue, int version) => venue == Generic
        ? StandardRules.RulesText
        : Read($"{Prefix}{venue}.{version}{Suffix}");

    private static SortedDictionary<string, Lazy<RuleBook>> Load()
    {
        var books = new SortedDictionary<string, Lazy<RuleBook>>(StringComparer.Ordinal)
        {
            [Generic] = new(() => StandardRules.Rules),
        };
        var files = typeof(VenueRules).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
                && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .GroupBy(name => name[Prefix.Length..name.LastIndexOf('.', name.Length - Suffix.Length - 1)]);
        foreach (var venue in files)
        {
            books.Add(venue.Key, new(() => new RuleBook(venue.Select(name => RuleFile.Parse(Read(name), name)))));
        }
        return books;
    }

    private static string Read(string name)
    {
        using var stream = typeof(VenueRules).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
