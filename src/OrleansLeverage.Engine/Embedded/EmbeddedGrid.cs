using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// The grid in one process. Three parties, each at its own pace: callers judge prices and queue commands; one writer decides
/// commands and makes them durable in groups (<see cref="CommandWriter"/>); a frame thread assembles prices every interval,
/// sweeps all rows and hands what crosses a line to the writer, which confirms it exactly before anybody is told.
/// </summary>
public sealed partial class EmbeddedGrid : ILeverageGrid
{
    private readonly EmbeddedOptions _options;
    private readonly DurableJournal? _journal;
    private readonly GridCore _core;
    private readonly GridColumns _columns;
    private readonly CommandWriter _writer;
    private readonly FrameMaker _frames;
    private readonly PriceOracle _oracle;
    private readonly Lock _prices = new();
    private readonly Lock _rows = new();
    private readonly Thread _frameThread;
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly List<Channel<SystemFigures>> _watchers = [];
    private volatile PriceFrame _frame;
    private volatile SystemFigures? _system;
    private long _frameCount;
    private int _confirming;
    private bool _disposed;

    private EmbeddedGrid(EmbeddedOptions options)
    {
        options.Check();
        _options = options;
        Universe = options.Universe;
        _journal = options.Directory is { } directory
            ? DurableJournal.Open(new JournalOptions { Directory = directory, SchemaVersion = JournalCodec.SchemaVersion, TimeProvider = options.Time })
            : null;
        GridState state;
        try
        {
            state = _journal is null
                ? new GridState(Universe, options.WindowCapacity)
                : JournalReader.Recover(_journal, Universe, options.WindowCapacity);
        }
        catch
        {
            _journal?.Dispose();
            throw;
        }
        Recovery = _journal?.Report.ToString() ?? "nothing is kept";
        _frames = new FrameMaker(Universe, (state.Frame?.Number.Epoch ?? 0) + 1, state.Funding);
        _oracle = OracleSetup.For(Universe, options.Oracle, state.Frame?.TimeMs ?? 0L);
        _frame = _frames.Next(NowMs, LastKnown(state.Frame));
        _core = new GridCore(state, _frame);
        _columns = new GridColumns(options.Workers);
        for (var number = 0; number < state.Accounts.Count; number++)
        {
            _columns.Put(state.Accounts.Read(number), number);
        }
        _writer = new CommandWriter(_core, _journal, options.Time, options.QueueCapacity, () => _frame, PublishRow);
        _frameThread = new Thread(RunFrames) { IsBackground = true, Name = "leverage-frames" };
    }

    public Universe Universe { get; }

    public PriceFrame Frame => _frame;

