using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// The account's own liquidation, by the planner of every engine, against the desk. Each step is one list of commands,
/// carried out wholly or not at all and only on the account that it was planned on: an attempt whose answer was lost,
/// or that comes late, finds another account and does nothing. What the insurance fund would have to pay waits for
/// deleveraging, because the fund's books lie with all accounts.
/// </summary>
public sealed partial class AccountGrain
{
    /// <summary>Until an account that nothing could be done for is tried again.</summary>
    private const long AgainMs = 1_000;

    private static readonly LiquidationRules WholeAtMark = new();

    // commands of liquidations that this activation made
    private long _ordered;

    public async Task LiquidateAsync()
    {
        if (_services.Options.Liquidation is not { } how || Id == how.Desk || Writer.Failure is not null
            || !await FreeAsync() || Book.Account is not { } account || !GridCore.IsFailing(account))
        {
            Rest();
            return;
        }
        var frame = Grid.Frame;
        var plan = LiquidationPlanner.Plan(AccountValuation.Of(account, frame),
            frame.Universe.Rules.Liquidation ?? WholeAtMark);
        var isDone = plan.Steps.Count > 0 && await CloseAsync(account, plan, how.Desk, frame);
        isDone |= await CoverAsync(how.Desk, frame);
        if (!isDone)
        {
            Grid.Later(Id, frame.TimeMs + AgainMs);
        }
        Rest();
    }

    /// <summary>Takes an account that fails, as it is durable, on the list of those to be dealt with, or off.</summary>
    private void Watch(Account? account)
    {
        if (_services.Options.Liquidation is { } how)
        {
            Grid.SetFailing(Id, account is not null && Id != how.Desk && GridCore.IsFailing(account));
        }
    }

    /// <summary>True where something was closed.</summary>
    private async Task<bool> CloseAsync(Account account, LiquidationPlan plan, AccountId desk, PriceFrame frame)
    {
        // orders are released once: an account that waits writes nothing
        var isBegun = account is { Episode.InLiquidation: true, Reservations.Count: 0 };
        if (!isBegun && !(await ExecuteAsync(new Liquidate(NextId(frame), Id).ToMessage())).ToResult().IsApplied)
        {
            return false;
        }
        var isDone = false;
        foreach (var step in plan.Steps.Where(s => s.Status == CommandStatus.Applied))
        {
            // what follows a step that waits was planned on an account that this had changed
            if (step.Claim > 0m || Book.Account is not { } now || !await OrderAsync(now, Of(step, now, desk, frame)))
            {
                break;
            }
            isDone = true;
        }
        return isDone;
    }

    private List<AccountCommand> Of(LiquidationStep step, Account now, AccountId desk, PriceFrame frame)
    {
        var commands = new List<AccountCommand>(2)
        {
            new ApplyFill(NextId(frame), step.Instrument.Id, step.Price, new FillLeg(Id, step.Close, 0m),
                new FillLeg(desk, -step.Close, 0m), FillReason.Liquidation),
        };
        if (step.Fee > 0m)
        {
            InstrumentId? isolated = step.IsIsolated
                && now.Position(step.Instrument).Quantity.Value + step.Close.Value != 0m ? step.Instrument.Id : null;
            commands.Add(new InsuranceTransfer(NextId(frame), Id, step.Instrument.Settlement.Id, step.Fee, isolated));
        }
        return commands;
    }

    /// <summary>Debts of an account that holds nothing any more, by its coins, where they are enough.</summary>
    private async Task<bool> CoverAsync(AccountId desk, PriceFrame frame)
    {
        if (Book.Account is not { } account || DebtCover.Of(account, frame) is not { Missing: 0m } cover)
        {
            return false;
        }
        var commands = cover.Given.Select(g => new Transfer(NextId(frame), desk, Id, g.Asset.Id, g.Amount))
            .Concat(cover.Taken.Select(t => new Transfer(NextId(frame), Id, desk, t.Asset.Id, t.Amount)));
        return await OrderAsync(account, [.. commands]);
    }

    private async Task<bool> OrderAsync(Account planned, List<AccountCommand> commands)
    {
        if (commands.Count == 0)
        {
            return false;
        }
        // an activation that ends is not over before its calls are, and the journal would wait for the next
        var answers = await Writer.UnlessFailedAsync(GrainFactory.Journal(commands[0].Id).ExecuteOnAsync(
            [.. commands.Select(c => c.ToMessage())], Id.Value, planned.Sequence)).WaitAsync(Patience);
        return answers[0].ToResult().IsApplied;
    }

    /// <summary>Of the frame's time, the account, its state and the place: never the same twice.</summary>
    private CommandId NextId(PriceFrame frame)
    {
        const ulong Series = 0x11D0;
        return CommandId.Create(frame.TimeMs, new UInt128(Series,
            GrainKeys.Hash($"{Id} {Book.Account?.Sequence} {++_ordered}")));
    }
}
