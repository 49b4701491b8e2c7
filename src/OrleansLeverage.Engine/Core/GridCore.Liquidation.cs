using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// A venue's liquidation in the live grid: the planner's steps as the grid's own commands, decided from what is durable
/// and pending, so that a host only has to ask for it again.
/// <code>
/// plan → orders released → close against the desk → fee to the fund, claim from the fund → (loss − fund)+ by policy
/// </code>
/// </summary>
internal sealed partial class GridCore
{
    private const long LiquidationSeries = 0x11D0;
    private static readonly LiquidationRules WholeAtMark = new();

    /// <summary>What the steps of the last <see cref="Liquidate"/> closed, USD at the mark.</summary>
    public List<LiquidatedNotional> Closed { get; } = [];

    /// <summary>Whether an account was confirmed bankrupt and has not recovered since.</summary>
    public bool? IsInDebt => State.BankruptAccounts + Pending.Accounts.Sum(account => GridState.Bankrupt(account)
        - (State.Accounts.Read(account.Id) is { } before ? GridState.Bankrupt(before) : 0)) > 0;

    public decimal InsuranceFund(AssetId asset)
    {
        var fund = State.House[HouseAccount.Insurance, asset];
        foreach (var record in Pending.Records)
        {
            if (record is AppliedRecord applied)
            {
                foreach (var entry in applied.House)
                {
                    fund += entry.Account == HouseAccount.Insurance && entry.Asset.Id == asset ? entry.Delta : 0m;
                }
            }
        }
        return fund;
    }

    /// <summary>Whether an account, as it is durable, is to be looked at by <see cref="Liquidate"/>.</summary>
    public static bool IsFailing(Account account) => account.Episode.Raised >= RiskTier.Liquidation
        || (!account.HasExposure && account.Balances.Any(b => b.Amount < 0m));

    /// <summary>Closes of one account what the rules in force ask for at the frame.</summary>
    public LiquidationTotals Liquidate(AccountId id, LiveLiquidation how, Action<int, Action<int>> inParallel)
    {
        var totals = default(LiquidationTotals);
        Closed.Clear();
        if (Find(id) is not { } account || id == how.Desk)
        {
            return totals;
        }
        var plan = LiquidationPlanner.Plan(AccountValuation.Of(account, _frame),
            _frame.Universe.Rules.Liquidation ?? WholeAtMark);
        // orders are released once: an account that waits writes nothing
        var isBegun = account is { Episode.InLiquidation: true, Reservations.Count: 0 };
        if (plan.Steps.Count > 0 && (isBegun || Ordered(new Liquidate(NextLiquidationId(), id))))
        {
            foreach (var step in plan.Steps.Where(s => s.Status == CommandStatus.Applied))
            {
                var closed = Close(id, step, how, inParallel);
                totals = totals with
                {
                    Closes = totals.Closes + closed.Closes, Waiting = totals.Waiting + closed.Waiting,
                    Shared = totals.Shared + closed.Shared,
                };
                if (closed.Closes == 0)
                {
                    // what follows was planned on an account that this had changed
                    break;
                }
            }
        }
        Cover(id, how.Desk);
        return totals with { Liquidations = totals.Closes > 0 ? 1 : 0 };
    }

    /// <summary>One step, wholly or not at all.</summary>
    private LiquidationTotals Close(AccountId id, LiquidationStep step, LiveLiquidation how,
        Action<int, Action<int>> inParallel)
    {
        var (mark, asset) = (Pending.Here(), step.Instrument.Settlement);
        var missing = Math.Max(0m, step.Claim - Math.Max(0m, InsuranceFund(asset.Id)));
        if (missing > 0m && how.Residual == ResidualLoss.Deleverage)
        {
            return new LiquidationTotals(0, 0, 1, 0);
        }
        var isDone = Ordered(new ApplyFill(NextLiquidationId(), step.Instrument.Id, step.Price,
            new FillLeg(id, step.Close, 0m), new FillLeg(how.Desk, -step.Close, 0m), FillReason.Liquidation));
        InstrumentId? isolated = isDone && step.IsIsolated && !Find(id)!.Position(step.Instrument).Quantity.IsZero
            ? step.Instrument.Id
            : null;
        isDone = isDone && (step.Fee == 0m
            || Ordered(new InsuranceTransfer(NextLiquidationId(), id, asset.Id, step.Fee, isolated)));
        var shared = isDone && missing > 0m ? ShareLoss(id, step.Instrument, missing, how.Desk, inParallel) : 0L;
        var paid = Math.Min(step.Claim, Math.Max(0m, Decimals.FloorTo(InsuranceFund(asset.Id), asset.Quantum)));
        isDone = isDone && (paid == 0m
            || Ordered(new InsuranceTransfer(NextLiquidationId(), id, asset.Id, -paid, isolated)));
        if (!isDone)
        {
            Pending.Return(mark);
            return default;
        }
        Closed.Add(new LiquidatedNotional(step.Instrument.Id, -Math.Sign(step.Close.Value), Math.Abs(step.Close.Value)
            / step.Instrument.LotSize * (HolderView.LotUsd(step.Instrument, _frame) ?? 0m)));
        return new LiquidationTotals(0, 1, 0, shared);
    }

