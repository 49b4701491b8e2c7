namespace OrleansLeverage.Domain.Lots;

public enum MatchKind
{
    /// <summary>A lot was disposed of.</summary>
    Disposal,

    /// <summary>Something was earned; no lot, no cost.</summary>
    Income,

    /// <summary>Something was disposed of that was never acquired: no cost.</summary>
    Shortage,
}

/// <summary>
/// One taxable fact: a quantity, what it brought, what it had cost. Gain = proceeds − basis; for a short that was
/// closed, what its sale brought less what closing cost.
/// </summary>
/// <param name="Event">Id of the line that did it.</param>
/// <param name="Price">Market price of a unit then.</param>
/// <param name="Lot">Null for income and a shortage.</param>
/// <param name="Rule">Which rule matched it, where a law has several (same day, 30 days, pool).</param>
public sealed record LotMatch(MatchKind Kind, string Event, DateTimeOffset Time, string Label, decimal Quantity,
    decimal Proceeds, decimal Basis, decimal? Price, Lot? Lot, string Rule = "")
{
    public decimal Gain => Proceeds - Basis;

    /// <summary>Part of a loss that the law does not allow now, positive; already in the gain.</summary>
    public decimal Disallowed { get; init; }

    public bool IsLongTerm { get; init; }

    public bool IsTaxFree { get; init; }
}

/// <summary>A fee that is an expense of its own.</summary>
public sealed record LotExpense(string Event, DateTimeOffset Time, decimal Amount);

/// <summary>What a ledger comes to: facts in order, expenses, and what is still held, by wallet.</summary>
public sealed record LotLedger(IReadOnlyList<LotMatch> Matches, IReadOnlyList<LotExpense> Expenses,
    IReadOnlyList<(string Wallet, Lot Lot)> Open)
{
    public decimal Gain => Matches.Sum(match => match.Gain);

    public decimal OpenQuantity => Open.Sum(open => open.Lot.Quantity);

    public decimal OpenBasis => Open.Sum(open => open.Lot.Basis);

    /// <summary>Quantity that was disposed of without having been acquired.</summary>
    public decimal Shortage => Matches.Where(m => m.Kind == MatchKind.Shortage).Sum(m => m.Quantity);
}
