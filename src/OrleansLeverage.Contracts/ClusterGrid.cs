using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Contracts;

/// <summary>
/// The grid of a cluster, seen from a client or from a silo's own web endpoint. Commands go to the grain that owns what
/// they change and are tried again under their id until it answers; frames and figures are looked at in the background,
/// so that reading them asks nobody. An account is read as its durable state and valued here, by the same code.
/// </summary>
/// <remarks>
/// Other than in one process: <see cref="CommandResult.Sequence"/> counts the commands of the account, and an id is
/// remembered durably by the accounts that its command named. Its reuse at other accounts is seen by the index of the
/// newest half million ids (<see cref="IIdIndexGrain"/>), which forgets a part of them with a silo.
/// </remarks>
public sealed partial class ClusterGrid : ILeverageGrid
{
    private readonly IGrainFactory _grains;
    private readonly ClusterGridOptions _options;
    private readonly TimeProvider _time;
    private readonly CommandRetries _retries;
    private readonly FigureWatchers _watchers = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile PriceFrame _frame;
    private volatile SystemFigures? _system;
    private volatile SystemicReading? _reading;
    private volatile IReadOnlyList<FeedQuote> _quotes = [];
    private volatile string? _fault = "the cluster has not answered yet";
    private Task _polling = Task.CompletedTask;
    private long _answeredAt;
    private int _disposed;

    public ClusterGrid(IGrainFactory grains, ClusterGridOptions options, TimeProvider time)
    {
        options.Check();
        (_grains, _options, _time) = (grains, options, time);
        _frame = new PriceFrame(default, 0L, options.Universe, new FramePrice[options.Universe.Feeds.Count]);
        _retries = new CommandRetries(time, TimeSpan.FromMilliseconds(options.CommandDeadlineMs),
            TimeSpan.FromMilliseconds(options.ReadDeadlineMs), TimeSpan.FromMilliseconds(options.CommandPatienceMs));
        Deleveraging = new ClusterDeleveraging(grains, options.Universe, _retries);
        _reads = new ClusterReads(grains, _retries, () => _frame, Listed, ReadAsync, time, _stop.Token);
        _reporter = new MarketReporter(options.MarketReportAccountsMax);
        _ladder = new Asked<LiquidationLadder>(NewLadderAsync, time, LadderEvery, _stop.Token, restPerWork: 0.0);
        _hasOptions = options.Universe.Instruments.Any(instrument => instrument.Option is not null);
        _sensitivities = new Asked<MarketSensitivities>(NewSensitivitiesAsync, time, SensitivitiesEvery, _stop.Token);
        _market = new Asked<MarketReport>(NewReportAsync, time,
            TimeSpan.FromMilliseconds(Math.Max(1, options.MarketReportMs)), _stop.Token);
    }

    public Universe Universe => _options.Universe;

    public PriceFrame Frame => _frame;

    public IReadOnlyList<FeedQuote> Oracle => _quotes;

    public IDeleveraging Deleveraging { get; }

    /// <summary>
    /// What the figures were merged from: which silos, which were late, which buckets are not covered.
    /// </summary>
    public SystemicReading? Reading => _reading;

    public GridHealth Health
    {
        get
        {
            var reading = _reading;
            var silentMs = (long)_time.GetElapsedTime(Volatile.Read(ref _answeredAt)).TotalMilliseconds;
            var (condition, reason) = _disposed != 0 ? (GridCondition.Stopped, "")
                : _frame.Number == default ? (GridCondition.Recovering, _fault ?? "no frame yet")
                : _options.Polls && silentMs > _options.FrameAgeMaxMs
                    ? (GridCondition.Degraded, $"no new frame for {silentMs} ms: {_fault ?? "the cluster is silent"}")
                : reading is { Late.Length: > 0 } ? (GridCondition.Degraded,
                    $"{reading.Late.Length} of {reading.Silos} silos are late with frame {_frame.Number}")
                : reading is not null && reading.Covered < reading.Listed ? (GridCondition.Degraded,
                    $"{reading.Listed - reading.Covered} of {reading.Listed} accounts are not covered")
                : (GridCondition.Ready, "");
            return new GridHealth(condition, reason, reading?.Listed ?? 0L, reading?.Applied ?? 0L,
                _frame.Number.Sequence);
        }
    }

    /// <summary>Starts to look; returns at once, whether or not the cluster answers.</summary>
    public void Start()
    {
        if (_options.Polls)
        {
            _polling = Task.Run(PollAsync);
        }
    }

