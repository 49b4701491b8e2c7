using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;
using Orleans.Services;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Rows;

/// <summary>One per silo: where frames come in, one message for all accounts.</summary>
[Alias("leverage.IGridService")]
public interface IGridService : IGrainService
{
    /// <summary>Hands a frame to the sweep; returns before it is swept.</summary>
    [Alias("Publish")]
    Task PublishAsync(FrameMessage frame);

    /// <summary>
    /// Returns when a frame is swept, its nominations are confirmed and delivered and its report is sent.
    /// </summary>
    [Alias("Settle")]
    Task SettleAsync(long epoch, long sequence);

    /// <summary>The newest frame here; null before the first.</summary>
    [Alias("Newest")]
    Task<FrameMessage?> NewestAsync();

    /// <summary>Contracts held long by the accounts here, by instrument.</summary>
    [Alias("Longs")]
    Task<decimal[]> LongsAsync();

    /// <summary>Holders of a market at a frame, by bucket of the roster.</summary>
    [Alias("Holders")]
    Task<BucketHolders[]> HoldersAsync(FrameMessage frame, string instrument, int fromBucket, int buckets);

    /// <summary>Accounts here with something of an asset for the insurance fund.</summary>
    [Alias("Insurance")]
    Task<SharesMessage> InsuranceAsync(string asset);

    /// <summary>Accounts here that gain in a market at a mark, in units of its settlement asset.</summary>
    [Alias("Gains")]
    Task<SharesMessage> GainsAsync(string instrument, decimal mark);

    /// <summary>Accounts here that fail and are due, where frames are made by hand.</summary>
    [Alias("Failing")]
    Task<string[]> FailingAsync();

    /// <summary>How many accounts here are in debt.</summary>
    [Alias("Debtors")]
    Task<DebtorsMessage> DebtorsAsync();

    /// <summary>Accounts with rows here in a bucket of the roster.</summary>
    [Alias("Rows")]
    Task<string[]> RowsAsync(int bucket);

    /// <summary>A page of the accounts here, with what they are placed by; null before the first sweep.</summary>
    [Alias("List")]
    Task<ListingMessage?> ListAsync(ListingQuery query);

    /// <summary>Who of the accounts here holds what; null before the first sweep.</summary>
    [Alias("Census")]
    Task<CensusMessage?> CensusAsync();

    /// <summary>The newest ladders of the rows here, oldest first.</summary>
    [Alias("Ladders")]
    Task<byte[][]> LaddersAsync();

    /// <summary>What is remembered here of what was applied to an account, newest first.</summary>
    [Alias("History")]
    Task<AppliedMessage[]> HistoryAsync(string account, long below, int countMax);

    /// <summary>The accounts here of a bucket of the roster, as they are committed.</summary>
    [Alias("Cut")]
    Task<BucketCut> CutAsync(int bucket);
}

/// <summary>The silos' grid services by address.</summary>
public sealed class GridServiceClient(IServiceProvider services) : GrainServiceClient<IGridService>(services)
{
    public IGridService At(SiloAddress silo) => GetGrainService(silo);
}

/// <summary>
/// The silo's end of the frame: hands frames to <see cref="SiloGrid"/> and what a sweep finds to the grains, and keeps
/// awake what has to run by itself. Never sweeps on a turn.
/// </summary>
[Reentrant]
public sealed partial class GridService : GrainService, IGridService
{
    private const int ConfirmedAtOnce = 64;

    /// <summary>They have the desk in common: half of them wait while half share a transaction.</summary>
    private const int LiquidatedAtOnce = 64;

    private static readonly TimeSpan WakeEvery = TimeSpan.FromSeconds(1);

    private readonly GridOptions _options;
    private readonly SiloGrid _grid;
    private readonly IGrainFactory _grains;
    private readonly ILogger _logger;
    private readonly NominationPump _pump;
    private readonly NominationPump? _liquidations;
    private readonly NewestSender<SiloReport> _reports;
    private readonly SiloAddress _address;
    private Task _waking = Task.CompletedTask;
    private int _journal;

    public GridService(GrainId grainId, Orleans.Runtime.Silo silo, ILoggerFactory loggerFactory, GridOptions options,
        SiloGrid grid, IGrainFactory grains)
        : base(grainId, silo, loggerFactory)
    {
        (_options, _grid, _grains) = (options, grid, grains);
        _logger = loggerFactory.CreateLogger<GridService>();
        _address = silo.SiloAddress;
        _pump = new NominationPump((a, frame) => grains.Account(a).ConfirmAsync(frame.Epoch, frame.Sequence),
            options.MakesFrames ? ConfirmedAtOnce : 1, _logger);
        _liquidations = options is { Liquidation: not null, MakesFrames: true }
            ? new NominationPump((a, _) => grains.Account(a).LiquidateAsync(), LiquidatedAtOnce, _logger) : null;
        _reports = new NewestSender<SiloReport>(r => grains.Systemic().ReportAsync(r),
            e => LogUnsent(_logger, "a report", e.Message));
    }

