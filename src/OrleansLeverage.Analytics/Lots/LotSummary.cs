using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.Analytics.Lots;

/// <summary>What a year came to under one heading; exact.</summary>
public sealed record LotSummaryRow(int Year, string Label, string Term, decimal Quantity, decimal Proceeds,
    decimal Basis, decimal Gain, decimal Disallowed);

/// <summary>
/// Facts of a ledger by year (of the time as written), heading and term; the newest year first, headings from Z to A.
/// </summary>
public static class LotSummary
{
    public static IReadOnlyList<LotSummaryRow> Of(LotLedger ledger) =>
    [
        .. ledger.Matches.GroupBy(match => (match.Time.Year, match.Label, Term: Term(match)))
            .OrderByDescending(group => group.Key.Year)
            .ThenByDescending(group => group.Key.Label, StringComparer.Ordinal)
            .ThenByDescending(group => group.Key.Term, StringComparer.Ordinal)
            .Select(group => new LotSummaryRow(group.Key.Year, group.Key.Label, group.Key.Term,
                group.Sum(m => m.Quantity), group.Sum(m => m.Proceeds), group.Sum(m => m.Basis),
                group.Sum(m => m.Gain), group.Sum(m => m.Disallowed))),
    ];

    public static string Term(LotMatch match) => match.IsTaxFree ? "FREE" : match.IsLongTerm ? "LONG" : "SHORT";
}
