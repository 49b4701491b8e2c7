namespace OrleansLeverage.Domain;

/// <summary>A currency or coin: what balances are held in.</summary>
public sealed record Asset
{
    public required AssetId Id { get; init; }

    /// <summary>The smallest amount that is booked; divisions round to it against the account.</summary>
    public required decimal Quantum { get; init; }

    /// <summary>Feed of its price in USD; null for USD itself, whose price is 1.</summary>
    public Feed? PriceFeed { get; init; }

    /// <summary>
    /// Share of a positive balance that counts as margin: 1 − haircut, in [0, 1]. Debts count in full.
    /// </summary>
    public decimal CollateralWeight { get; init; } = 1m;

    /// <summary>How it counts where one weight does not say it; null where it does.</summary>
    public CollateralTerms? Terms { get; init; }

    /// <summary>Place in the universe's columns.</summary>
    public int Index { get; init; }

    public override string ToString() => Id.Value;

    /// <summary>What an amount counts for as margin, USD; below 0 for a debt.</summary>
    public decimal Counted(decimal amount, decimal price, bool isInitial) =>
        Terms?.Counted(amount, price, isInitial) ?? amount * price * (amount > 0m ? CollateralWeight : 1m);
}

/// <summary>A price feed: an oracle's view of one market.</summary>
public sealed record Feed
{
    public required FeedId Id { get; init; }

    public required decimal TickSize { get; init; }

    /// <summary>Move of this feed per move of the market in a joint move; 0 for stablecoins.</summary>
    public decimal Beta { get; init; } = 1m;

    /// <summary>Place in the universe's columns.</summary>
    public int Index { get; init; }

    public override string ToString() => Id.Value;
}
