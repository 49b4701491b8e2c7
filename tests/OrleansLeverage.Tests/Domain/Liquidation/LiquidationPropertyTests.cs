using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain.Leverage;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Liquidation;

/// <summary>
/// Invariants I1, I18, I19, I20 and I22 of the reliability reference for one liquidation, on 10,000 random books each.
/// </summary>
public sealed class LiquidationPropertyTests
{
    /// <summary>I18: fires where a bucket's margin balance is below its maintenance margin, and only there.</summary>
    [Fact]
    public void Fires_exactly_where_a_bucket_is_below_maintenance() => Holds(FailingBooks.Any, book =>
    {
        var reference = new ReferenceMargin<Rational>(book.Account, book.Frame, value => value);
        var failing = Fails(reference.CrossMaintenance, reference.CrossMarginBalance)
            || reference.Positions.Values.Any(line => line.IsIsolated && Fails(line.Maintenance, line.IsolatedEquity));
        var plan = LiquidationPlanner.Plan(book.Valuation, book.Rules);
        return (plan.Status != LiquidationStatus.Healthy) == failing && (plan.Steps.Count > 0) == failing;
    });

    /// <summary>I18: never on prices that may not decide.</summary>
    [Fact]
    public void Never_fires_on_prices_that_may_not_decide() => Holds(FailingBooks.Any, book =>
    {
        var states = new[] { PriceState.Stale, PriceState.Halted };
        var stale = FailingBooks.Book(book.Seed, book.Rules, states[book.Seed % 2]);
        var plan = LiquidationPlanner.Plan(stale.Valuation, stale.Rules);
        return plan.Steps.Count == 0 && ReferenceEquals(plan.After, stale.Account)
            && plan.Status == (stale.Valuation.PriceState == PriceState.Fresh
                ? LiquidationStatus.Healthy : LiquidationStatus.PricesNotFresh);
    });

    /// <summary>
    /// I19: after a step the bucket keeps more equity per maintenance margin than before and asked nobody for it, or
    /// the
    /// position is gone, or one fill cannot be larger.
    /// </summary>
    [Fact]
    public void Every_step_improves_the_bucket_or_empties_the_position() => Holds(FailingBooks.Any, book =>
    {
        var held = book.Account;
        foreach (var step in LiquidationPlanner.Plan(book.Valuation, book.Rules, Halfway(book.Seed)).Steps)
        {
            var left = held.Position(step.Instrument).Quantity + step.Close;
            var improved = (Rational)step.After.Equity * step.Before.Maintenance
                > (Rational)step.Before.Equity * step.After.Maintenance;
            var value = Math.Abs(held.Position(step.Instrument).Quantity.Value) * step.Instrument.Multiplier
                * (step.Instrument.Style == ContractStyle.Linear ? 2m * step.Price.Value : 1m);
            if ((!improved || step.Claim > 0m) && !left.IsZero && value < book.Frame.Universe.Rules.NotionalMax / 2m)
            {
                return false;
            }
        }
        return true;
    });

    /// <summary>The fewest lots: one less would not have reached the target.</summary>
    [Fact]
    public void A_partial_close_is_the_smallest_that_reaches_the_target() => Holds(FailingBooks.Unbounded, book =>
    {
        var plan = LiquidationPlanner.Plan(book.Valuation, book.Rules);
        var account = Released(book.Account);
        foreach (var step in plan.Steps.Where(step => step.Status == CommandStatus.Applied))
        {
            var left = account.Position(step.Instrument).Quantity + step.Close;
            if (!left.IsZero && plan.Status == LiquidationStatus.Resolved)
            {
                var lot = new Quantity(Math.Sign(step.Close.Value) * step.Instrument.LotSize);
                var less = step.Close - lot;
                if (!Within(step.After, book.Rules.TargetRatio)
                    || (!less.IsZero && Within(Closed(account, book, step, less), book.Rules.TargetRatio)))
                {
                    return false;
                }
            }
            account = Applied(account, step.Events);
        }
        return true;
    });

