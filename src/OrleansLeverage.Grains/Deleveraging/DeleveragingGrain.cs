using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Deleveraging;

/// <summary>
/// The desk of plans: the planning and the saga of the engine of one process, over grains. What happens to a plan is
/// taken into the ledger and written before anything follows from it; a write that fails ends the activation, and the
/// next goes on from the store.
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("deleveraging")]
public sealed partial class DeleveragingGrain : Grain, IDeleveragingGrain
{
    /// <summary>How long an answer waits for a plan that is under way: well within a call's time.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly MarketLook _look;
    private readonly GroupWriter _writer;
    private readonly DeleveragingLedger _ledger = new();
    private readonly DeleveragingDesk _desk;
    private readonly Dictionary<CommandId, Task<DeleveragingStatus>> _drives = [];

    public DeleveragingGrain([PersistentState("deleveraging", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services, GridServiceClient silos, ISiloStatusOracle statuses)
    {
        (_state, _services) = (state, services);
        _look = new MarketLook(GrainFactory, silos, statuses, services.Universe);
        _writer = new GroupWriter(WriteStateAsync);
        _desk = new DeleveragingDesk(_ledger, services.Options.Deleveraging);
    }

    private PriceFrame Frame => _services.Grid.Frame;

    private long NowMs => _services.NowMs;

    public async Task<MarketPage?> LookAsync(string instrument, FrameMessage? frame, int fromBucket)
    {
        var at = frame?.ToFrame(_services.Universe) ?? Frame;
        if (Market(instrument, at) is not { } market || fromBucket is < 0 or >= GrainKeys.RosterBuckets)
        {
            return null;
        }
        var message = frame ?? at.ToMessage(isReported: false);
        var (holders, _) = await _look.PageAsync(market, message, at, fromBucket);
        var next = fromBucket + MarketLook.PageBuckets;
        return new MarketPage(message, [.. holders], next < GrainKeys.RosterBuckets ? next : -1);
    }

    public async Task<ConditionMessage?> ConditionAsync(string instrument)
    {
        var at = Frame;
        if (Market(instrument, at) is not { } market)
        {
            return null;
        }
        var (book, insurance) = await _look.AtAsync(market, at);
        return _desk.Condition(book, DeleveragingDesk.FundUsd(market, insurance, at), NowMs).ToMessage();
    }

    public async Task<PlanMessage> RehearseAsync(OrderMessage message)
    {
        var order = message.ToOrder();
        return (DeleveragingDesk.Problem(order) is { } problem
            ? DeleveragingDesk.Refused(order, DeleveragingStatus.InvalidOrder, problem, Frame)
            : await MakeAsync(order)).ToMessage();
    }

    public async Task<DeleveragingReply> ArmAsync(OrderMessage message)
    {
        var order = message.ToOrder();
        if (DeleveragingDesk.Problem(order) is { } problem)
        {
            return Reply(DeleveragingStatus.InvalidOrder, problem);
        }
        if (_desk.Known(order) is { } known)
        {
            return await KeptAsync((known, null), order.Plan, "");
        }
        var plan = await MakeAsync(order);
        if (!plan.HasLegs)
        {
            return Reply(plan.Status, plan.Detail) with { Plan = plan.ToMessage() };
        }
        return await KeptAsync(_desk.Arm(order, plan, NowMs), order.Plan, "armed") with { Plan = plan.ToMessage() };
    }

    public async Task<DeleveragingReply> DisarmAsync(Ulid plan, string operatorName) =>
        DeleveragingDesk.OperatorProblem(operatorName) is { } problem
            ? Reply(DeleveragingStatus.InvalidOrder, problem)
            : await KeptAsync(_desk.Disarm(plan.ToId(), operatorName, NowMs), plan.ToId(), "disarmed");

    public async Task<DeleveragingReply> ExecuteAsync(Ulid plan, string market, string operatorName)
    {
        if (DeleveragingDesk.OperatorProblem(operatorName) is { } problem)
        {
            return Reply(DeleveragingStatus.InvalidOrder, problem);
        }
        var (id, instrument) = (plan.ToId(), market.Length == 0 ? default : new InstrumentId(market));
        var reply = await KeptAsync(_desk.Begin(id, instrument, operatorName, Frame, NowMs), id, "began");
        if ((DeleveragingStatus)reply.Status != DeleveragingStatus.Active)
        {
            return reply;
        }
        _ = Drive(id);
        return await FollowAsync(plan);
    }

    public async Task<DeleveragingReply> FollowAsync(Ulid plan)
    {
        var id = plan.ToId();
        if (_drives.TryGetValue(id, out var drive))
        {
            await Task.WhenAny(drive, Task.Delay(Moment));
        }
        var isUnderWay = _drives.ContainsKey(id);
        await DurableAsync();
        return _ledger.Ask(id, p => p) is { } found
            ? new DeleveragingReply((byte)found.State, found.Detail.Length == 0 ? null : found.Detail, null,
                DeleveragingTranslation.WriteRecord(found), isUnderWay)
            : Reply(DeleveragingStatus.UnknownPlan, null);
    }

    public async Task<byte[]?> PlanAsync(Ulid plan)
    {
        await DurableAsync();
        return Record(plan.ToId());
    }

    public async Task<byte[][]> LogAsync(int countMax)
    {
        await DurableAsync();
        return [.. _ledger.Plans.TakeLast(countMax).Select(DeleveragingTranslation.WriteRecord)];
    }

    public Task WakeAsync()
    {
        foreach (var plan in _ledger.Active())
        {
            _ = Drive(plan);
        }
        return Task.CompletedTask;
    }

    private static Instrument? Market(string instrument, PriceFrame at) =>
        instrument.Length == 0 ? null : at.Universe.Instrument(new InstrumentId(instrument));

    private static DeleveragingReply Reply(DeleveragingStatus status, string? detail) =>
        new((byte)status, detail, null, null, false);

    private byte[]? Record(CommandId plan) => _ledger.Ask(plan, DeleveragingTranslation.WriteRecord);

    /// <summary>The answer, once what it says is durable.</summary>
    private async Task<DeleveragingReply> KeptAsync((DeleveragingAnswer Answer, SagaEvent? Happened) decided,
        CommandId plan, string step)
    {
        if (decided.Happened is { } happened)
        {
            await NoteAsync(happened, step);
        }
        else
        {
            await DurableAsync();
        }
        return Reply(decided.Answer.Status, decided.Answer.Detail) with { Record = Record(plan) };
    }

    /// <summary>
    /// The plan by the code that every engine plans by. Accounts that it asks for and that are not at hand are read,
    /// and it is made again: with all of them it is what it would have been at once.
    /// </summary>
    private async Task<DeleveragingPlan> MakeAsync(DeleveragingOrder order, decimal? residual = null)
    {
        var (at, nowMs, limits) = (Frame, NowMs, _services.Options.Deleveraging);
        if (Market(order.Instrument.Value ?? "", at) is not { } market)
        {
            return DeleveragingDesk.Refused(order, DeleveragingStatus.UnknownInstrument, order.Instrument.Value ?? "",
                at);
        }
        var (book, insurance) = await _look.AtAsync(market, at);
        var fundUsd = DeleveragingDesk.FundUsd(market, insurance, at);
        var read = new Dictionary<AccountId, Account?> { [order.Bankrupt] = await _look.ReadAsync(order.Bankrupt) };
        while (true)
        {
            var missing = new List<AccountId>();
            var plan = await Task.Run(() =>
                new PlanMaker(book, Find, fundUsd, limits, nowMs).Make(order, residual));
            if (missing.Count == 0)
            {
                return plan;
            }
            var found = await Task.WhenAll(missing.Distinct().Select(async id => (id, await _look.ReadAsync(id))));
            foreach (var (id, account) in found)
            {
                read[id] = account;
            }

            Account? Find(AccountId id)
            {
                if (read.TryGetValue(id, out var account))
                {
                    return account;
                }
                missing.Add(id);
                return new Account(id);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "plan {Plan} does not go on: {Message}")]
    private static partial void LogHeldUp(ILogger logger, CommandId plan, string message);
}
