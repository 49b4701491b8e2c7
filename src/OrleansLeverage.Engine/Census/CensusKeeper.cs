using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// Keeps a census while somebody asks for one: whoever sweeps makes a part of it after each frame, so that it costs
/// nothing when nobody looks and no frame waits for more than its share.
/// </summary>
internal sealed class CensusKeeper
{
    /// <summary>A pass is spread over so much time.</summary>
    private const double PassMs = 250d;

    /// <summary>A new one begins when the last began so long ago, and somebody has asked since.</summary>
    private const double EveryMs = 500d;

    /// <summary>An older one is not given while a newer one can be waited for.</summary>
    private const double FreshMs = 2_000d;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int RowsMin = 4_096;
    private const int ChunkRows = 64;

    private readonly ICensusAccounts _accounts;
    private readonly TimeProvider _time;
    private readonly CensusPass _pass;
    private readonly CensusBuffers _buffers = new();
    private readonly double _frameMs;
    private volatile AccountCensus? _newest;
    private long _newestAt;
    private long _askedAt;
    private long _beganAt;
    private TaskCompletionSource _made = Signal();

    public CensusKeeper(GridColumns columns, ICensusAccounts accounts, TimeProvider time, double frameMs)
    {
        (_accounts, _time, _frameMs) = (accounts, time, frameMs);
        _pass = new CensusPass(columns, _buffers);
    }

    /// <summary>
    /// A page of the newest census, a fresh one where it can be had in time; null before the first.
    /// </summary>
    public async ValueTask<AccountListing?> ListAsync(AccountQuery query, CancellationToken cancellation) =>
        (await PageAsync(query, cancellation).ConfigureAwait(false))?.Listing;

    /// <summary>The same with the figures that its accounts are placed by, and the sums of that census.</summary>
    public async ValueTask<(AccountListing Listing, double[] Keys, MarketCensus Market)?> PageAsync(
        AccountQuery query, CancellationToken cancellation)
    {
        AccountCensus? census;
        do
        {
            census = await NewestAsync(cancellation).ConfigureAwait(false);
            if (census is null)
            {
                return null;
            }
            // a census that everybody has left was the newest a moment ago
        }
        while (!census.TryEnter());
        try
        {
            var (listing, keys) = census.Page(query);
            return (listing, keys, census.Market);
        }
        finally
        {
            census.Leave();
        }
    }

    /// <summary>
    /// The newest census; whoever reads more of it than its sums and its frame must be inside.
    /// </summary>
    public async ValueTask<AccountCensus?> NewestAsync(CancellationToken cancellation)
    {
        Volatile.Write(ref _askedAt, _time.GetTimestamp());
        var made = Volatile.Read(ref _made).Task;
        if (_newest is { } census && Since(Volatile.Read(ref _newestAt)) < FreshMs)
        {
            return census;
        }
        try
        {
            await made.WaitAsync(Patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // frames stand still: what there is says at which frame it was made
        }
        return _newest;
    }

    /// <summary>For the thread that sweeps, after a frame.</summary>
    public void Advance(PriceFrame frame)
    {
        if (!_pass.IsRunning)
        {
            var asked = Volatile.Read(ref _askedAt);
            if (asked == 0 || (_beganAt != 0 && (asked <= _beganAt || Since(_beganAt) < EveryMs)))
            {
                return;
            }
            _beganAt = _time.GetTimestamp();
            _pass.Begin(frame);
        }
        var rows = Math.Max(RowsMin, (int)(_accounts.Count * Math.Min(1d, _frameMs / PassMs)));
        if (_pass.Advance(frame, (rows + ChunkRows - 1) / ChunkRows) is { } made)
        {
            var before = _newest;
            _newest = new AccountCensus(made.Buffer, made.Count, made.Census, frame, _accounts.Ids,
                _accounts.Read, _buffers.Return);
            before?.Leave();
            Volatile.Write(ref _newestAt, _time.GetTimestamp());
            Interlocked.Exchange(ref _made, Signal()).SetResult();
        }
    }

    private double Since(long timestamp) => _time.GetElapsedTime(timestamp).TotalMilliseconds;

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
