namespace OrleansLeverage.Domain;

/// <summary>
/// Where one underlying's price liquidates an account in portfolio margin, all that follows the underlying moving with
/// it by the same factor, options valued anew, every other price held.
/// </summary>
/// <param name="Feed">The underlying's own feed.</param>
/// <param name="Price">Its price now, USD.</param>
/// <param name="Feeds">Every feed that follows it, by index.</param>
public sealed record PortfolioLine(AssetId Underlying, FeedId Feed, decimal Price, IReadOnlyList<int> Feeds)
{
    /// <summary>The nearest price below.</summary>
    public required SolvedPrice Below { get; init; }

    public required SolvedPrice Above { get; init; }

    /// <summary>Notional at the mark of the positions that lose when the price falls, USD.</summary>
    public required decimal LosesBelow { get; init; }

    public required decimal LosesAbove { get; init; }
}

/// <summary>Liquidation prices of an account that margins by scenarios.</summary>
/// <param name="Lines">By underlying in portfolio margin.</param>
/// <param name="Prices">Of the cross positions that are no options.</param>
public sealed record SolvedPortfolios(
    IReadOnlyList<PortfolioLine> Lines, IReadOnlyDictionary<InstrumentId, SolvedPrice> Prices);
