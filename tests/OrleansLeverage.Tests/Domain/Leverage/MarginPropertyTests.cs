using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain.Liquidation;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

/// <summary>
/// Invariants I12 to I17 of the reliability reference on 10,000 random books each (seed 20261125). Every law is stated
/// over what it looks at, so that the same law is also run against a wrong one, which it must catch.
/// </summary>
public sealed class MarginPropertyTests
{
    /// <summary>Settled in USD: no price of a coin that is owed moves them.</summary>
    private static readonly string[] Linear = ["BTC-USD-PERP", "BTC-USDM-PERP", "SOL-USD-PERP"];

    private static readonly Func<AccountValuation, decimal> Surplus =
        v => v.CrossMarginBalance - v.CrossMaintenanceMargin;

    /// <summary>I12: a linear book of longs gains surplus with every price, one of shorts loses it.</summary>
    [Fact]
    public void I12_SurplusIsMonotone() => Law(random => Monotone(random, Surplus));

    [Fact]
    public void I12_CatchesAFlippedSign() => Caught(random => Monotone(random, v => -Surplus(v)));

    /// <summary>I13: equity is cash plus Σ of every fill's gain at the mark, to a quantum a fill.</summary>
    [Fact]
    public void I13_EquityIsThatOfTheFills() => Law(random => EquityOfFills(random, (account, _) => account));

    [Fact]
    public void I13_CatchesAFillThatWasLost() => Caught(random => EquityOfFills(random, (_, before) => before));

    /// <summary>I14: gross / equity where equity is positive and nothing else; it grows with the positions.</summary>
    [Fact]
    public void I14_LeverageGrowsWithThePositions() => Law(random => Grows(random, v => v.GrossNotional));

    [Fact]
    public void I14_CatchesNetForGross() => Caught(random => Grows(random, v => -Math.Abs(v.NetNotional)));

    /// <summary>I15: quantities and collateral times k leave the ratio, which is rounded against the account.</summary>
    [Fact]
    public void I15_RatiosAreFreeOfScale() => Law(random => FreeOfScale(random, v => v.MarginRatio()));

    [Fact]
    public void I15_CatchesAnAmountThatDoesNotScale() =>
        Caught(random => FreeOfScale(random, v => v.MaintenanceMargin / (v.MarginBalance + 1m)));

    /// <summary>I16: a fill in parts at one price is the fill.</summary>
    [Fact]
    public void I16_PartsOfAFillAreTheFill() => Law(random => Netted(random, price => price));

    [Fact]
    public void I16_CatchesAPartAtAnotherPrice() =>
        Caught(random => Netted(random, price => new Price(price.Value + 0.01m)));

    /// <summary>
    /// I17: a fill is taken only where it reduces, or leaves every bucket its initial margin: the dYdX rule and more.
    /// </summary>
    [Fact]
    public void I17_OnlyWhatReducesIsTakenFromWhoIsShort() => Law(random => Gated(random, d => d.Status));

    [Fact]
    public void I17_CatchesAGateThatIsOpen() => Caught(random => Gated(random,
        d => d.Status == CommandStatus.InsufficientCollateral ? CommandStatus.Applied : d.Status));

    private static bool Monotone(Random random, Func<AccountValuation, decimal> surplus)
    {
        var side = random.Next(2) == 0 ? 1 : -1;
        var account = Books.Account().With("USD", random.Next(1, 100_000));
        foreach (var id in Linear)
        {
            account.Holding(id, side * random.Next(0, 1_000) * 0.01m, 10m + random.Next(50_000));
        }
        decimal[] prices = [.. Enumerable.Range(0, 6).Select(_ => 1m + (random.Next(8_000_000) / 100m))];
        var before = surplus(AccountValuation.Of(account, Books.FrameOf(prices)));
        prices[random.Next(6)] += 0.01m + (random.Next(1_000_000) / 100m);
        var after = surplus(AccountValuation.Of(account, Books.FrameOf(prices)));
        return side * (after - before) >= 0m;
    }

    private static bool EquityOfFills(Random random, Func<Account, Account, Account> seen)
    {
        var (instrument, frame) = (Books.Instrument("BTC-USD-PERP"), Books.Frame());
        var (account, cash, exact) = (Books.Account().With("USD", 90_000_000m), 90_000_000m, 0m);
        var (fills, before) = (random.Next(1, 12), account);
        for (var i = 0; i < fills; i++)
        {
            var quantity = new Quantity((random.Next(2) == 0 ? 1m : -1m) * random.Next(1, 50_000) * 0.0001m);
            var price = new Price(50_000m + (random.Next(2_000_000) / 100m));
            var decided = account.DecideFill(instrument, quantity, price, 0m, mustReduce: false, frame);
            before = account;
            account = account.Copy();
            foreach (var fact in decided.Events)
            {
                account.Apply(fact);
            }
            exact += quantity.Value * (60_000m - price.Value);
        }
        var equity = AccountValuation.Of(seen(account, before), frame).Equity;
        return Math.Abs(equity - cash - exact) <= fills * Books.Quantum;
    }

