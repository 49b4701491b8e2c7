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
/// A part that is prepared waits for the record, so a crash at any point leaves all or none. An activation first writes
/// its state once: what an earlier one has not recorded by then can never be recorded, and is dropped.
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("fill-journal")]
public sealed partial class FillJournalGrain : Grain, IFillJournalGrain
{
    /// <summary>Detail of an answer: something has changed since the list was planned.</summary>
    internal const string NotAsPlanned = "not as planned";

    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(250);

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly GroupWriter _writer;

    // committed and not known to be settled everywhere, with those that take part
    private readonly Dictionary<TransactionKey, TransactionParty[]> _committed = [];
    private readonly HashSet<TransactionKey> _open = [];
    private readonly Dictionary<CommandId, Task> _running = [];

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
        (await OneAtATimeAsync([command.ToCommand()], TransactionKind.One))[0].ToMessage();

    public async Task<AnswerMessage> FenceAsync(CommandMessage command) =>
        (await OneAtATimeAsync([command.ToCommand()], TransactionKind.Fence))[0].ToMessage();

    public async Task<AnswerMessage[]> ExecuteAllAsync(CommandMessage[] commands) =>
        [.. (await OneAtATimeAsync([.. commands.Select(c => c.ToCommand())], TransactionKind.List))
            .Select(r => r.ToMessage())];

    public async Task<AnswerMessage[]> ExecutePlannedAsync(CommandMessage[] commands, PlannedMessage planned) =>
        [.. (await OneAtATimeAsync([.. commands.Select(c => c.ToCommand())], TransactionKind.List, planned))
            .Select(r => r.ToMessage())];

    public Task<TransactionOutcome> OutcomeAsync(TransactionKey transaction) => Task.FromResult(
        _open.Contains(transaction) || _writer.Failure is not null ? TransactionOutcome.Open
        : _committed.ContainsKey(transaction) ? TransactionOutcome.Committed
        : TransactionOutcome.Dropped);

    public Task<int> ResumeAsync() => Task.FromResult(_committed.Count);

    /// <summary>A command that is sent twice at once is decided twice, the second time as a repeat.</summary>
    private async Task<CommandResult[]> OneAtATimeAsync(AccountCommand[] commands, TransactionKind kind,
        PlannedMessage? planned = null)
    {
        var id = commands[0].Id;
        while (_running.TryGetValue(id, out var running))
        {
            await running.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        var task = RunAsync(commands, kind, planned);
        if (task.IsCompleted)
        {
            return await task;
        }
        _running.Add(id, task);
        try
        {
            return await task;
        }
        finally
        {
            _running.Remove(id);
        }
    }

    private async Task<CommandResult[]> RunAsync(AccountCommand[] commands, TransactionKind kind,
        PlannedMessage? planned)
    {
        if (Array.Find(commands, c => c.Id.IsReserved) is not null)
        {
            return Answers(commands, CommandStatus.ReservedId, _services.Grid.Frame);
        }
        var claims = await IdClaims.MakeAsync(GrainFactory, commands);
        var results = await RunAsync(commands, kind, planned, claims);
        claims.Settle(results[0], isList: kind == TransactionKind.List);
        return results;
    }

    private async Task<CommandResult[]> RunAsync(AccountCommand[] commands, TransactionKind kind,
        PlannedMessage? planned, IdClaims claims)
    {
        var frame = _services.Grid.Frame;
        if (_writer.Failure is not null)
        {
            return Answers(commands, CommandStatus.StorageUnavailable, frame);
        }
        var key = new TransactionKey(this.GetPrimaryKeyLong(), Ulid.Of(commands[0].Id), Guid.NewGuid());
        _open.Add(key);
        var part = new TransactionDecision(commands, _services.Universe, claims);
        var settled = false;
        try
        {
            foreach (var (asset, amount) in part.Claims)
            {
                part.Gathered(asset, await _writer.UnlessFailedAsync(
                    GrainFactory.Fund(asset).AvailableAsync(amount)) >= amount);
            }
            var debt = await VenueDebt.AskAsync(GrainFactory, commands, _services.Universe);
            part.IsInDebt = debt?.IsInDebt;
            if (debt is { IsInDebt: null } || !await HoldAsync(key, part.Parties, part.Ids, part.Add))
            {
                return Answers(commands, CommandStatus.StorageUnavailable, frame);
            }
            if (planned is not null && !part.IsAs(planned))
            {
                return Answers(commands, CommandStatus.NothingToDo, frame, NotAsPlanned);
            }
            // the newest now: an account may have waited
            frame = _services.Grid.Frame;
            var results = part.Decide(frame, kind);
            if (!part.IsApplied)
            {
                if (part.IsOvertaken)
                {
                    return Answers(commands, CommandStatus.StorageUnavailable, frame);
                }
                return part.Refusal is { } refusal && part.Holder is { } holder
                    && !await GrainFactory.Account(holder).RefuseAsync(key, refusal)
                    ? Answers(commands, CommandStatus.StorageUnavailable, frame) : results;
            }
            if (part.Legs.Count == 0)
            {
                return results;
            }
            var outcome = await CommitAsync(key, part.Legs, part.Others);
            settled = outcome == CommandStatus.Applied;
            return settled ? results : Answers(commands, outcome, frame);
        }
        catch (Exception exception)
        {
            LogBroken(_services.Logger, commands[0].Id, exception.Message);
            return Answers(commands, CommandStatus.StorageUnavailable, frame);
        }
        finally
        {
            if (!settled)
            {
                Drop(key, part.Parties);
            }
        }
    }

    /// <summary>False where a party is not to be had; those before it are held.</summary>
    private async Task<bool> HoldAsync(TransactionKey key, TransactionParty[] parties, Ulid[] ids,
        Action<TransactionParty, HoldMessage> held)
    {
        foreach (var party in parties)
        {
            var hold = await _writer.UnlessFailedAsync(party.Grain(GrainFactory).HoldAsync(key, ids));
            if (!hold.Granted)
            {
                return false;
            }
            held(party, hold);
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

    private static CommandResult[] Answers(AccountCommand[] commands, CommandStatus status, PriceFrame frame,
        string? detail = null) =>
        [.. commands.Select(c => new CommandResult(c.Id, status, 0L, frame.Number, Detail: detail))];

    [LoggerMessage(LogLevel.Warning, "command {Command} was not carried out: {Message}")]
    private static partial void LogBroken(ILogger logger, CommandId command, string message);

    [LoggerMessage(LogLevel.Warning, "command {Command} is committed and not settled everywhere: {Message}")]
    private static partial void LogUnfinished(ILogger logger, CommandId command, string message);
}
