using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Venues;

/// <summary>One version of one venue's rules.</summary>
/// <param name="Live">Whether the live grid applies all that the rules ask for.</param>
/// <param name="NotApplied">What it does not.</param>
internal sealed record VenueRow(string Venue, int Version, DateTimeOffset EffectiveFrom, int Markets, bool Live,
    IReadOnlyList<string> NotApplied, string Source)
{
    public static VenueRow Of(string venue, RuleFile file) => new(venue, file.Rules.Version,
        file.Rules.EffectiveFrom, file.Venue?.Markets.Count ?? file.Schedules.Count, file.NotApplied.Count == 0,
        [.. file.NotApplied.Select(feature => Words.Camel(feature.ToString()))], file.Rules.Source);

    public static ReportTable Table(IEnumerable<VenueRow> rows)
    {
        var table = new ReportTable(
            "venue", "version", "effective_from", "markets", "live", "not_applied", "source");
        foreach (var row in rows)
        {
            table.Add(row.Venue, row.Version, row.EffectiveFrom.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), row.Markets, row.Live ? "true" : "false",
                string.Join(' ', row.NotApplied), row.Source);
        }
        return table;
    }

    public static void Tell(TextWriter output, IEnumerable<VenueRow> rows)
    {
        foreach (var row in rows)
        {
            output.WriteLine($"{row.Venue} version {row.Version}, from {row.EffectiveFrom:u}: {row.Markets} markets, "
                + (row.Live ? "applied by the live grid"
                    : $"not applied by the live grid: {string.Join(", ", row.NotApplied)}"));
            output.WriteLine($"  {row.Source}");
        }
    }
}

/// <summary>What `rules show --json` answers.</summary>
internal sealed record VenueShown(VenueRow Rules, VenueSections Terms, IReadOnlyList<MarketRow> Markets);

internal static class Words
{
    /// <summary>A word of an enum as files write it.</summary>
    public static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}