    /// <summary>
    /// I20: no fee beside a claim, none negative; without equity everything goes and the claims end at zero equity.
    /// </summary>
    [Fact]
    public void The_fund_pays_what_is_missing_and_nothing_else() => Holds(FailingBooks.Any, book =>
    {
        var plan = LiquidationPlanner.Plan(book.Valuation, book.Rules, Halfway(book.Seed));
        foreach (var step in plan.Steps.Where(step => step.Status == CommandStatus.Applied))
        {
            // what a rounding to quantums may cost, in USD: two of the settlement asset's and two of USD's
            var dust = 4m * Books.Quantum + 4m * step.Instrument.Settlement.Quantum
                * book.Frame.UsdPrice(step.Instrument.Settlement)!.Value;
            var solvent = step.Before.Equity >= 0m;
            if (step.Fee < 0m || step.Claim < 0m || (step.Fee > 0m && step.Claim > 0m)
                || (solvent && !IsGone(plan, step) && step.After.Equity < -dust)
                || (step.Claim > 0m && !IsGone(plan, step) && Beyond(step) > dust))
            {
                return false;
            }
        }
        var flow = plan.Settle(book.Seed % 1_000);
        return flow.After >= 0m && flow.Out <= plan.ClaimsUsd && flow.Out + flow.Residual == plan.ClaimsUsd
            && flow.After == book.Seed % 1_000 + plan.FeesUsd - flow.Out
            && (flow.Residual == 0m || flow.After == 0m);

        // a claim brings the bucket to its share of the equity, never above
        static decimal Beyond(LiquidationStep step) => step.Before.Maintenance == 0m ? 0m
            : step.After.Equity - step.Before.Equity * (step.After.Maintenance / step.Before.Maintenance);
    });

    /// <summary>A cross bucket without equity is emptied and ends with none: nothing is left owed.</summary>
    [Fact]
    public void A_bankrupt_cross_account_ends_at_zero() => Holds(FailingBooks.Any, book =>
    {
        if (MarginBucket.Cross(book.Valuation) is not { Equity: <= 0m, Maintenance: > 0m })
        {
            return true;
        }
        var plan = LiquidationPlanner.Plan(book.Valuation, book.Rules);
        var dust = plan.Steps.Sum(step => 4m * Books.Quantum + 4m * step.Instrument.Settlement.Quantum
            * book.Frame.UsdPrice(step.Instrument.Settlement)!.Value);
        var isolated = book.Account.Positions.Where(p => p.Mode == MarginMode.Isolated).Select(p => p.Instrument);
        return plan.Steps.Any(step => step.Status != CommandStatus.Applied)
            || plan.Steps.Any(step => isolated.Contains(step.Instrument))
            || (plan.After.Positions.All(p => p.Mode == MarginMode.Isolated || p.Quantity.IsZero
                    || plan.Status == LiquidationStatus.Bounded)
                && (plan.Status == LiquidationStatus.Bounded || Math.Abs(plan.Valuation.CrossEquity) <= dust));
    });

    /// <summary>
    /// I1: what the account gains the house loses, per asset and to the last digit, after every step.
    /// </summary>
    [Fact]
    public void The_books_close_after_every_step() => Holds(FailingBooks.Any, book =>
    {
        var account = Released(book.Account);
        foreach (var step in LiquidationPlanner.Plan(book.Valuation, book.Rules, Halfway(book.Seed)).Steps)
        {
            var after = Applied(account, step.Events);
            foreach (var asset in book.Frame.Universe.Assets)
            {
                var moved = Held(after, asset) - Held(account, asset)
                    + step.House.Where(entry => entry.Asset == asset).Sum(entry => entry.Delta);
                if (moved != 0m)
                {
                    return false;
                }
            }
            account = after;
        }
        return true;
    });

    /// <summary>I22: closes reduce, in whole lots, one position each, and touch no other bucket.</summary>
    [Fact]
    public void Closes_only_reduce_and_stay_in_their_bucket() => Holds(FailingBooks.Any, book =>
    {
        var plan = LiquidationPlanner.Plan(book.Valuation, book.Rules);
        foreach (var step in plan.Steps)
        {
            var held = book.Account.Position(step.Instrument).Quantity;
            if (step.Close.IsZero || step.Close.IsLong == held.IsLong || step.Close.Abs.Value > held.Abs.Value
                || !step.Instrument.IsOnLot(step.Close) || !step.Before.IsLiquidatable
                    && book.Rules.Scope == LiquidationScope.ToTarget && book.Rules.TargetRatio == 1m)
            {
                return false;
            }
        }
        var closed = plan.Steps.Select(step => step.Instrument).ToHashSet();
        return closed.Count == plan.Steps.Count && book.Account.Positions.All(before =>
            closed.Contains(before.Instrument) || plan.After.Position(before.Instrument) == before);
    });

