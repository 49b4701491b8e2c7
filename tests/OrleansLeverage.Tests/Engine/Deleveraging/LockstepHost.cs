using System.Runtime.CompilerServices;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>
/// A lockstep grid behind the port that contracts are tested at: a price makes a frame, and so does asking after the
/// clock has moved.
/// </summary>
internal sealed class LockstepHost(LockstepGrid grid, ManualTime time) : ILeverageGrid, IDeleveraging
{
    public Universe Universe => grid.Frame.Universe;

    public PriceFrame Frame => grid.Frame;

    public GridHealth Health => throw new NotSupportedException();

    public SystemFigures? System => throw new NotSupportedException();

    public IReadOnlyList<FeedQuote> Oracle => throw new NotSupportedException();

    public IDeleveraging Deleveraging => this;

    private IDeleveraging Port
    {
        get
        {
            if (grid.Frame.TimeMs != time.NowMs)
            {
                grid.Publish(time.NowMs, [], static _ => { });
            }
            return grid.Deleveraging;
        }
    }

    public ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation) =>
        ValueTask.FromResult(grid.Execute(command));

    public ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(IReadOnlyList<AccountCommand> commands,
        CancellationToken cancellation) => ValueTask.FromResult(grid.ExecuteAll(commands));

    public ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation)
    {
        grid.Publish(time.NowMs, [KeyValuePair.Create(update.Feed, new Price(update.Price))], static _ => { });
        return ValueTask.FromResult(PriceAcceptance.Accepted);
    }

    public ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation) =>
        ValueTask.FromResult(grid.Inspect(account) is { } found
            ? LeverageCalculator.Snapshot(found.Exact.Account, grid.Frame)
            : null);

    public ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public async IAsyncEnumerable<SystemFigures> WatchSystemAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask<IReadOnlyList<Trigger>> TriggersAsync(string subscriber, int countMax,
        CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public ValueTask<string> StateHashAsync(CancellationToken cancellation) => ValueTask.FromResult(grid.StateHash());

    public ValueTask<DeleveragingQueue?> QueueAsync(InstrumentId instrument, DeleveragingRule rule,
        CancellationToken cancellation) => Port.QueueAsync(instrument, rule, cancellation);

    public ValueTask<DeleveragingCondition?> ConditionAsync(InstrumentId instrument, CancellationToken cancellation) =>
        Port.ConditionAsync(instrument, cancellation);

    public ValueTask<DeleveragingPlan> RehearseAsync(DeleveragingOrder order, CancellationToken cancellation) =>
        Port.RehearseAsync(order, cancellation);

    public ValueTask<DeleveragingAnswer> ArmAsync(DeleveragingOrder order, CancellationToken cancellation) =>
        Port.ArmAsync(order, cancellation);

    public ValueTask<DeleveragingAnswer> DisarmAsync(CommandId plan, string operatorName,
        CancellationToken cancellation) => Port.DisarmAsync(plan, operatorName, cancellation);

    public ValueTask<DeleveragingAnswer> ExecuteAsync(CommandId plan, InstrumentId market, string operatorName,
        CancellationToken cancellation) => Port.ExecuteAsync(plan, market, operatorName, cancellation);

    public ValueTask<PlanAudit?> PlanAsync(CommandId plan, CancellationToken cancellation) =>
        Port.PlanAsync(plan, cancellation);

    public ValueTask<IReadOnlyList<PlanAudit>> LogAsync(int countMax, CancellationToken cancellation) =>
        Port.LogAsync(countMax, cancellation);

    public ValueTask DisposeAsync()
    {
        grid.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The contract in lockstep, where a frame's time is the clock.</summary>
public sealed class LockstepDeleveragingTests : DeleveragingContract
{
    private protected override GridFixture Open()
    {
        var time = new ManualTime(1_700_000_000_000);
        return new GridFixture(new LockstepHost(
            new LockstepGrid(GridFixture.Universe, GridFixture.Profiles, workers: 2), time), time, directory: null);
    }
}
