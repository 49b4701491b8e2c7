namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// A balance at a venue: units (negative where borrowed), USD price, what all of the venue holds of it.
/// </summary>
public sealed record VenueBalance(AssetId Asset, decimal Amount, decimal Price, decimal VenueDeposits = 0m);

/// <summary>
/// A position at a venue, by the venue's own market name. Contracts are unsigned, side +1 long, −1 short; amounts in
/// the settlement asset, whose USD price stands beside them.
/// </summary>
public sealed record VenuePosition
{
    public required string Market { get; init; }

    public required int Side { get; init; }

    public required decimal Contracts { get; init; }

    public required decimal Entry { get; init; }

    public required decimal Mark { get; init; }

    public ContractStyle Style { get; init; }

    public decimal Multiplier { get; init; } = 1m;

    public decimal SettlementPrice { get; init; } = 1m;

    /// <summary>The asset whose price moves with the market; null where no balance does.</summary>
    public AssetId? Base { get; init; }

    public bool IsIsolated { get; init; }

    public decimal IsolatedMargin { get; init; }

    /// <summary>The account's own setting; null for the largest allowed.</summary>
    public decimal? Leverage { get; init; }

    /// <summary>Funding not yet booked; received is positive.</summary>
    public decimal Funding { get; init; }

    /// <summary>Contracts that open orders would buy and sell, and how many orders they are.</summary>
    public decimal OpenBuys { get; init; }

    public decimal OpenSells { get; init; }

    public int OpenOrders { get; init; }

    /// <summary>One-sided open interest of the market, USD; 0 where unknown.</summary>
    public decimal OpenInterest { get; init; }

    /// <summary>Contracts, signed.</summary>
    public decimal Signed => Side * Contracts;

    /// <summary>USD of so many contracts at the mark.</summary>
    public decimal NotionalOf(decimal contracts) => SettlementPrice * ContractForms.Value(
        Style, contracts, Mark, Multiplier);

    /// <summary>USD of the contracts at the entry.</summary>
    public decimal EntryNotional => SettlementPrice * ContractForms.Value(Style, Contracts, Entry, Multiplier);

    /// <summary>USD, funding included.</summary>
    public decimal Gain => SettlementPrice * (Funding + ContractForms.Profit(
        Style, Side, Contracts, Entry, Mark, Multiplier));

    /// <summary>The same position after the market moved to a price; a coin that settles it moves along.</summary>
    public VenuePosition At(decimal price) => this with
    {
        Mark = price,
        SettlementPrice = Style == ContractStyle.Inverse ? SettlementPrice / Mark * price : SettlementPrice,
    };
}

/// <summary>What an account holds at a venue at one instant.</summary>
public sealed record VenueAccount(IReadOnlyList<VenueBalance> Balances, IReadOnlyList<VenuePosition> Positions)
{
    /// <summary>The same account after one market moved to a price, and the balances of its coin with it.</summary>
    public VenueAccount At(VenuePosition moved, decimal price) => new(
        [.. Balances.Select(b => b.Asset == moved.Base ? b with { Price = b.Price / moved.Mark * price } : b)],
        [.. Positions.Select(p => p.Market == moved.Market ? p.At(price) : p)]);
}

/// <summary>One position under a venue's rules, USD.</summary>
public sealed record VenuePositionState(VenuePosition Position, decimal Notional, decimal Gain, decimal InitialMargin,
    decimal MaintenanceMargin, SolvedPrice LiquidationPrice, SolvedPrice BankruptcyPrice);

/// <summary>An account under a venue's rules at one instant, USD.</summary>
public sealed record VenueState
{
    /// <summary>Everything at market.</summary>
    public required decimal Equity { get; init; }

    /// <summary>What counts for initial margin, all buckets.</summary>
    public required decimal InitialBalance { get; init; }

    /// <summary>What counts for maintenance margin, all buckets.</summary>
    public required decimal MarginBalance { get; init; }

    public required decimal InitialMargin { get; init; }

    public required decimal MaintenanceMargin { get; init; }

    /// <summary>Cross balance above initial margin; below 0 where margin is short.</summary>
    public required decimal FreeCollateral { get; init; }

    public required decimal GrossNotional { get; init; }

    /// <summary>Gross notional / equity; null without positive equity.</summary>
    public required decimal? Leverage { get; init; }

    /// <summary>Maintenance / balance of the worst bucket; null where one has margin to keep and no balance.</summary>
    public required decimal? MarginRatio { get; init; }

    /// <summary>Some bucket is below its maintenance margin.</summary>
    public required bool IsLiquidatable { get; init; }

    public required IReadOnlyList<VenuePositionState> Positions { get; init; }
}