    public SystemFigures? System => _system;

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
            var condition = _disposed ? GridCondition.Stopped : _writer.Broken is null ? GridCondition.Ready : GridCondition.ReadOnly;
            return new GridHealth(condition, _writer.Broken ?? "", _core.State.Accounts.Count, Volatile.Read(ref _appliedSeen), Volatile.Read(ref _frameCount));
        }
    }

    /// <summary>Native bytes of the rows and bytes of packed exact state.</summary>
    public (long RowBytes, long PackedBytes) Memory => (_columns.NativeBytes, _core.State.Accounts.PackedBytes);

    /// <summary>Commits and their latency; null where nothing is kept.</summary>
    internal JournalStatistics? JournalStatistics => _journal?.Statistics;

    private long _appliedSeen;

    private long NowMs => _options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Opens or recovers the grid and starts it. Throws what the journal throws where it cannot be believed.</summary>
    public static EmbeddedGrid Open(EmbeddedOptions options)
    {
        var grid = new EmbeddedGrid(options);
        grid._writer.Start();
        grid._frameThread.Start();
        return grid;
    }

    public ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation = default)
    {
        var item = new CommandItem(command);
        return _writer.TryPost(item)
            ? new ValueTask<CommandResult>(item.Task.WaitAsync(cancellation))
            : ValueTask.FromResult(new CommandResult(command.Id, CommandStatus.Overloaded, 0L, _frame.Number));
    }

    public ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(IReadOnlyList<AccountCommand> commands, CancellationToken cancellation = default)
    {
        var item = new CommandListItem(commands);
        return _writer.TryPost(item)
            ? new ValueTask<IReadOnlyList<CommandResult>>(item.Task.WaitAsync(cancellation))
            : ValueTask.FromResult<IReadOnlyList<CommandResult>>(
                commands.Select(c => new CommandResult(c.Id, CommandStatus.Overloaded, 0L, _frame.Number)).ToArray());
    }

    public ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation = default)
    {
        lock (_prices)
        {
            return ValueTask.FromResult(_oracle.Apply(update, NowMs));
        }
    }

    public async ValueTask PublishFundingAsync(InstrumentId instrument, decimal rate, CancellationToken cancellation = default)
    {
        if (Universe.Instrument(instrument) is not { Kind: InstrumentKind.Perpetual } perpetual || Math.Abs(rate) > 1m)
        {
            throw new ArgumentException($"{instrument} is not a perpetual, or rate {rate} is not in [-1, 1]", nameof(instrument));
        }
        PriceFrame frame;
        lock (_prices)
        {
            if (_frame.Mark(perpetual) is not { } mark)
            {
                throw new InvalidOperationException($"{instrument} has no mark yet");
            }
            _frames.AddFunding(perpetual, rate, mark);
            frame = NextFrame();
        }
        await Run(core =>
        {
            core.RecordFrame(frame);
            return true;
        }, cancellation).ConfigureAwait(false);
    }

    public ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_core.State.Accounts.Read(account) is { } state ? LeverageCalculator.Snapshot(state, _frame) : null);

    public ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question, CancellationToken cancellation = default) =>
        ValueTask.FromResult(PreTradeCheck.Answer(_core.State.Accounts.Read(question.Account), question, _frame));

    public async ValueTask<IReadOnlyList<Trigger>> TriggersAsync(string subscriber, int countMax, CancellationToken cancellation = default)
    {
        if (!_core.State.Outbox.IsSubscribed(subscriber))
        {
            await Run(core =>
            {
                core.Acknowledge(subscriber, core.State.Outbox.LastSequence + core.Pending.Triggers);
                return true;
            }, cancellation).ConfigureAwait(false);
        }
        return _core.State.Outbox.For(subscriber, countMax);
    }

    public async ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation = default) =>
        await Run(core =>
        {
            core.Acknowledge(subscriber, Math.Min(sequence, core.State.Outbox.LastSequence));
            return true;
        }, cancellation).ConfigureAwait(false);

    public async ValueTask<string> StateHashAsync(CancellationToken cancellation = default) =>
        await Run(core => core.State.Hash(), cancellation, alone: true).ConfigureAwait(false);

    public async IAsyncEnumerable<SystemFigures> WatchSystemAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var channel = Channel.CreateBounded<SystemFigures>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_watchers)
        {
            _watchers.Add(channel);
        }
        try
        {
            if (_system is { } now)
            {
                channel.Writer.TryWrite(now);
            }
            await foreach (var figures in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return figures;
            }
        }
        finally
        {
            lock (_watchers)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>Stops the threads, takes a snapshot where anything changed, and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _stop.Set();
        await Task.Run(() =>
        {
            _frameThread.Join();
            _writer.Dispose();
            if (_journal is not null && _writer is { Broken: null, UnsnapshottedBytes: > 0 })
            {
                TakeSnapshot();
            }
        }).ConfigureAwait(false);
        lock (_watchers)
        {
            _watchers.ForEach(w => w.Writer.TryComplete());
        }
        _journal?.Dispose();
        _columns.Dispose();
        _stop.Dispose();
    }

    private async Task<T> Run<T>(Func<GridCore, T> action, CancellationToken cancellation, bool alone = false)
    {
        var item = new ActionItem<T>(action, alone);
        return _writer.TryPost(item, evenIfFull: true)
            ? await item.Task.WaitAsync(cancellation).ConfigureAwait(false)
            : throw new ObjectDisposedException(nameof(EmbeddedGrid));
    }

    private void PublishRow(Account account, int number)
    {
        lock (_rows)
        {
            _columns.Put(account, number);
        }
        Volatile.Write(ref _appliedSeen, _core.State.Applied);
    }

    private void TakeSnapshot()
    {
        var state = _core.State;
        _journal!.WriteSnapshot(_journal.LastSequence, Convert.FromHexString(state.Hash()), stream =>
        {
            foreach (var chunk in GridSnapshot.Write(state))
            {
                stream.Write(chunk.Span);
            }
        });
        _writer.Snapshotted();
    }
}
