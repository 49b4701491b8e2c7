using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Liquidation;

/// <summary>Exact products, socialised loss, insurance fund and withdrawal gate against exact fractions.</summary>
public sealed class LossSharingPropertyTests
{
    private const decimal Cent = 0.01m;
    private const decimal Micro = 0.000001m;

    private static readonly Gen<decimal> AnyDecimal =
        from mantissa in Gen.Choose(int.MinValue + 1, int.MaxValue)
        from more in Gen.Elements(1L, 10_007L, 4_611_686_018_427_387_847L)
        from scale in Gen.Choose(0, 22)
        select new decimal(1, 0, 0, false, (byte)scale) * mantissa * more;

    [Fact]
    public void Products_are_compared_exactly()
    {
        var cases = from a in AnyDecimal
                    from b in AnyDecimal
                    from c in AnyDecimal
                    from d in AnyDecimal
                    from same in Gen.Elements(true, false)
                    select same ? (a, b, c: -b, d: -a) : (a, b, c, d);
        Check.One(FailingBooks.TenThousand, Prop.ForAll(cases.ToArbitrary(), x =>
            ExactProduct.Compare(x.a, x.b, x.c, x.d)
                == ((Rational)x.a * x.b).CompareTo((Rational)x.c * x.d)));
    }

    [Fact]
    public void Quotients_are_rounded_down_once()
    {
        var cases = from a in Gen.Choose(-1_000_000, 1_000_000)
                    from b in Gen.Choose(0, 1_000_000)
                    from c in Gen.Choose(1, 1_000_000)
                    from quantum in Gen.Elements(1m, 0.01m, 0.00000001m, 0.25m)
                    select (a: a * 0.001m, b: b * 0.01m, c: c * 0.0001m, quantum);
        Check.One(FailingBooks.TenThousand, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var found = ExactProduct.FloorQuotient(x.a, x.b, x.c, 3m, x.quantum);
            var exact = (Rational)x.a * x.b / ((Rational)x.c * 3m);
            return Decimals.IsMultipleOf(found, x.quantum) && (Rational)found <= exact
                && exact < (Rational)found + x.quantum;
        }));
    }

    /// <summary>
    /// Shares sum to the deficit, or to all there is; none is above its gain or a quantum from the exact proportion.
    /// </summary>
    [Fact]
    public void A_loss_is_shared_to_the_unit()
    {
        var cases = from gains in Gen.Choose(0, 100_000).ArrayOf().Resize(12)
                    from deficit in Gen.Choose(0, 800_000)
                    select (deficit: deficit * Cent, gains: gains.Select(gain => gain * Cent).ToArray());
        Check.One(FailingBooks.TenThousand, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var shares = SocialisedLoss.ByGain(x.deficit, x.gains, Cent);
            var budget = Math.Min(x.deficit, x.gains.Sum());
            return shares.Sum() == budget && shares.Zip(x.gains).All(pair => pair.First >= 0m
                && pair.First <= pair.Second && Decimals.IsMultipleOf(pair.First, Cent)
                && (pair.Second == 0m || Rational.Abs((Rational)pair.First
                    - (Rational)budget * pair.Second / x.gains.Sum()) < (Rational)Cent));
        }));
    }

    [Fact]
    public void A_loss_per_contract_covers_the_loss_and_no_quantum_more()
    {
        var cases = from loss in Gen.Choose(0, 1_000_000_000)
                    from longs in Gen.Choose(0, 1_000_000)
                    from shorts in Gen.Choose(-1_000_000, 0)
                    select (loss: loss * Micro, longs: longs * 0.001m, shorts: shorts * 0.001m);
        Check.One(FailingBooks.TenThousand, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var held = x.longs - x.shorts;
            return SocialisedLoss.PerContract(x.loss, x.longs, x.shorts, Micro) is { } each
                ? each * held >= x.loss && (each == 0m || (each - Micro) * held < x.loss)
                : held == 0m;
        }));
    }

    /// <summary>
    /// I27: after the largest withdrawal min(collateral, margin balance) covers the initial margin; a quantum more
    /// would leave less, or is not there.
    /// </summary>
    [Fact]
    public void The_largest_withdrawal_leaves_the_initial_margin_and_no_quantum_more()
    {
        var cases = from seed in Gen.Choose(0, int.MaxValue - 1)
                    from profit in Gen.Elements(true, false)
                    from share in Gen.Elements(0m, 0.1m)
                    select (seed, rules: new WithdrawalRules(profit, share));
        Check.One(FailingBooks.TenThousand, Prop.ForAll(cases.ToArbitrary(), x =>
        {
            var book = FailingBooks.Book(x.seed, new LiquidationRules());
            var random = new Random(x.seed);
            var account = book.Account.Copy().With("USD", random.Next(10_000_000));
            var valuation = AccountValuation.Of(account, book.Frame);
            var asset = book.Frame.Universe.Assets[random.Next(book.Frame.Universe.Assets.Count)];
            var most = WithdrawalGate.Largest(valuation, asset, x.rules, negativeAccounts: false);
            var more = most + asset.Quantum;
            var fits = most == 0m || Left(account, book.Frame, asset, most, x.rules) >= Rational.Zero;
            return fits && most >= 0m && (more > account.Balance(asset)
                || Left(account, book.Frame, asset, more, x.rules) < Rational.Zero
                || asset.CollateralWeight == 0m && Left(account, book.Frame, asset, 0m, x.rules) < Rational.Zero);
        }));
    }

    [Fact]
    public void A_gate_that_is_closed_lets_nothing_out()
    {
        var stale = FailingBooks.Book(1, new LiquidationRules(), PriceState.Stale);
        var fresh = Books.Account().With("USD", 1_000m);
        var valuation = AccountValuation.Of(fresh, Books.Frame());
        var rules = new WithdrawalRules();
        Assert.Equal(WithdrawalStatus.PricesNotFresh,
            WithdrawalGate.Check(stale.Valuation, Books.Usd, 1m, rules, negativeAccounts: true));
        Assert.Equal(WithdrawalStatus.NegativeAccounts,
            WithdrawalGate.Check(valuation, Books.Usd, 0m, rules, negativeAccounts: true));
        Assert.Equal(WithdrawalStatus.Allowed, WithdrawalGate.Check(valuation, Books.Usd, 1m,
            rules with { ClosedWhileNegative = false }, negativeAccounts: true));
        Assert.Equal(WithdrawalStatus.AmountOutOfRange,
            WithdrawalGate.Check(valuation, Books.Usd, 0m, rules, negativeAccounts: false));
        Assert.Equal(WithdrawalStatus.InsufficientBalance,
            WithdrawalGate.Check(valuation, Books.Usd, 1_000.00000001m, rules, negativeAccounts: false));
        Assert.Equal(WithdrawalStatus.Allowed,
            WithdrawalGate.Check(valuation, Books.Usd, 1_000m, rules, negativeAccounts: false));
        // 0.1 BTC at 60,000 in the second bracket: 60 of initial margin and (at a tenth of notional) 600 stay behind
        fresh.Holding("BTC-USD-PERP", 0.1m, 60_000m);
        valuation = AccountValuation.Of(fresh, Books.Frame());
        Assert.Equal(WithdrawalStatus.InsufficientCollateral, WithdrawalGate.Check(valuation, Books.Usd, 400.01m,
            rules with { NotionalShare = 0.1m }, negativeAccounts: false));
        Assert.Equal(WithdrawalStatus.Allowed, WithdrawalGate.Check(valuation, Books.Usd, 400m,
            rules with { NotionalShare = 0.1m }, negativeAccounts: false));
    }

    /// <summary>What stays above what must stay after a withdrawal, in exact fractions.</summary>
    private static Rational Left(Account account, PriceFrame frame, Asset asset, decimal amount, WithdrawalRules rules)
    {
        var after = account.Copy();
        after.Apply(new BalanceChanged(asset, -amount, account.Balance(asset) - amount, BalanceReason.Withdrawal));
        var margin = new Leverage.ReferenceMargin<Rational>(after, frame, value => value);
        var floor = margin.Positions.Values.Where(line => !line.IsIsolated)
            .Aggregate(Rational.Zero, (sum, line) => sum + Rational.Abs(line.Signed)) * rules.NotionalShare;
        var have = rules.ProfitCounts ? margin.CrossMarginBalance
            : Rational.Min(margin.CrossCollateral, margin.CrossMarginBalance);
        return have - Rational.Max(margin.CrossInitial, floor);
    }
}