    private static bool Grows(Random random, Func<AccountValuation, decimal> gross)
    {
        var (frame, k) = (Books.Frame(), 1 + random.Next(4));
        Account Book(int times, int seed)
        {
            var copy = new Random(seed);
            var account = Books.Account().With("USD", copy.Next(1, 100_000));
            foreach (var id in Linear)
            {
                // entered at the mark: the equity is the cash, whatever the size
                var instrument = Books.Instrument(id);
                account.Holding(id, times * copy.Next(-100, 100) * instrument.LotSize,
                    frame.Mark(instrument)!.Value.Value);
            }
            return account;
        }
        var seed = random.Next();
        var (one, many) = (AccountValuation.Of(Book(1, seed), frame), AccountValuation.Of(Book(k, seed), frame));
        var snapshot = LeverageCalculator.Snapshot(one.Account, frame);
        return one.Equity > 0m && snapshot.Leverage == gross(one) / one.Equity
            && gross(many) / many.Equity >= gross(one) / one.Equity;
    }

    private static bool FreeOfScale(Random random, Func<AccountValuation, decimal?> ratio)
    {
        var (k, seed) = (random.Next(2, 9), random.Next());
        AccountValuation Book(int times)
        {
            var copy = new Random(seed);
            var account = Books.Account().With("USD", times * copy.Next(1, 100_000));
            // one bracket, so that the scale changes none
            account.Holding("BTC-USD", times * copy.Next(1, 100) * 0.0001m, 50_000m + copy.Next(20_000));
            return AccountValuation.Of(account, Books.Frame());
        }
        var (first, second) = (ratio(Book(1)), ratio(Book(k)));
        return first is { } one && second is { } many
            ? Math.Abs(one - many) <= 1e-18m * Math.Max(1m, Math.Abs(one))
            : first is null && second is null;
    }

    private static bool Netted(Random random, Func<Price, Price> part)
    {
        var (instrument, frame) = (Books.Instrument(Linear[random.Next(Linear.Length)]), Books.Frame());
        var lots = random.Next(2, 1_000);
        var price = new Price(frame.Mark(instrument)!.Value.Value);
        var sign = random.Next(2) == 0 ? 1m : -1m;
        Account Filled(params (int Lots, Price Price)[] fills)
        {
            var account = Books.Account().With("USD", 90_000_000m)
                .Holding(instrument.Id.Value, -sign * 500 * instrument.LotSize, price.Value * 1.1m);
            foreach (var (size, at) in fills)
            {
                foreach (var fact in account.DecideFill(instrument, new Quantity(sign * size * instrument.LotSize), at,
                    0m, mustReduce: false, frame).Events)
                {
                    account.Apply(fact);
                }
            }
            return account;
        }
        var cut = random.Next(1, lots);
        var (whole, parts) = (Filled((lots, price)), Filled((cut, price), (lots - cut, part(price))));
        var (one, two) = (whole.Position(instrument), parts.Position(instrument));
        return one.Quantity == two.Quantity && Math.Abs(one.Cost - two.Cost) <= 2m * Books.Quantum
            && Math.Abs(AccountValuation.Of(whole, frame).Equity - AccountValuation.Of(parts, frame).Equity)
                <= 2m * Books.Quantum;
    }

    private static bool Gated(Random random, Func<Decision, CommandStatus> gate)
    {
        var frame = Books.Frame();
        var account = Books.RandomAccount(random, frame, orders: false);
        var instrument = Books.Universe.Instruments[random.Next(Books.Universe.Instruments.Count)];
        var quantity = new Quantity((random.Next(2) == 0 ? 1m : -1m) * random.Next(1, 2_000) * instrument.LotSize);
        var decided = account.DecideFill(instrument, quantity, frame.Mark(instrument)!.Value, 0m, mustReduce: false,
            frame);
        if (gate(decided) != CommandStatus.Applied)
        {
            return true;
        }
        var (held, after) = (account.Position(instrument).Quantity.Value, account.Copy());
        foreach (var fact in decided.Events)
        {
            after.Apply(fact);
        }
        var left = held + quantity.Value;
        var reduces = held != 0m && Math.Sign(left) * Math.Sign(held) >= 0 && Math.Abs(left) <= Math.Abs(held);
        return reduces || (decided.Status == CommandStatus.Applied
            && AccountValuation.Of(after, frame).CoversInitialMargin());
    }

    private static void Law(Func<Random, bool> holds) => Check.One(FailingBooks.TenThousand,
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => holds(new Random(seed))));

    private static void Caught(Func<Random, bool> holds) => Assert.ThrowsAny<Exception>(() => Law(holds));
}
