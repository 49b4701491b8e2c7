using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Census;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// The grid in one process. Three parties, each at its own pace: callers judge prices and queue commands; one writer
/// decides commands and makes them durable in groups (<see cref="CommandWriter"/>); a frame thread assembles prices
/// every interval, sweeps all rows and hands what crosses a line to the writer, which confirms it exactly before
/// anybody is told.
/// </summary>
public sealed partial class EmbeddedGrid : ILeverageGrid, IPlanWriter
{
    private readonly EmbeddedOptions _options;
    private readonly DurableJournal? _journal;
    private readonly GridCore _core;
    private readonly GridColumns _columns;
    private readonly CommandWriter _writer;
    private readonly LocalDeleveraging _deleveraging;
    private readonly LiquidationWatch? _liquidation;
    private readonly CensusKeeper _census;
    private readonly HistoryReader _history;
    private readonly FrameMaker _frames;
    private readonly PriceOracle _oracle;
    private readonly Lock _prices = new();
    private readonly Thread _frameThread;
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly FigureWatchers _watchers = new();
    private volatile PriceFrame _frame;
    private volatile SystemFigures? _system;
    private long _frameCount;
    private long _appliedSeen;
    private int _confirming;
    private int _liquidating;
    private int _snapshotting;
    private long _snapshotDueBytes;
    private volatile string? _frameFault;
    private volatile string? _confirmFault;
    private volatile string? _liquidationFault;
    private volatile string? _snapshotFault;
    private int _disposed;

    private EmbeddedGrid(EmbeddedOptions options, DurableJournal? journal)
    {
        _options = options;
        _journal = journal;
        Universe = options.Universe;
        var bytesAfter = 0L;
        var state = journal is null
            ? new GridState(Universe, options.WindowCapacity)
            : JournalReader.Recover(journal, Universe, options.WindowCapacity, out bytesAfter);
        Recovery = journal?.Report.ToString() ?? "nothing is kept";
        _frames = new FrameMaker(Universe, (state.Frame?.Number.Epoch ?? 0) + 1,
            () => state.FundingIndices, state.Longs.OpenInterest);
        _oracle = OracleSetup.For(Universe, options.Oracle, state.Frame?.TimeMs ?? 0L);
        _frame = _frames.Next(NowMs, LastKnown(state.Frame));
        _core = new GridCore(state, _frame);
        _columns = new GridColumns(options.Universe, options.Workers, options.NominationsMax);
        _liquidation = options.Liquidation is { } how ? new LiquidationWatch(_core, how, InParallel) : null;
        for (var number = 0; number < state.Accounts.Count; number++)
        {
            var account = state.Accounts.Read(number);
            _columns.Put(account, number);
            _liquidation?.Look(account);
        }
        _census = new CensusKeeper(_columns, new StoredAccounts(state.Accounts), options.Time,
            options.FrameIntervalMs);
        var recent = new RecentRecords(() => journal?.LastSequence ?? 0L);
        state.Booked = recent.Take;
        _history = new HistoryReader(recent, journal, Universe);
        Reads = new EmbeddedReads(state, _census, recent, _history, () => _frame, () =>
        {
            lock (_prices)
            {
                return _oracle.Sources(NowMs).ToArray();
            }
        });
        _optionWork = new OptionWork(new PortfolioLadder(_columns, state.Accounts.Read), () => _frame, Reads);
        _snapshotDueBytes = options.SnapshotBytes;
        _writer = new CommandWriter(_core, journal, options.Time, options.QueueCapacity, bytesAfter, NewestFrame,
            PublishRow);
        _deleveraging = new LocalDeleveraging(state, () => _frame, options.Time, options.Deleveraging, this,
            options.Reached);
        _frameThread = new Thread(RunFrames) { IsBackground = true, Name = "leverage-frames" };
        _reporter = new MarketReporter(options.MarketReportAccountsMax);
        _reportThread = new Thread(RunReports)
        {
            IsBackground = true, Name = "leverage-reports", Priority = ThreadPriority.BelowNormal,
        };
    }

    public Universe Universe { get; }

    public PriceFrame Frame => _frame;

    public SystemFigures? System => _system;

