namespace OrleansLeverage.Domain;

public enum MarginMode
{
    Cross,
    Isolated,

    /// <summary>
    /// Cross, and margined by scenarios together with the account's other positions on the underlying in this mode.
    /// </summary>
    Portfolio,
}

/// <summary>
/// One account's holding of one instrument, at average cost. <see cref="Cost"/> is the signed value at which it was
/// entered, in the settlement asset (linear Σ q·m·p, inverse Σ q·m/p), so that profit = sign·(value − cost), see
/// <see cref="Instrument"/>.
/// </summary>
public sealed record Position
{
    public required Instrument Instrument { get; init; }

    public Quantity Quantity { get; init; }

    /// <summary>Settlement asset; has the sign of the quantity.</summary>
    public decimal Cost { get; init; }

    /// <summary>
    /// Profit booked since the account first held the instrument, before fees and funding; settlement asset.
    /// </summary>
    public decimal RealisedProfit { get; init; }

    /// <summary>Funding index at the last settlement; settlement asset per contract.</summary>
    public decimal FundingIndex { get; init; }

    public MarginMode Mode { get; init; } = MarginMode.Cross;

    /// <summary>Margin set aside for this position alone; settlement asset, 0 unless isolated.</summary>
    public decimal IsolatedMargin { get; init; }

    /// <summary>The account's leverage setting for the instrument; null means the largest allowed.</summary>
    public decimal? LeverageSetting { get; init; }

    /// <summary>True where nothing is left worth keeping: no quantity, no margin, no settings, no history.</summary>
    public bool IsDefault => Quantity.IsZero && IsolatedMargin == 0m && RealisedProfit == 0m
        && Mode == MarginMode.Cross && LeverageSetting is null;

    /// <summary>Average entry price, rounded as decimal division rounds; null without a position.</summary>
    public decimal? EntryPrice => Quantity.IsZero || Cost == 0m ? null
        : Instrument.Style == ContractStyle.Linear ? Cost / (Quantity.Value * Instrument.Multiplier)
        : Quantity.Value * Instrument.Multiplier / Cost;

    /// <summary>
    /// Profit if closed at <paramref name="mark"/>, in the settlement asset, rounded against the account.
    /// </summary>
    public decimal UnrealisedProfit(Price mark) =>
        Instrument.Style == ContractStyle.Linear
            ? Instrument.Value(Quantity, mark) - Cost
            : Cost + Instrument.Value(-Quantity, mark);

    /// <summary>
    /// Funding owed since the last settlement at index <paramref name="fundingIndex"/>: positive is received.
    /// A long pays when the index has risen: −q·(F − F_last).
    /// </summary>
    public decimal AccruedFunding(decimal fundingIndex) => -Quantity.Value * (fundingIndex - FundingIndex);

    /// <summary>Maintenance margin by the terms of a venue, USD, at a USD notional per contract.</summary>
    public decimal Maintenance(RiskRules rules, decimal unit, decimal settlementPrice)
    {
        var contracts = Math.Abs(Quantity.Value);
        return Instrument.MaintenanceMargin(rules.IsolatedAtEntry && Mode == MarginMode.Isolated
            ? Math.Abs(Cost) * settlementPrice
            : contracts * unit, contracts);
    }

    /// <summary>
    /// The position after a fill of signed <paramref name="quantity"/> at <paramref name="price"/>, and the profit it
    /// realised. The closing part takes its share of the cost; what goes through zero opens at the fill's price.
    /// <code>
    /// realised = sign·(−value of the closing part − its share of the cost)
    /// </code>
    /// </summary>
    public (Position After, decimal Realised) Fill(Quantity quantity, Price price) => Fill(quantity, price.Value);

    /// <summary>The same at what an expiry pays, which may be 0 of a linear contract.</summary>
    internal (Position After, decimal Realised) Fill(Quantity quantity, decimal price)
    {
        var value = Instrument.Value(quantity, price);
        var after = Quantity + quantity;
        if (Quantity.IsZero || Quantity.IsLong == quantity.IsLong)
        {
            return (this with { Quantity = after, Cost = Cost + value }, 0m);
        }
        var closes = quantity.Abs.Value <= Quantity.Abs.Value ? quantity : -Quantity;
        var closingValue = closes == quantity ? value : Instrument.Value(closes, price);
        var closedCost = closes == -Quantity
            ? Cost
            : ShareOfCost(closes.Abs.Value);
        var realised = -Instrument.ProfitSign * (closingValue + closedCost);
        return (this with
        {
            Quantity = after,
            Cost = Cost - closedCost + (value - closingValue),
            RealisedProfit = RealisedProfit + realised,
        }, realised);
    }

    /// <summary>
    /// Cost of the closing part in whole quantums, rounded so that the profit it realises is not rounded up.
    /// </summary>
    private decimal ShareOfCost(decimal closes)
    {
        var share = Cost * closes / Math.Abs(Quantity.Value);
        return Instrument.ProfitSign > 0
            ? Decimals.CeilingTo(share, Instrument.Settlement.Quantum)
            : Decimals.FloorTo(share, Instrument.Settlement.Quantum);
    }
}
