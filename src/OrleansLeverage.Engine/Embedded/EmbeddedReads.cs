using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Census;
using OrleansLeverage.Engine.Greeks;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// What is looked up in the grid of one process: from the census that is made beside the sweeps, from committed
/// accounts, from the last records and the journal.
/// </summary>
internal sealed class EmbeddedReads(GridState state, CensusKeeper census, RecentRecords recent, HistoryReader history,
    Func<PriceFrame> frame, Func<IReadOnlyList<FeedSources>> sources) : IGridReads
{
    /// <summary>Sensitivities are shown every five seconds, and made no more often.</summary>
    private const long GreeksEveryMs = 5_000;

    private volatile MarketGreeks? _greeks;

    public IReadOnlyList<FeedSources> Sources => sources();

    public ValueTask<AccountListing?> ListAsync(AccountQuery query, CancellationToken cancellation = default) =>
        census.ListAsync(query, cancellation);

    public async ValueTask<MarketCensus?> CensusAsync(CancellationToken cancellation = default) =>
        (await census.NewestAsync(cancellation).ConfigureAwait(false))?.Market;

    public ValueTask<AccountOrders?> OrdersAsync(AccountId account, CancellationToken cancellation = default) =>
        ValueTask.FromResult(state.Accounts.Read(account) is { } committed
            ? new AccountOrders(account, committed.Sequence, committed.Reservations)
            : null);

    public async ValueTask<AccountHistory?> HistoryAsync(AccountId account, HistoryPlace? place, int countMax,
        CancellationToken cancellation = default) => state.Accounts.Number(account) < 0
            ? null
            : await history.ReadAsync(account, place, countMax, cancellation).ConfigureAwait(false);

    public IReadOnlyList<Trigger> TriggersAfter(long sequence, int countMax) =>
        recent.TriggersAfter(sequence, countMax);

    public IReadOnlyList<LiquidationFill> LiquidationsAfter(long sequence, int countMax) =>
        recent.LiquidationsAfter(sequence, countMax);

    public async ValueTask<MarketGreeks?> GreeksAsync(CancellationToken cancellation = default)
    {
        var now = frame();
        if (!now.Universe.Instruments.Any(instrument => instrument.Option is not null))
        {
            return null;
        }
        if (_greeks is { } made && now.TimeMs - made.FrameTimeMs < GreeksEveryMs)
        {
            return made;
        }
        return await census.NewestAsync(cancellation).ConfigureAwait(false) is { } newest
            ? _greeks = SeriesSums.Of(newest.Frame, newest.Market)
            : null;
    }
}
