using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine;

/// <summary>
/// What people look up in a grid beside its figures. Every answer is bounded work, from what is published or committed:
/// no reader holds up a sweep or the writer. Safe to call from any thread.
/// </summary>
public interface IGridReads
{
    /// <summary>Accounts, a page at a time; null while nothing has been swept.</summary>
    ValueTask<AccountListing?> ListAsync(AccountQuery query, CancellationToken cancellation = default);

    /// <summary>Who holds what; null while nothing has been swept.</summary>
    ValueTask<MarketCensus?> CensusAsync(CancellationToken cancellation = default);

    /// <summary>Orders that hold margin; null where there is no such account.</summary>
    ValueTask<AccountOrders?> OrdersAsync(AccountId account, CancellationToken cancellation = default);

    /// <summary>
    /// What was applied to an account, newest first, from <paramref name="place"/> on; null where there is no such
    /// account.
    /// </summary>
    ValueTask<AccountHistory?> HistoryAsync(AccountId account, HistoryPlace? place, int countMax,
        CancellationToken cancellation = default);

    /// <summary>The newest triggers above a sequence, oldest first; of the last thousand that this process
    /// saw.</summary>
    IReadOnlyList<Trigger> TriggersAfter(long sequence, int countMax);

    /// <summary>The newest fills of liquidations above a sequence, oldest first; of the last thousand that this process
    /// applied, and none where they are not kept.</summary>
    IReadOnlyList<LiquidationFill> LiquidationsAfter(long sequence, int countMax) => [];

    /// <summary>The sources behind every feed, by feed.</summary>
    IReadOnlyList<FeedSources> Sources { get; }

    /// <summary>Sensitivities of the market; null while there are no options.</summary>
    ValueTask<MarketGreeks?> GreeksAsync(CancellationToken cancellation = default);
}
