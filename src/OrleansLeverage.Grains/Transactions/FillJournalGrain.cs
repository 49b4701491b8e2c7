using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// Commands of several parties, all or none of each:
/// <code>
/// hold every party, in order ─► decide ─► prepare every part, durable ─► record the commit, durable ─► answer
///                                  └─► refused: let go                       └─► settle every part ─► forget
/// </code>
/// A part that is prepared waits for the record, so a crash at any point leaves all or none. Planned lists that wait
/// share one transaction, each all or none by itself. An activation first writes its state once: what an earlier one
/// has not recorded by then can never be recorded, and is dropped.
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("fill-journal")]
public sealed partial class FillJournalGrain : Grain, IFillJournalGrain
{
    /// <summary>Detail of an answer: something has changed since the list was planned.</summary>
    internal const string NotAsPlanned = "not as planned";

    /// <summary>Planned lists, and commands in them, that share one transaction; a longer list has one to itself.
    /// </summary>
    private const int ListsAtOnce = 32;
    private const int CommandsAtOnce = 256;

    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(250);

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly GroupWriter _writer;

    // committed and not known to be settled everywhere, with those that take part
    private readonly Dictionary<TransactionKey, TransactionParty[]> _committed = [];
    private readonly HashSet<TransactionKey> _open = [];
    private readonly Dictionary<CommandId, Task> _running = [];
    private readonly Queue<CommandList> _waiting = [];
    private Task _together = Task.CompletedTask;