    /// <summary>
    /// Holders who gain in the market pay the loss into the fund, in proportion to their gain and never above it, in
    /// the order of their ids. Nobody is looked at twice; what they cannot pay stays with the account.
    /// </summary>
    private long ShareLoss(AccountId failed, Instrument instrument, decimal loss, AccountId desk,
        Action<int, Action<int>> inParallel)
    {
        var holders = Holders(instrument);
        var gains = new (AccountId Id, decimal Gain)[holders.Count];
        var mark = new Price(_frame.Mark(instrument)!.Value.Value);
        inParallel(gains.Length, i =>
        {
            var holder = Pending.Find(holders[i]) ?? State.Accounts.Read(holders[i])!;
            gains[i] = (holders[i], MarketGain.Of(holder, instrument, mark));
        });
        var winners = gains.Where(g => g.Gain > 0m && g.Id != failed && g.Id != desk).OrderBy(g => g.Id).ToArray();
        var shares = SocialisedLoss.ByGain(loss, [.. winners.Select(w => w.Gain)], instrument.Settlement.Quantum);
        var payers = 0L;
        for (var i = 0; i < shares.Length; i++)
        {
            payers += shares[i] > 0m && Ordered(new InsuranceTransfer(NextLiquidationId(), winners[i].Id,
                instrument.Settlement.Id, shares[i])) ? 1L : 0L;
        }
        return payers;
    }

    /// <summary>Who holds the market as it is durable, or will by what is pending; in no order.</summary>
    private List<AccountId> Holders(Instrument instrument)
    {
        List<AccountId> holders = [.. State.Holders.Of(instrument).Select(State.Accounts.Id)];
        foreach (var account in Pending.Accounts)
        {
            var wasHeld = State.Accounts.Read(account.Id) is { } durable
                && !durable.Position(instrument).Quantity.IsZero;
            if (!wasHeld && !account.Position(instrument).Quantity.IsZero)
            {
                holders.Add(account.Id);
            }
        }
        return holders;
    }

    /// <summary>Debts of an account that holds nothing any more: by the fund what is missing, then by its coins.
    /// </summary>
    private void Cover(AccountId id, AccountId desk)
    {
        var usd = _frame.Universe.Usd;
        if (DebtCover.Of(Find(id)!, _frame) is not { } cover)
        {
            return;
        }
        if (cover.Missing > 0m)
        {
            var paid = Math.Min(cover.Missing, Math.Max(0m, Decimals.FloorTo(InsuranceFund(usd.Id), usd.Quantum)));
            if (paid == 0m || !Ordered(new InsuranceTransfer(NextLiquidationId(), id, usd.Id, -paid))
                || DebtCover.Of(Find(id)!, _frame) is not { Missing: 0m } rest)
            {
                return;
            }
            cover = rest;
        }
        var mark = Pending.Here();
        var isDone = cover.Given.All(given =>
            Ordered(new Transfer(NextLiquidationId(), desk, id, given.Asset.Id, given.Amount)))
            && cover.Taken.All(taken =>
                Ordered(new Transfer(NextLiquidationId(), id, desk, taken.Asset.Id, taken.Amount)));
        if (!isDone)
        {
            Pending.Return(mark);
        }
    }

    private bool Ordered(AccountCommand command) => Execute(command).IsApplied;

    /// <summary>Of the frame's time and the place among all commands: never the same twice.</summary>
    private CommandId NextLiquidationId() => CommandId.Series(_frame.TimeMs, LiquidationSeries,
        State.Applied + State.Refused + Pending.Answered + 1);
}