    public override Task Start()
    {
        _grid.Silo = _address;
        _grid.Swept = OnSwept;
        _waking = Task.Run(WakeAsync);
        return base.Start();
    }

    public override async Task Stop()
    {
        await base.Stop();
        await _waking;
        _grid.Swept = null;
    }

    public Task PublishAsync(FrameMessage frame)
    {
        _grid.Take(frame);
        if (_options.Fanout == Fanout.Direct)
        {
            foreach (var account in _grid.Accounts(bucket: null))
            {
                _grains.GetGrain<IAccountGrain>(account).OnFrameAsync(frame.Epoch, frame.Sequence).Ignore();
            }
        }
        return Task.CompletedTask;
    }

    public async Task SettleAsync(long epoch, long sequence)
    {
        await _grid.SweptAsync(new FrameNumber((int)epoch, sequence));
        await _pump.IdleAsync();
        await _reports.IdleAsync();
    }

    public Task<FrameMessage?> NewestAsync() => Task.FromResult(
        _grid.Frame.Number == default ? null : _grid.Frame.ToMessage(isReported: false));

    public Task<decimal[]> LongsAsync() => Task.FromResult(_grid.Longs());

    public Task<SharesMessage> InsuranceAsync(string asset) => Task.FromResult(_grid.Insurance(asset));

    public Task<SharesMessage> GainsAsync(string instrument, decimal mark)
    {
        var market = Market(_options.Universe, instrument);
        return Task.Run(() => _grid.Gains(market, new Price(mark)));
    }

    public Task<string[]> FailingAsync() => Task.FromResult<string[]>([.. _grid.Failing.Select(a => a.Value)]);

    public Task<DebtorsMessage> DebtorsAsync() => Task.FromResult(_grid.Debtors());

    public Task<string[]> RowsAsync(int bucket) => Task.FromResult(_grid.Accounts(bucket));

    public Task<BucketHolders[]> HoldersAsync(FrameMessage frame, string instrument, int fromBucket, int buckets)
    {
        var at = frame.ToFrame(_options.Universe);
        var market = Market(at.Universe, instrument);
        return Task.Run(() => _grid.Holders(at, market, fromBucket, buckets));
    }

    public Task<ListingMessage?> ListAsync(ListingQuery query) => Task.Run(async () =>
        await _grid.Reads.ListAsync(query.ToQuery()) is var (listing, keys) ? listing.ToMessage(keys) : null);

    public Task<CensusMessage?> CensusAsync() =>
        Task.Run(async () => (await _grid.Reads.CensusAsync())?.ToMessage());

    public Task<byte[][]> LaddersAsync() =>
        Task.Run(() => _grid.Reads.Ladders().Select(l => l.ToBytes()).ToArray());

    public Task<AppliedMessage[]> HistoryAsync(string account, long below, int countMax)
    {
        var id = new AccountId(account);
        return Task.FromResult<AppliedMessage[]>([.. _grid.Reads.History(id, below, countMax)
            .Select(c => c.ToMessage(id))]);
    }

    public Task<BucketCut> CutAsync(int bucket) => Task.Run(() => _grid.Cut(bucket));

    private static Instrument Market(Universe universe, string instrument) =>
        universe.Instrument(new InstrumentId(instrument))
            ?? throw new ArgumentException($"the universe has no instrument {instrument}");

    /// <summary>On the sweeping thread: posts and returns.</summary>
    private void OnSwept(SweptFrame swept)
    {
        _pump.Take(swept.Frame.Number, swept.Nominated);
        _liquidations?.Take(swept.Frame.Number, _grid.Failing);
        if (swept.Report is { } report)
        {
            _reports.Post(report);
        }
        foreach (var bucket in swept.Risk.GroupBy(r => GrainKeys.RosterBucket(r.Account)))
        {
            _grains.GetGrain<IAccountRosterGrain>(bucket.Key).ReportAsync([.. bucket], swept.Frame.TimeMs).Ignore();
        }
    }

    private async Task WakeAsync()
    {
        var stopped = StoppedCancellationTokenSource.Token;
        while (!stopped.IsCancellationRequested)
        {
            // each by itself: what one waits for must not keep the others asleep
            await Task.WhenAll(
                WakeAsync(() => _grains.Frames().WakeAsync()),
                WakeAsync(() => _grains.GetGrain<IFillJournalGrain>(_journal++ % GrainKeys.JournalBuckets)
                    .ResumeAsync()),
                WakeAsync(() => _grains.Deleveraging().WakeAsync()),
                WakeAsync(() => Task.WhenAll(_grid.Undelivered.Take(256)
                    .Select(a => _grains.Account(a).DeliverAsync()))));
            await Task.Delay(WakeEvery, stopped).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task WakeAsync(Func<Task> wake)
    {
        try
        {
            await wake();
        }
        catch (Exception exception)
        {
            LogUnsent(_logger, "a wake-up", exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "{What} was not taken and comes again: {Message}")]
    private static partial void LogUnsent(ILogger logger, string what, string message);
}