    public IDeleveraging Deleveraging => _deleveraging;

    public IGridReads Reads { get; }

    /// <summary>What opening the journal found, in words.</summary>
    public string Recovery { get; }

    public IReadOnlyList<FeedQuote> Oracle
    {
        get
        {
            lock (_prices)
            {
                return _oracle.Quotes(NowMs).ToArray();
            }
        }
    }

    public GridHealth Health
    {
        get
        {
            var degraded = _frameFault ?? _confirmFault ?? _liquidationFault ?? _deleveraging.Fault
                ?? _snapshotFault ?? _reportFault ?? _optionWork.Fault;
            var (condition, reason) = _writer.IsStopping ? (GridCondition.Stopped, "")
                : _writer.Fatal is { } fatal ? (GridCondition.Stopped, fatal)
                : _writer.Broken is { } broken ? (GridCondition.ReadOnly, broken)
                : degraded is not null ? (GridCondition.Degraded, degraded)
                : (GridCondition.Ready, "");
            return new GridHealth(condition, reason, _core.State.Accounts.Count, Volatile.Read(ref _appliedSeen),
                Volatile.Read(ref _frameCount));
        }
    }

    /// <summary>Sequence of the newest durable trigger.</summary>
    internal long LastTrigger => _core.State.Outbox.LastSequence;

    /// <summary>Native bytes of the rows and bytes of packed exact state.</summary>
    public (long RowBytes, long PackedBytes) Memory => (_columns.NativeBytes, _core.State.Accounts.PackedBytes);

    /// <summary>What the grid liquidated by itself since it was opened.</summary>
    public LiquidationTotals Liquidations => _liquidation?.Totals ?? default;

    /// <summary>Commits and their latency; null where nothing is kept.</summary>
    internal JournalStatistics? JournalStatistics => _journal?.Statistics;

    private long NowMs => _options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Opens or recovers the grid and starts it. Throws what the journal throws where it cannot be believed.
    /// </summary>
    public static EmbeddedGrid Open(EmbeddedOptions options)
    {
        options.Check();
        var journal = options.Directory is not { } directory ? null : DurableJournal.Open(options.Journal(
            new JournalOptions { Directory = directory, SchemaVersion = JournalCodec.SchemaVersion,
                TimeProvider = options.Time }));
        try
        {
            var grid = new EmbeddedGrid(options, journal);
            grid._writer.Start();
            // the epoch is ours once it is durable: the next start takes a higher one, whether or not anything happens
            // in this
            _ = grid.Run(core => core.RecordFrame(core.Frame), default);
            if (options.MakesFrames)
            {
                grid._frameThread.Start();
                grid._optionWork.Start();
                if (options.MarketReportMs > 0)
                {
                    grid._reportThread.Start();
                }
            }
            return grid;
        }
        catch
        {
            journal?.Dispose();
            throw;
        }
    }