    /// <summary>The named order decides: what is closed later is not ahead of what was closed before it.</summary>
    [Fact]
    public void Positions_are_closed_in_the_order_of_the_policy() => Holds(FailingBooks.Any, book =>
    {
        var values = book.Valuation.Positions.ToDictionary(p => p.Position.Instrument);
        var cross = LiquidationPlanner.Plan(book.Valuation, book.Rules).Steps.Where(step => !step.IsIsolated)
            .Select(step => values[step.Instrument]).ToList();
        decimal Key(PositionValuation value) => book.Rules.Order switch
        {
            LiquidationOrder.LargestLoss => value.UnrealisedProfit + value.AccruedFunding,
            LiquidationOrder.LargestNotional => -value.Notional,
            LiquidationOrder.LargestMaintenance => -value.MaintenanceMargin,
            LiquidationOrder.HighestRate => -value.MaintenanceMargin / value.Notional,
            _ => value.Position.Instrument.Index,
        };
        // nothing that was left alone was ahead of the last that was touched
        var untouched = values.Values.Where(v => !v.IsIsolated && v.Notional > 0m && !cross.Contains(v));
        return cross.Zip(cross.Skip(1)).All(pair => Key(pair.First) <= Key(pair.Second))
            && (cross.Count == 0 || untouched.All(v => Key(v) >= Key(cross[^1])));
    });

    private static void Holds(Arbitrary<FailingBook> books, Func<FailingBook, bool> property) =>
        Check.One(FailingBooks.TenThousand, Prop.ForAll(books, property));

    private static bool Fails(Rational maintenance, Rational balance) =>
        maintenance > Rational.Zero && balance < maintenance;

    private static bool Within(MarginBucket bucket, decimal target) =>
        (Rational)bucket.Maintenance <= (Rational)target * bucket.MarginBalance;

    /// <summary>Where an isolated position is gone its margin lies in the balance, and the bucket is no more.</summary>
    private static bool IsGone(LiquidationPlan plan, LiquidationStep step) =>
        step.IsIsolated && plan.After.Position(step.Instrument).Quantity.IsZero;

    /// <summary>A market that gives a bit more or less than the mark, by the seed and the size.</summary>
    private static ClosingMarket Halfway(int seed) => (instrument, close, mark) =>
    {
        var part = ((seed % 41) - 20) * 0.002m;
        var price = Decimals.FloorTo(mark.Value * (1m + part), instrument.TickSize);
        return new Price(Math.Clamp(price, instrument.TickSize, instrument.PriceMax));
    };

    private static MarginBucket Closed(Account account, FailingBook book, LiquidationStep step, Quantity close)
    {
        var valuation = AccountValuation.Of(account, book.Frame);
        var position = valuation.Positions.First(p => p.Position.Instrument == step.Instrument);
        var taken = step.Before.Equity <= 0m && step.Before.Maintenance > 0m;
        return taken ? default(MarginBucket) with { Maintenance = 1m } : ClosingAttempt.Of(account, valuation, position,
            close, book.Rules, book.Rules.Pricing, null).Step.After;
    }

    private static decimal Held(Account account, Asset asset) => account.Balance(asset)
        + account.Positions.Where(p => p.Instrument.Settlement == asset).Sum(p => p.IsolatedMargin
            - p.Instrument.ProfitSign * p.Cost + p.Quantity.Value * p.FundingIndex);

    private static Account Released(Account account)
    {
        var released = account.Copy();
        foreach (var order in account.Reservations)
        {
            released.Apply(new OrderReleased(order.Order));
        }
        return released;
    }

    private static Account Applied(Account account, IEnumerable<AccountEvent> events)
    {
        var after = account.Copy();
        foreach (var fact in events)
        {
            after.Apply(fact);
        }
        return after;
    }
}
