using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// The account's own liquidation, by the planner of every engine, against the desk. What is done at a frame is one list
/// of commands, carried out wholly or not at all and only on the account that it was planned on: an attempt whose
/// answer was lost, or that comes late, finds another account and does nothing. A claim is part of it: the fund pays it
/// with the close, or there is no close and it waits for deleveraging.
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

    /// <summary>Takes an account, as it is durable, on the lists of those in debt and to be dealt with, or off.
    /// </summary>
    private void Watch(Account? account)
    {
        Grid.SetInDebt(Id, this, account is not null && GridState.Bankrupt(account) > 0);
        if (_services.Options.Liquidation is { } how)
        {
            Grid.SetFailing(Id, this, account is not null && Id != how.Desk && GridCore.IsFailing(account));
        }
    }

    /// <summary>
    /// As many steps as go, in one piece: who was stopped between two would be planned anew on what is left. True where
    /// something was done.
    /// </summary>
    private async Task<bool> CloseAsync(Account account, LiquidationPlan plan, AccountId desk, PriceFrame frame)
    {
        // orders are released once: an account that waits writes nothing
        var isBegun = account is { Episode.InLiquidation: true, Reservations.Count: 0 };
        var steps = await CoveredAsync(plan);
        for (var count = steps.Count; count > 0 || (count == 0 && !isBegun); count--)
        {
            List<AccountCommand> commands = isBegun ? [] : [new Liquidate(NextId(frame), Id)];
            commands.AddRange(steps.Take(count).SelectMany((_, i) => Of(steps, i, account, desk, frame)));
            var status = await OrderAsync(account, commands);
            if (status is CommandStatus.Applied or CommandStatus.Duplicate)
            {
                return true;
            }
            if (!status.IsRecorded() || Book.Account?.Sequence != account.Sequence)
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>
    /// The steps before the first that the fund cannot pay: what follows was planned on an account that this had
    /// changed. The fund is kept, and looked at again, with the steps.
    /// </summary>
    private async Task<List<LiquidationStep>> CoveredAsync(LiquidationPlan plan)
    {
        var steps = plan.Steps.Where(s => s.Status == CommandStatus.Applied).ToList();
        var funds = new Dictionary<AssetId, decimal>();
        foreach (var asset in steps.Where(s => s.Claim > 0m).GroupBy(s => s.Instrument.Settlement.Id))
        {
            funds.Add(asset.Key, await AvailableAsync(asset.Key, asset.Sum(s => s.Claim)));
        }
        var covered = steps.TakeWhile(step =>
        {
            var asset = step.Instrument.Settlement.Id;
            var (had, isClaimed) = (funds.GetValueOrDefault(asset), step.Claim > 0m);
            funds[asset] = had + step.Fee - step.Claim;
            return !isClaimed || had >= step.Claim;
        });
        return [.. covered];
    }

    private IEnumerable<AccountCommand> Of(List<LiquidationStep> steps, int place, Account account, AccountId desk,
        PriceFrame frame)
    {
        var step = steps[place];
        yield return new ApplyFill(NextId(frame), step.Instrument.Id, step.Price, new FillLeg(Id, step.Close, 0m),
            new FillLeg(desk, -step.Close, 0m), FillReason.Liquidation);
        if (step.Fee != step.Claim)
        {
            var left = account.Position(step.Instrument).Quantity.Value + steps.Take(place + 1)
                .Where(s => s.Instrument == step.Instrument).Sum(s => s.Close.Value);
            yield return new InsuranceTransfer(NextId(frame), Id, step.Instrument.Settlement.Id,
                step.Fee - step.Claim, step.IsIsolated && left != 0m ? step.Instrument.Id : null);
        }
    }

    /// <summary>Debts of an account that holds nothing any more: by the fund what is missing, then by its coins.
    /// </summary>
    private async Task<bool> CoverAsync(AccountId desk, PriceFrame frame)
    {
        var usd = frame.Universe.Usd;
        var isPaid = false;
        if (Book.Account is { } owing && DebtCover.Of(owing, frame) is { Missing: > 0m } debt)
        {
            var fund = await AvailableAsync(usd.Id, debt.Missing);
            var paid = Math.Min(debt.Missing, Decimals.FloorTo(fund, usd.Quantum));
            isPaid = paid > 0m && await OrderAsync(owing,
                [new InsuranceTransfer(NextId(frame), Id, usd.Id, -paid)]) == CommandStatus.Applied;
            if (!isPaid)
            {
                return false;
            }
        }
        if (Book.Account is not { } account || DebtCover.Of(account, frame) is not { Missing: 0m } cover)
        {
            return isPaid;
        }
        var commands = cover.Given.Select(g => new Transfer(NextId(frame), desk, Id, g.Asset.Id, g.Amount))
            .Concat(cover.Taken.Select(t => new Transfer(NextId(frame), Id, desk, t.Asset.Id, t.Amount)));
        return await OrderAsync(account, [.. commands]) == CommandStatus.Applied || isPaid;
    }

    /// <summary>What the fund has; 0 where it cannot say: the account waits, and comes again.</summary>
    private async Task<decimal> AvailableAsync(AssetId asset, decimal wanted)
    {
        try
        {
            return await Writer.UnlessFailedAsync(GrainFactory.Fund(asset).AvailableAsync(wanted)).WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            LogUnfunded(_services.Logger, Id, asset, exception.Message);
            return 0m;
        }
    }

    private async Task<CommandStatus> OrderAsync(Account planned, List<AccountCommand> commands)
    {
        if (commands.Count == 0)
        {
            return CommandStatus.NothingToDo;
        }
        // an activation that ends is not over before its calls are, and the journal would wait for the next
        var answers = await Writer.UnlessFailedAsync(GrainFactory.Journal(commands[0].Id).ExecuteOnAsync(
            [.. commands.Select(c => c.ToMessage())], Id.Value, planned.Sequence)).WaitAsync(Patience);
        return answers[0].ToResult().Status;
    }

    [LoggerMessage(LogLevel.Warning, "account {Account} waits for the insurance fund of {Asset}: {Message}")]
    private static partial void LogUnfunded(ILogger logger, AccountId account, AssetId asset, string message);

    /// <summary>Of the frame's time, the account, its state and the place: never the same twice.</summary>
    private CommandId NextId(PriceFrame frame)
    {
        const ulong Series = 0x11D0;
        return CommandId.Create(frame.TimeMs, new UInt128(Series,
            GrainKeys.Hash($"{Id} {Book.Account?.Sequence} {++_ordered}")));
    }
}