    public ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var item = new CommandItem(command);
        return _writer.TryPost(item)
            ? new ValueTask<CommandResult>(item.Task.WaitAsync(cancellation))
            : ValueTask.FromResult(new CommandResult(command.Id, NotTaken, 0L, _frame.Number));
    }

    public ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(IReadOnlyList<AccountCommand> commands,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var item = new CommandListItem(commands);
        return _writer.TryPost(item)
            ? new ValueTask<IReadOnlyList<CommandResult>>(item.Task.WaitAsync(cancellation))
            : ValueTask.FromResult<IReadOnlyList<CommandResult>>(
                commands.Select(c => new CommandResult(c.Id, NotTaken, 0L, _frame.Number)).ToArray());
    }

    public ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation = default)
    {
        lock (_prices)
        {
            return ValueTask.FromResult(_oracle.Apply(update, NowMs));
        }
    }

    public ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_core.State.Accounts.Read(account) is { } state
            ? AccountSnapshots.Of(state, _frame) : null);

    public ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question, CancellationToken cancellation = default) =>
        ValueTask.FromResult(PreTradeCheck.Answer(_core.State.Accounts.Read(question.Account), question, _frame));

    public ValueTask<WhatIfAnswer?> WhatIfAsync(WhatIfQuestion question, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_core.State.Accounts.Read(question.Account) is { } account
            ? WhatIf.Answer(account, question, _frame) : null);

    public async ValueTask<IMarketCut?> CutAsync(CancellationToken cancellation = default) =>
        await Ask(core => AccountCut.Of(core.State, _frame), cancellation).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<Trigger>> TriggersAsync(string subscriber, int countMax,
        CancellationToken cancellation = default)
    {
        TriggerOutbox.Check(subscriber);
        if (!_core.State.Outbox.IsSubscribed(subscriber))
        {
            await Run(core => core.Subscribe(subscriber), cancellation).ConfigureAwait(false);
        }
        return _core.State.Outbox.For(subscriber, countMax);
    }

    public async ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation = default)
    {
        TriggerOutbox.Check(subscriber);
        await Run(core => core.Acknowledge(subscriber, sequence), cancellation).ConfigureAwait(false);
    }

    public async ValueTask<string> StateHashAsync(CancellationToken cancellation = default) =>
        await Ask(core => core.State.Hash(), cancellation).ConfigureAwait(false);

    public IAsyncEnumerable<SystemFigures> WatchSystemAsync(CancellationToken cancellation = default) =>
        _watchers.WatchAsync(() => _system, cancellation);

    /// <summary>Until no plan is worked on.</summary>
    internal Task DeleveragingIdleAsync() => _deleveraging.IdleAsync();

    /// <summary>Whether the books close, for tests: nobody may be writing.</summary>
    internal ConservationReport Books() => Conservation.Check(_core.State);

    /// <summary>Takes a snapshot now.</summary>
    internal Task<bool> SnapshotAsync() => Ask(_ => TrySnapshot(), default);

    /// <summary>Stops the threads, takes a snapshot where anything changed, and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        _stop.Set();
        await Task.Run(Stop).ConfigureAwait(false);
        _watchers.Complete();
        _history.Dispose();
        _columns.Dispose();
    }

    private CommandStatus NotTaken => _writer.IsStopping ? CommandStatus.StorageUnavailable : CommandStatus.Overloaded;

    private void Stop()
    {
        if (_options.MakesFrames)
        {
            _frameThread.Join();
        }
        _optionWork.Dispose();
        if (_reportThread.IsAlive)
        {
            _reportThread.Join();
        }
        _writer.Dispose();
        _deleveraging.IdleAsync().GetAwaiter().GetResult();
        try
        {
            if (_journal is not null && _writer is { Broken: null, Fatal: null, UnsnapshottedBytes: > 0 })
            {
                TakeSnapshot();
            }
        }
        catch (Exception exception) when (exception is JournalUnavailableException or JournalCorruptException)
        {
            // a snapshot only shortens the next start: everything is in the journal
            _snapshotFault = exception.Message;
        }
        finally
        {
            _journal?.Dispose();
        }
    }

    private async Task Run(Action<GridCore> action, CancellationToken cancellation) =>
        await Wait(new ActionItem<bool>(core =>
    {
        action(core);
        return true;
    }), cancellation).ConfigureAwait(false);

    private Task<T> Ask<T>(Func<GridCore, T> question, CancellationToken cancellation) =>
        Wait(new ActionItem<T>(question, alone: true), cancellation);

    Task<T> IPlanWriter.Ask<T>(Func<GridCore, T> action) => Ask(action, default);

    private Task<T> Wait<T>(ActionItem<T> item, CancellationToken cancellation) =>
        _writer.TryPost(item, evenIfFull: true)
        ? item.Task.WaitAsync(cancellation)
        : throw new ObjectDisposedException(nameof(EmbeddedGrid));

    /// <summary>For decisions: the newest frame, or one made now where funding has been published since.</summary>
    private PriceFrame NewestFrame()
    {
        if (!ReferenceEquals(_frame.FundingIndices, _core.State.FundingIndices))
        {
            lock (_prices)
            {
                NextFrame();
            }
        }
        return _frame;
    }

    private void PublishRow(Account account, int number)
    {
        _columns.Put(account, number);
        _optionWork.Forget(number);
        Volatile.Write(ref _appliedSeen, _core.State.Applied);
    }
}
