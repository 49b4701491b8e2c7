using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Greeks;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Contracts;

/// <summary>
/// What is looked up in a cluster: each silo answers for its rows from the census that it makes beside its sweeps, and
/// the answers are put together. A history is what the silos remember, which ends with them: it is shown as far as
/// nothing is missing from it.
/// </summary>
internal sealed class ClusterReads : IGridReads
{
    private const int TriggersMax = 1_024;
    private const long GreeksEveryMs = 5_000;
    private static readonly TimeSpan TriggersEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SourcesEvery = TimeSpan.FromSeconds(1);

    private readonly IGrainFactory _grains;
    private readonly CommandRetries _retries;
    private readonly Func<PriceFrame> _frame;
    private readonly Func<long, long?> _listed;
    private readonly Func<AccountId, CancellationToken, Task<Account?>> _read;
    private readonly Asked<Trigger[]> _triggers;
    private readonly Asked<FeedSources[]> _sources;
    private volatile MarketGreeks? _greeks;
    private Trigger[] _known = [];

    /// <param name="listed">Accounts that there are, for an answer that saw so many.</param>
    public ClusterReads(IGrainFactory grains, CommandRetries retries, Func<PriceFrame> frame, Func<long, long?> listed,
        Func<AccountId, CancellationToken, Task<Account?>> read, TimeProvider time, CancellationToken stop)
    {
        (_grains, _retries, _frame, _listed, _read) = (grains, retries, frame, listed, read);
        _triggers = new Asked<Trigger[]>(NewTriggersAsync, time, TriggersEvery, stop, restPerWork: 0.0);
        _sources = new Asked<FeedSources[]>(async _ => [.. (await Market.SourcesAsync()).Select(s => s.ToSources())],
            time, SourcesEvery, stop, restPerWork: 0.0);
    }

    public IReadOnlyList<FeedSources> Sources => _sources.Value ?? [];

    /// <summary>Triggers that this client has seen, oldest first.</summary>
    internal Asked<Trigger[]> Triggers => _triggers;

    private IMarketReadGrain Market => _grains.MarketReads();

    public async ValueTask<AccountListing?> ListAsync(AccountQuery query, CancellationToken cancellation = default)
    {
        var message = query.ToMessage();
        return await _retries.ReadAsync(() => Market.ListAsync(message), cancellation) is { } listing
            ? listing.ToListing() with { Scope = Scope(listing.Parts, listing.Accounts) }
            : null;
    }

    public async ValueTask<MarketCensus?> CensusAsync(CancellationToken cancellation = default) =>
        await _retries.ReadAsync(() => Market.CensusAsync(), cancellation) is { } census
            ? census.ToCensus() with { Scope = Scope(census.Parts, census.Accounts) }
            : null;

    public async ValueTask<AccountOrders?> OrdersAsync(AccountId account, CancellationToken cancellation = default) =>
        await _read(account, cancellation) is { } committed
            ? new AccountOrders(account, committed.Sequence, committed.Reservations)
            : null;

    public async ValueTask<AccountHistory?> HistoryAsync(AccountId account, HistoryPlace? place, int countMax,
        CancellationToken cancellation = default)
    {
        if (await _read(account, cancellation) is not { } committed)
        {
            return null;
        }
        var below = place?.Sequence ?? long.MaxValue;
        // one more, to know whether it goes on
        var messages = await _retries.ReadAsync(() => Market.HistoryAsync(account.Value, below, countMax + 1),
            cancellation);
        var items = new List<AppliedCommand>(countMax);
        var next = place is null ? Math.Max(committed.Sequence, messages.Length > 0 ? messages[0].Sequence : 0L)
            : below - 1;
        foreach (var message in messages)
        {
            if (message.Sequence != next || items.Count == countMax)
            {
                break;
            }
            items.Add(message.ToCommand(_frame().Universe));
            next--;
        }
        var goesOn = items.Count == countMax && messages.Length > countMax && messages[countMax].Sequence == next;
        return new AccountHistory(account, items, goesOn ? new HistoryPlace(next + 1, 0L) : null,
            IsWhole: goesOn || next == 0L);
    }

    public IReadOnlyList<Trigger> TriggersAfter(long sequence, int countMax)
    {
        var after = (_triggers.Value ?? []).Where(t => t.Sequence > sequence).ToArray();
        return after.Length > countMax ? after[^countMax..] : after;
    }

    public async ValueTask<MarketGreeks?> GreeksAsync(CancellationToken cancellation = default)
    {
        var now = _frame();
        if (!now.Universe.Instruments.Any(instrument => instrument.Option is not null))
        {
            return null;
        }
        if (_greeks is { } made && now.TimeMs - made.FrameTimeMs < GreeksEveryMs)
        {
            return made;
        }
        return await CensusAsync(cancellation) is { } census ? _greeks = SeriesSums.Of(_frame(), census) : null;
    }

    public Task StoppedAsync() => Task.WhenAll(_triggers.StoppedAsync(), _sources.StoppedAsync());

    private ReadScope? Scope(PartsMessage? parts, long seen) =>
        parts is null ? null : new ReadScope(_listed(seen), parts.Oldest.ToNumber(), parts.Missing);

    private async Task<Trigger[]?> NewTriggersAsync(CancellationToken cancellation)
    {
        var known = _known;
        var newer = await _grains.Triggers().RecentAsync(known.Length > 0 ? known[^1].Sequence : 0L, TriggersMax)
            .WaitAsync(cancellation);
        return _known = newer.Length == 0 ? known
            : [.. known.Concat(newer.Select(t => t.ToTrigger())).TakeLast(TriggersMax)];
    }
}
