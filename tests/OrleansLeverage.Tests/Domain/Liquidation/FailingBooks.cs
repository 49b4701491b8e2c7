using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Domain.Liquidation;

/// <summary>One drawn case: a book near or under its maintenance margin, and how its venue liquidates.</summary>
internal sealed record FailingBook(int Seed, AccountValuation Valuation, LiquidationRules Rules)
{
    public Account Account => Valuation.Account;

    public PriceFrame Frame => Valuation.Frame;

    public override string ToString() => $"book {Seed}: {Rules}";
}

/// <summary>
/// Random books whose USD balance is moved so that the cross bucket stands between bankruptcy and just enough margin;
/// isolated buckets stand where chance put them.
/// </summary>
internal static class FailingBooks
{
    public static readonly Config TenThousand = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20261125, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    private static readonly Gen<LiquidationRules> AnyRules =
        from order in Gen.Elements(Enum.GetValues<LiquidationOrder>())
        from scope in Gen.Elements(Enum.GetValues<LiquidationScope>())
        from pricing in Gen.Elements(Enum.GetValues<LiquidationPricing>())
        from target in Gen.Elements(1m, 0.95m, 0.8m, 0.5m)
        from share in Gen.Elements(1m, 0.5m, 0.2m)
        from least in Gen.Elements(0m, 100m, 5_000m)
        from whole in Gen.Elements(0m, 100_000m)
        from fee in Gen.Elements(0m, 0.0005m, 0.005m, 0.05m)
        from concession in Gen.Elements(0m, 0.01m, 0.025m)
        from backstop in Gen.Elements(0m, 0.5m)
        select new LiquidationRules
        {
            Order = order, Scope = scope, Pricing = pricing, TargetRatio = target, CloseShareMax = share,
            NotionalMin = least, WholeBelowNotional = whole, FeeRate = fee, Concession = concession,
            SpreadToMaintenance = 0.1m, BackstopShare = backstop,
        };

    public static Arbitrary<FailingBook> Any { get; } = (from seed in Gen.Choose(0, int.MaxValue - 1)
                                                         from rules in AnyRules
                                                         select Book(seed, rules)).ToArbitrary();

    /// <summary>The same without bounds: as many lots as it takes, no least close.</summary>
    public static Arbitrary<FailingBook> Unbounded { get; } =
        (from seed in Gen.Choose(0, int.MaxValue - 1)
         from rules in AnyRules
         select Book(seed, rules with
         {
             Scope = LiquidationScope.ToTarget, CloseShareMax = 1m, NotionalMin = 0m, WholeBelowNotional = 0m,
             BackstopShare = 0m,
         })).ToArbitrary();

    public static FailingBook Book(int seed, LiquidationRules rules, PriceState state = PriceState.Fresh)
    {
        var random = new Random(seed);
        var frame = Books.RandomFrame(random);
        frame = new PriceFrame(frame.Number, frame.TimeMs, frame.Universe,
            [.. frame.Prices.Select(p => p with { State = state })], [.. frame.FundingIndices],
            [.. frame.OpenInterest]);
        var account = Books.RandomAccount(random, frame, orders: random.Next(2) == 0);
        var valuation = AccountValuation.Of(account, frame);
        // one in four stands within a quantum of its maintenance margin
        var knifeEdge = random.Next(4) == 0;
        var kept = (knifeEdge ? 1m : (decimal)(random.NextDouble() * 1.5 - 0.3)) * valuation.CrossMaintenanceMargin;
        account.With("USD", Decimals.FloorTo(kept - valuation.CrossMarginBalance, Books.Quantum)
            + (knifeEdge ? random.Next(-1, 2) * Books.Quantum : 0m));
        return new FailingBook(seed, AccountValuation.Of(account, frame), rules);
    }
}