    public async ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Malformed(command) is { } status)
        {
            return new CommandResult(command.Id, status, 0L, _frame.Number);
        }
        var message = command.ToMessage();
        return await _retries.RunAsync(command.Id, _frame.Number, async () => (command switch
        {
            PublishFunding => await _grains.Frames().PublishFundingAsync(message),
            SingleAccountCommand single when !command.IsClaim() =>
                await _grains.Account(single.Account).ExecuteAsync(message),
            _ => await _grains.Journal(command.Id).ExecuteAsync(message),
        }).ToResult(), cancellation);
    }

    public async ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(IReadOnlyList<AccountCommand> commands,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (commands.Count == 0)
        {
            return [];
        }
        foreach (var command in commands)
        {
            if (Malformed(command) is { } status)
            {
                return [.. commands.Select(c => new CommandResult(c.Id, status, 0L, _frame.Number))];
            }
        }
        var messages = commands.Select(c => c.ToMessage()).ToArray();
        var accounts = commands.SelectMany(c => c.Accounts()).Distinct().ToArray();
        var first = commands[0].Id;
        var single = accounts.Length == 1 && commands.All(c => c is SingleAccountCommand && !c.IsClaim());
        return await _retries.RunAllAsync([.. commands.Select(c => c.Id)], _frame.Number, async () =>
            (single ? await _grains.Account(accounts[0]).ExecuteAllAsync(messages)
                : await _grains.Journal(first).ExecuteAllAsync(messages)).Select(a => a.ToResult()).ToArray(),
            cancellation);
    }

    public async ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation = default)
    {
        if (update.FormFault() is { } fault)
        {
            return fault;
        }
        return Universe.Feed(update.Feed) is null ? PriceAcceptance.UnknownFeed
            : (PriceAcceptance)await _grains.GetGrain<IPriceGrain>(update.Feed.Value).PublishAsync(update.ToMessage())
                .WaitAsync(cancellation);
    }

    public async ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation = default)
        => await ReadAsync(account, cancellation) is { } state ? AccountSnapshots.Of(state, _frame) : null;

    public async ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question,
        CancellationToken cancellation = default) =>
        PreTradeCheck.Answer(await ReadAsync(question.Account, cancellation), question, _frame);

    public async ValueTask<IReadOnlyList<Trigger>> TriggersAsync(string subscriber, int countMax,
        CancellationToken cancellation = default)
    {
        TriggerOutbox.Check(subscriber);
        var pending = await _retries.ReadAsync(() => _grains.Triggers().PendingAsync(subscriber, countMax),
            cancellation);
        return [.. pending.Select(t => t.ToTrigger())];
    }

    public async ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation = default)
    {
        TriggerOutbox.Check(subscriber);
        await _retries.MakeAsync(async () =>
        {
            await _grains.Triggers().AcknowledgeAsync(subscriber, sequence);
            return true;
        }, cancellation);
    }

    /// <summary>Reads every account: for audits and tests, on a grid that nobody changes meanwhile.</summary>
    public async ValueTask<string> StateHashAsync(CancellationToken cancellation = default) =>
        (await StateAsync(cancellation)).Hash();

    internal Task<GridState> StateAsync(CancellationToken cancellation) =>
        ClusterState.CollectAsync(_grains, Universe, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        await _stop.CancelAsync();
        await Task.WhenAll(_polling, _reads.StoppedAsync(), _ladder.StoppedAsync(), _market.StoppedAsync(),
            _sensitivities.StoppedAsync());
        _watchers.Complete();
        _stop.Dispose();
    }

    /// <summary>
    /// Accounts that there are, for an answer that saw so many: the roster's count is a moment older, so that more may
    /// have been seen. Null before it was counted, and where some may have been seen twice.
    /// </summary>
    private long? Listed(long seen) => _reading is not { Listed: var listed and > 0L } reading ? null
        : seen <= listed ? listed
        : reading.OvercoveredBuckets == 0 ? seen : null;

    /// <summary>What no grain need be asked about.</summary>
    private static CommandStatus? Malformed(AccountCommand command) => command.Id.IsReserved
        ? CommandStatus.ReservedId
        : command is SingleAccountCommand single && !AccountId.IsValid(single.Account.Value)
            ? CommandStatus.UnknownAccount
        : null;

    /// <summary>
    /// As it is committed. Where its silo stands still it is what is in the store, which is the same: a command is
    /// answered when it is there.
    /// </summary>
    private async Task<Account?> ReadAsync(AccountId account, CancellationToken cancellation)
    {
        if (!AccountId.IsValid(account.Value))
        {
            return null;
        }
        var message = await _retries.ReadAsync(() => _grains.Account(account).ReadAsync(), cancellation,
            () => _grains.MarketReads().StoredAsync(account.Value));
        return message.Account is { } bytes ? AccountCodec.Read(account, bytes, Universe, names: true) : null;
    }
}