    public FillJournalGrain([PersistentState("fill-journal", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services)
    {
        _state = state;
        _services = services;
        _writer = new GroupWriter(WriteStateAsync);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Read(_state.State.Body);
        await _writer.WriteAsync();
        foreach (var (key, parties) in _committed.ToArray())
        {
            _ = FinishAsync(key, parties, told: false);
        }
    }

    public async Task<AnswerMessage> ExecuteAsync(CommandMessage command) =>
        (await ExecuteAsync([command], TransactionKind.One))[0];

    public async Task<AnswerMessage> FenceAsync(CommandMessage command) =>
        (await ExecuteAsync([command], TransactionKind.Fence))[0];

    public Task<AnswerMessage[]> ExecuteAllAsync(CommandMessage[] commands) =>
        ExecuteAsync(commands, TransactionKind.List);

    public Task<AnswerMessage[]> ExecutePlannedAsync(CommandMessage[] commands, PlannedMessage planned) =>
        ExecuteAsync(commands, TransactionKind.List, planned);

    public Task<TransactionOutcome> OutcomeAsync(TransactionKey transaction) => Task.FromResult(
        _open.Contains(transaction) || _writer.Failure is not null ? TransactionOutcome.Open
        : _committed.ContainsKey(transaction) ? TransactionOutcome.Committed
        : TransactionOutcome.Dropped);

    public Task<int> ResumeAsync() => Task.FromResult(_committed.Count);

    /// <summary>A command that is sent twice at once is decided twice, the second time as a repeat.</summary>
    private async Task<AnswerMessage[]> ExecuteAsync(CommandMessage[] messages, TransactionKind kind,
        PlannedMessage? planned = null)
    {
        AccountCommand[] commands = [.. messages.Select(c => c.ToCommand())];
        var id = commands[0].Id;
        while (_running.TryGetValue(id, out var running))
        {
            await running.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        var task = RunAsync(commands, kind, planned);
        if (!task.IsCompleted)
        {
            _running.Add(id, task);
        }
        try
        {
            return [.. (await task).Select(r => r.ToMessage())];
        }
        finally
        {
            _running.Remove(id);
        }
    }

    private async Task<CommandResult[]> RunAsync(AccountCommand[] commands, TransactionKind kind,
        PlannedMessage? planned)
    {
        var isReserved = Array.Exists(commands, c => c.Id.IsReserved);
        var list = new CommandList(commands, planned,
            await IdClaims.MakeAsync(GrainFactory, isReserved ? [] : commands));
        if (isReserved)
        {
            list.Answer(CommandStatus.ReservedId, _services.Grid.Frame);
        }
        else if (planned is null)
        {
            await RunAsync([list], kind);
        }
        else
        {
            await JoinAsync(list);
        }
        list.Claims.Settle(list.Results[0], isList: kind == TransactionKind.List);
        return list.Results;
    }

    /// <summary>
    /// Liquidations have the desk in common, and many of them a fund: those that wait share the next transaction, and
    /// with it its writes.
    /// </summary>
    private async Task JoinAsync(CommandList list)
    {
        _waiting.Enqueue(list);
        while (!list.IsAnswered)
        {
            if (_together.IsCompleted)
            {
                List<CommandList> lists = [];
                for (var commands = 0; lists.Count < ListsAtOnce && _waiting.TryPeek(out var next)
                    && (commands += next.Commands.Length) <= CommandsAtOnce | lists.Count == 0;)
                {
                    lists.Add(_waiting.Dequeue());
                }
                _together = RunAsync([.. lists], TransactionKind.List);
            }
            await _together;
        }
    }

    /// <summary>Carries lists out in one transaction; all are answered when this returns.</summary>
    private async Task RunAsync(CommandList[] lists, TransactionKind kind)
    {
        var frame = _services.Grid.Frame;
        if (_writer.Failure is not null)
        {
            Answer(lists, CommandStatus.StorageUnavailable, frame);
            return;
        }
        var key = new TransactionKey(this.GetPrimaryKeyLong(), Ulid.Of(lists[0].Commands[0].Id), Guid.NewGuid());
        _open.Add(key);
        var part = new TransactionDecision(lists, _services.Universe);
        var settled = false;
        try
        {
            foreach (var (asset, amount) in part.Claims)
            {
                part.Gathered(asset, await _writer.UnlessFailedAsync(
                    GrainFactory.Fund(asset).AvailableAsync(amount)) >= amount);
            }
            var debt = await VenueDebt.AskAsync(GrainFactory, lists.SelectMany(l => l.Commands), _services.Universe);
            part.IsInDebt = debt?.IsInDebt;
            if (debt is { IsInDebt: null }
                || !await HoldAsync(key, part.Parties, part.Ids, part.Add, party => part.GoesOnWithout(party, frame)))
            {
                Answer(lists, CommandStatus.StorageUnavailable, frame);
                return;
            }
            // the newest now: an account may have waited
            frame = _services.Grid.Frame;
            part.Decide(frame, kind);
            if (part.Refusal is { } refusal && part.Holder is { } holder
                && !await GrainFactory.Account(holder).RefuseAsync(key, refusal))
            {
                Answer(lists, CommandStatus.StorageUnavailable, frame);
            }
            if (part.Legs.Count == 0)
            {
                return;
            }
            var outcome = await CommitAsync(key, part.Legs, part.Others);
            settled = outcome == CommandStatus.Applied;
            if (!settled)
            {
                Answer(lists.Where(l => l.IsApplied), outcome, frame);
            }
        }
        catch (Exception exception)
        {
            LogBroken(_services.Logger, lists[0].Commands[0].Id, exception.Message);
            Answer(lists, CommandStatus.StorageUnavailable, frame);
        }
        finally
        {
            if (!settled)
            {
                Drop(key, part.Parties);
            }
        }
    }

    /// <summary>
    /// False where a party is not to be had that nothing goes on without; those before it are held.
    /// </summary>
    private async Task<bool> HoldAsync(TransactionKey key, TransactionParty[] parties, Ulid[] ids,
        Action<TransactionParty, HoldMessage> held, Func<TransactionParty, bool> goesOnWithout)
    {
        foreach (var party in parties)
        {
            var hold = await _writer.UnlessFailedAsync(party.Grain(GrainFactory).HoldAsync(key, ids));
            if (hold.Granted)
            {
                held(party, hold);
            }
            else if (!goesOnWithout(party))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Applied once the record is durable; anything else means that it is not known to be, or never will be.
    /// </summary>
    private async Task<CommandStatus> CommitAsync(TransactionKey key, TransactionLegs legs,
        IEnumerable<TransactionParty> others)
    {
        var prepared = await _writer.UnlessFailedAsync(Task.WhenAll(legs.Select(leg =>
            leg.Key.Grain(GrainFactory).PrepareAsync(new LegMessage(key, LegCodec.Write(leg.Value))))));
        if (Array.Exists(prepared, p => !p) || _writer.Failure is not null)
        {
            return CommandStatus.StorageUnavailable;
        }
        var parties = legs.Keys.ToArray();
        _committed.Add(key, parties);
        try
        {
            await _writer.WriteAsync();
        }
        catch (StoreUnavailableException)
        {
            _committed.Remove(key);
            return CommandStatus.StorageUnavailable;
        }
        catch (Exception)
        {
            return CommandStatus.OutcomeUnknown;
        }
        _open.Remove(key);
        await SettleAsync(key, parties);
        // only parties that read nothing but the ids of the commands are let go without a part
        Release(key, others);
        _ = FinishAsync(key, parties, told: true);
        return CommandStatus.Applied;
    }

    /// <summary>Tells every part once; who cannot be told now is told by <see cref="FinishAsync"/>, or asks.</summary>
    private async Task SettleAsync(TransactionKey key, TransactionParty[] parties) => await Task.WhenAll(
            parties.Select(p => p.Grain(GrainFactory).SettleAsync(key, apply: true)))
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>Until every part is settled and durable by itself; then the record is no longer needed.</summary>
    private async Task FinishAsync(TransactionKey key, TransactionParty[] parties, bool told)
    {
        while (_writer.Failure is null)
        {
            try
            {
                if (!told)
                {
                    await Task.WhenAll(parties.Select(p => p.Grain(GrainFactory).SettleAsync(key, apply: true)));
                }
                await Task.WhenAll(parties.Select(p => p.Grain(GrainFactory).SettledAsync(key)));
                _committed.Remove(key);
                return;
            }
            catch (Exception exception)
            {
                told = false;
                LogUnfinished(_services.Logger, key.Command.ToId(), exception.Message);
            }
            await Task.Delay(TryAgain);
        }
    }

    private void Drop(TransactionKey key, TransactionParty[] parties)
    {
        // where the record's write has an unknown outcome the next activation says how it ended
        if (_writer.Failure is null && !_committed.ContainsKey(key))
        {
            _open.Remove(key);
            Release(key, parties);
        }
    }

    private void Release(TransactionKey key, IEnumerable<TransactionParty> parties)
    {
        foreach (var party in parties)
        {
            party.Grain(GrainFactory).SettleAsync(key, apply: false).Ignore();
        }
    }

    private static void Answer(IEnumerable<CommandList> lists, CommandStatus status, PriceFrame frame)
    {
        foreach (var list in lists)
        {
            list.Answer(status, frame);
        }
    }

    [LoggerMessage(LogLevel.Warning, "command {Command} was not carried out: {Message}")]
    private static partial void LogBroken(ILogger logger, CommandId command, string message);

    [LoggerMessage(LogLevel.Warning, "command {Command} is committed and not settled everywhere: {Message}")]
    private static partial void LogUnfinished(ILogger logger, CommandId command, string message);
}
