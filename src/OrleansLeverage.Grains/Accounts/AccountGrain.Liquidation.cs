using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Transactions;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// The account's own liquidation, by the planner of every engine, against the desk. What is done at a frame is one list
/// of commands, carried out wholly or not at all and only on the account that it was planned on: an attempt whose
/// answer was lost, or that comes late, finds another account and does nothing. A claim is part of it: the fund pays it
/// with the close, and what it cannot pay is shared by those who gain, or there is no close and it waits for
/// deleveraging.
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
            || !await FreeAsync() || Book.Account is not { } account || !(IsSharing || GridCore.IsFailing(account)))
        {
            Rest();
            return;
        }
        var frame = Grid.Frame;
        var isDone = false;
        if (!IsSharing)
        {
            var plan = LiquidationPlanner.Plan(AccountValuation.Of(account, frame),
                frame.Universe.Rules.Liquidation ?? WholeAtMark);
            isDone = plan.Steps.Count > 0 && await CloseAsync(account, plan, how, frame);
        }
        isDone |= await ShareAsync(frame);
        isDone |= !IsSharing && await CoverAsync(how.Desk, frame);
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
            Grid.SetFailing(Id, this, account is not null && Id != how.Desk
                && (IsSharing || GridCore.IsFailing(account)));
        }
    }

    /// <summary>
    /// As many steps as go, in one piece: who was stopped between two would be planned anew on what is left. Who pays
    /// for a loss pays with them, or, where that is too many, from what is kept here before. True where something was
    /// done.
    /// </summary>
    private async Task<bool> CloseAsync(Account account, LiquidationPlan plan, LiveLiquidation how, PriceFrame frame)
    {
        // orders are released once: an account that waits writes nothing
        var isBegun = account is { Episode.InLiquidation: true, Reservations.Count: 0 };
        var steps = await FundedAsync(plan, how, frame);
        for (var count = steps.Count; count > 0 || (count == 0 && !isBegun); count--)
        {
            var some = steps.GetRange(0, count);
            var sharing = some.Sum(s => s.Payers.Length) <= _services.Options.SharesAtOnce ? null
                : new LossShare(FirstId(frame), 0, IsBegun: false, _services.Options.SharesAtOnce,
                    [.. some.Where(s => s.Payers.Length > 0).Select(s => s.ToLoss())]);
            if (!await KeepAsync(account, Book.Sharing, sharing))
            {
                return false;
            }
            List<AccountCommand> commands = isBegun ? [] : [new Liquidate(NextId(frame), Id)];
            commands.AddRange(some.SelectMany((_, i) => Of(some, i, sharing is null, account, how.Desk, frame)));
            if (sharing is not null)
            {
                commands[0] = commands[0] with { Id = sharing.Opens };
            }
            var status = await OrderAsync(account, commands, sharing is null
                ? [.. some.SelectMany(s => s.Payers.Select(p => s.ToLoss().Gain(p)))] : []);
            if (status is CommandStatus.Applied or CommandStatus.Duplicate)
            {
                return true;
            }
            if (status?.IsRecorded() != true || Book.Account?.Sequence != account.Sequence)
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>
    /// The steps before the first that nobody pays: what follows was planned on an account that this had changed. The
    /// fund, and who gains, are looked at again with the steps, once they are kept.
    /// </summary>
    private async Task<List<FundedStep>> FundedAsync(LiquidationPlan plan, LiveLiquidation how, PriceFrame frame)
    {
        var steps = plan.Steps.Where(s => s.Status == CommandStatus.Applied).ToList();
        var (funds, gains) = (new Dictionary<AssetId, decimal?>(), new Dictionary<InstrumentId, ShareMessage[]>());
        foreach (var asset in steps.Where(s => s.Claim > 0m).GroupBy(s => s.Instrument.Settlement.Id))
        {
            funds.Add(asset.Key, await AvailableAsync(asset.Key, asset.Sum(s => s.Claim)));
        }
        var funded = new List<FundedStep>();
        foreach (var step in steps)
        {
            var asset = step.Instrument.Settlement;
            var fund = funds.GetValueOrDefault(asset.Id);
            var paid = Math.Min(step.Claim, Math.Max(0m, Decimals.FloorTo(fund ?? 0m, asset.Quantum)));
            ShareMessage[] payers = [];
            if (paid < step.Claim)
            {
                // a fund that cannot say what it has may have enough
                if (how.Residual != ResidualLoss.ShareByGain || fund is null
                    || await GainsAsync(step.Instrument, how.Desk, gains, frame) is not { } winners)
                {
                    break;
                }
                payers = Payers(step.Claim - paid, winners, asset.Quantum);
                if (funded.Sum(f => f.Payers.Length) + payers.Length > _services.Options.PayersMax)
                {
                    LogTooMany(_services.Logger, Id, step.Instrument.Id, payers.Length, _services.Options.PayersMax);
                    break;
                }
            }
            funds[asset.Id] = fund + step.Fee - paid;
            funded.Add(new FundedStep(step, frame.Mark(step.Instrument)!.Value.Value, paid, payers));
        }
        return funded;
    }

    private IEnumerable<AccountCommand> Of(List<FundedStep> steps, int place, bool withPayers, Account account,
        AccountId desk, PriceFrame frame)
    {
        var (step, _, paid, payers) = steps[place];
        var asset = step.Instrument.Settlement.Id;
        yield return new ApplyFill(NextId(frame), step.Instrument.Id, step.Price, new FillLeg(Id, step.Close, 0m),
            new FillLeg(desk, -step.Close, 0m), FillReason.Liquidation);
        foreach (var (payer, amount) in withPayers ? payers : [])
        {
            yield return new InsuranceTransfer(NextId(frame), new AccountId(payer), asset, amount);
            paid += amount;
        }
        if (step.Fee != paid)
        {
            var left = account.Position(step.Instrument).Quantity.Value + steps.Take(place + 1)
                .Where(s => s.Step.Instrument == step.Instrument).Sum(s => s.Step.Close.Value);
            yield return new InsuranceTransfer(NextId(frame), Id, asset, step.Fee - paid,
                step.IsIsolated && left != 0m ? step.Instrument.Id : null);
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
            var fund = await AvailableAsync(usd.Id, debt.Missing) ?? 0m;
            var paid = Math.Min(debt.Missing, Decimals.FloorTo(fund, usd.Quantum));
            isPaid = paid > 0m && await OrderAsync(owing,
                [new InsuranceTransfer(NextId(frame), Id, usd.Id, -paid)], []) == CommandStatus.Applied;
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
        return await OrderAsync(account, [.. commands], []) == CommandStatus.Applied || isPaid;
    }

    /// <summary>What the fund has; null where it cannot say: the account waits, and comes again.</summary>
    private async Task<decimal?> AvailableAsync(AssetId asset, decimal wanted)
    {
        try
        {
            return await Writer.UnlessFailedAsync(GrainFactory.Fund(asset).AvailableAsync(wanted)).WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            LogUnfunded(_services.Logger, Id, asset, exception.Message);
            return null;
        }
    }

    /// <summary>
    /// Carries a list out, if the account is still what it was planned on and those who pay gain what was found; null
    /// where they are not.
    /// </summary>
    private async Task<CommandStatus?> OrderAsync(Account planned, List<AccountCommand> commands, GainMessage[] gains)
    {
        if (commands.Count == 0)
        {
            return CommandStatus.NothingToDo;
        }
        var sharing = Book.Sharing is { } kept ? Ulid.Of(kept.Opens) : default;
        // one bucket for all that have the desk in common
        var desk = _services.Options.Liquidation!.Desk;
        // an activation that ends is not over before its calls are, and the journal would wait for the next
        var answers = await Writer.UnlessFailedAsync(GrainFactory.Journal(desk.Value).ExecutePlannedAsync(
            [.. commands.Select(c => c.ToMessage())], new PlannedMessage(Id.Value, planned.Sequence, sharing, gains)))
            .WaitAsync(Patience);
        return answers[0].Detail == FillJournalGrain.NotAsPlanned ? null : answers[0].ToResult().Status;
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
    /// <summary>A step and who pays its claim.</summary>
    /// <param name="Paid">By the insurance fund.</param>
    private readonly record struct FundedStep(LiquidationStep Step, decimal Mark, decimal Paid, ShareMessage[] Payers)
    {
        public SharedLoss ToLoss() => new(Step.Instrument.Id, Mark, Payers);
    }
}
