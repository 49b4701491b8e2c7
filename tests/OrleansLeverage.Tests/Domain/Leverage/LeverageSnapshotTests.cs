using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

public sealed class LeverageSnapshotTests
{
    /// <summary>
    /// 20,000 USD and 1 BTC; 2 BTC long from 55,000, 100 SOL short from 140 on 3,000 of its own; index 60,000 and 150.
    /// </summary>
    [Fact]
    public void EveryFieldByHand()
    {
        var account = Books.Account().With("USD", 20_000m).With("BTC", 1m)
            .Holding("BTC-USD-PERP", 2m, 55_000m, leverage: 4m).Holding("SOL-USD-PERP", -100m, 140m,
                isolatedMargin: 3_000m);
        account.Sequence = 17;
        var volatility = new double[Books.Universe.Feeds.Count];
        (volatility[0], volatility[2]) = (0.04, 0.0);
        var prices = Books.Frame().Prices.ToArray();
        prices[2] = prices[2] with { State = PriceState.Degraded, TimeMs = 997_000L };
        var frame = new PriceFrame(new FrameNumber(3, 9), 1_000_000L, Books.Universe, prices,
            dailyVolatility: volatility);
        var snapshot = LeverageCalculator.Snapshot(account, frame);

        Assert.Equal(("a1", 17L, new FrameNumber(3, 9), 1_000_000L, 3),
            (snapshot.Account.Value, snapshot.Sequence, snapshot.Frame,
            snapshot.FrameTimeMs, snapshot.RulesVersion));
        Assert.Equal((RiskTier.Healthy, PriceState.Degraded, 3_000L, null),
            (snapshot.Tier, snapshot.PriceState, snapshot.PriceAgeMs, snapshot.MissingFeed));
        // 20,000 + 60,000 + 10,000 + (3,000 − 1,000)
        Assert.Equal(92_000m, snapshot.Equity);
        Assert.Equal(20_000m + 57_000m + 10_000m + 2_000m, snapshot.MarginBalance);
        Assert.Equal((135_000m, 105_000m, 120_000m, 15_000m),
            (snapshot.GrossNotional, snapshot.NetNotional, snapshot.LongNotional, snapshot.ShortNotional));
        Assert.Equal((135m / 92m, 105m / 92m, 120m / 92m, 15m / 92m),
            (snapshot.Leverage, snapshot.NetLeverage, snapshot.LongLeverage, snapshot.ShortLeverage));
        Assert.Equal(NoLeverageReason.None, snapshot.LeverageReason);
        // cash: 83,000 without the 9,000 of profit
        Assert.Equal(135m / 83m, snapshot.CashLeverage);
        Assert.Equal((30_750m, 980m), (snapshot.InitialMargin, snapshot.MaintenanceMargin));
        Assert.Equal(430m / 2_000m, snapshot.MarginRatio);
        Assert.Equal(87_000m - 30_000m, snapshot.FreeCollateral);
        // equity moves with BTC by 60,000 of coin and 120,000 of position, with SOL by −15,000
        Assert.Equal([new LeverageFactor(new FeedId("BTC-USD"), 180m / 92m),
            new LeverageFactor(new FeedId("SOL-USD"), -15m / 92m)],
            snapshot.LeverageFactors);
        Assert.Equal(["USD", "BTC"], snapshot.Balances.Select(b => b.Asset.Id.Value));

        var (btc, sol) = (snapshot.Positions[0], snapshot.Positions[1]);
        Assert.Equal((60_000m, 120_000m, 10_000m, 0m, 30_000m, 550m, 100m),
            (btc.MarkPrice, btc.Notional, btc.UnrealisedProfit,
            btc.AccruedFunding, btc.InitialMargin, btc.MaintenanceMargin, btc.MaxLeverage));
        Assert.Equal((120m / 92m, 120m / 83m), (btc.EquityLeverage, btc.CashLeverage));
        Assert.Equal((15_000m, -1_000m, 750m, 430m, 20m),
            (sol.Notional, sol.UnrealisedProfit, sol.InitialMargin, sol.MaintenanceMargin, sol.MaxLeverage));
        Assert.Equal((15m / 2m, 15m / 3m), (sol.EquityLeverage, sol.CashLeverage));
        // short, isolated: 3,000 − 100·(P − 140) = 3·P − 20, and = 0 for bankruptcy
        Assert.Equal(decimal.Round(17_020m / 103m, 20), decimal.Round(sol.LiquidationPrice.Value!.Value, 20));
        Assert.Equal(170m, sol.BankruptcyPrice.Value);
        Assert.Equal(sol.LiquidationPrice.Value / 150m - 1m, sol.DistanceToLiquidation);
        Assert.Null(sol.DistanceSigmas);
        // cross: 20,000 + 0.95·P + 2·(P − 55,000) = 2·P·0.005 − 50 in the bracket from 50,000
        var price = (110_000m - 20_000m - 50m) / (2.95m - 0.01m);
        Assert.Equal(decimal.Round(price, 20), decimal.Round(btc.LiquidationPrice.Value!.Value, 20));
        Assert.Equal(Math.Log((double)price / 60_000.0) / 0.04, btc.DistanceSigmas!.Value, 12);
        // bankruptcy without the haircut: 20,000 + P + 2·(P − 55,000) = 0 of the cross bucket
        Assert.Equal(decimal.Round(30_000m, 10), decimal.Round(btc.BankruptcyPrice.Value!.Value, 10));
        Assert.True(snapshot.JointMoveDown < 0m && snapshot.JointMoveUp is null);
    }

    [Fact]
    public void AnEmptyAccountHasNoLeverageAndSaysWhy()
    {
        var snapshot = LeverageCalculator.Snapshot(Books.Account(), Books.Frame());
        Assert.Equal((0m, null, NoLeverageReason.NoExposure),
            (snapshot.Equity, snapshot.Leverage, snapshot.LeverageReason));
        Assert.Equal((RiskTier.Healthy, PriceState.Fresh, (long?)null),
            (snapshot.Tier, snapshot.PriceState, snapshot.PriceAgeMs));
        Assert.Null(snapshot.MaxLeverage);
        Assert.Null(snapshot.CashLeverage);
        Assert.Empty(snapshot.Positions);
    }

    /// <summary>Cash alone is levered not at all, which is known and not null.</summary>
    [Fact]
    public void CashAloneHasLeverageZero()
    {
        var snapshot = LeverageCalculator.Snapshot(Books.Account().With("USD", 5m), Books.Frame());
        Assert.Equal((0m, NoLeverageReason.None, (decimal?)0m),
            (snapshot.Leverage, snapshot.LeverageReason, snapshot.MarginRatio));
    }

    [Theory]
    [InlineData(10_000, RiskTier.Bankrupt)]
    [InlineData(9_999, RiskTier.Bankrupt)]
    [InlineData(10_001, RiskTier.Liquidation)]
    public void WithoutEquityLeverageIsNullNotInfinite(int usd, RiskTier tier)
    {
        var account = Books.Account().With("USD", usd).Holding("BTC-USD-PERP", 1m, 70_000m);
        var snapshot = LeverageCalculator.Snapshot(account, Books.Frame());
        Assert.Equal(tier, snapshot.Tier);
        if (usd > 10_000)
        {
            Assert.Equal((60_000m, NoLeverageReason.None), (snapshot.Leverage, snapshot.LeverageReason));
            return;
        }
        Assert.Equal(NoLeverageReason.NoEquity, snapshot.LeverageReason);
        Assert.Equal(usd - 10_000m, snapshot.Equity);
        Assert.Equal(60_000m, snapshot.GrossNotional);
        Assert.Null(snapshot.Leverage);
        Assert.Null(snapshot.NetLeverage);
        Assert.Null(snapshot.LongLeverage);
        Assert.Null(snapshot.ShortLeverage);
        Assert.Null(snapshot.MarginRatio);
        Assert.Null(snapshot.MaxLeverage);
        Assert.Null(snapshot.Positions[0].EquityLeverage);
        Assert.Empty(snapshot.LeverageFactors);
        Assert.Equal(60_000m / usd, snapshot.CashLeverage);
    }

    [Fact]
    public void AnUnknownPriceLeavesEveryFigureNull()
    {
        var prices = Books.Frame().Prices.ToArray();
        prices[2] = default;
        var account = Books.Account().With("USD", 5m).Holding("SOL-USD-PERP", 1m, 150m);
        var snapshot = LeverageCalculator.Snapshot(account,
            new PriceFrame(new FrameNumber(1, 1), 5, Books.Universe, prices));
        Assert.Equal((RiskTier.Unknown, PriceState.NotMeasured, "SOL-USD", NoLeverageReason.PriceUnknown),
            (snapshot.Tier, snapshot.PriceState, snapshot.MissingFeed!.Value.Value, snapshot.LeverageReason));
        var figures = typeof(LeverageSnapshot).GetProperties().Where(p => p.PropertyType == typeof(decimal?));
        Assert.Equal(18, figures.Count());
        Assert.All(figures, p => Assert.True(p.GetValue(snapshot) is null, p.Name));
        Assert.Single(snapshot.Balances);
        Assert.Empty(snapshot.Positions);
    }

    /// <summary>
    /// The positions of a book times (its largest leverage / its leverage), opened at the mark: initial margin is then
    /// the margin balance, or jumps past it there.
    /// </summary>
    [Fact]
    public void AtTheLargestLeverageTheMarginBalanceIsTheInitialMargin()
    {
        const int Seed = 12;
        var random = new Random(Seed);
        var (met, jumped) = (0, 0);
        for (var i = 0; i < 1_500; i++)
        {
            var usd = random.Next(100, 5_000_000);
            (string Id, decimal Quantity)[] held =
            [
                ("BTC-USD-PERP", random.Next(-2_000, 2_000) * 0.01m),
                    ("SOL-USD-PERP", random.Next(-2_000, 2_000) * 0.1m),
                ("BTC-USD", random.Next(0, 100) * 0.01m),
            ];
            Account Times(decimal factor) => held.Aggregate(Books.Account().With("USD", usd),
                (account, position) => account.Holding(position.Id, Math.Round(position.Quantity * factor, 10),
                    Entry(position.Id)));
            var one = LeverageCalculator.Snapshot(Times(1m), Books.Frame());
            if (one.Leverage is not > 0m)
            {
                continue;
            }
            var factor = one.MaxLeverage!.Value / one.Leverage.Value;
            var (below, above) = (AccountValuation.Of(Times(factor * 0.999999m), Books.Frame()),
                AccountValuation.Of(Times(factor * 1.000001m), Books.Frame()));
            Assert.True(below.InitialMargin <= below.MarginBalance,
                $"seed {Seed}, book {i}: {below.InitialMargin} of {below.MarginBalance}");
            Assert.True(above.InitialMargin > above.MarginBalance,
                $"seed {Seed}, book {i}: {above.InitialMargin} of {above.MarginBalance} only");
            var at = AccountValuation.Of(Times(factor), Books.Frame());
            var exact = Math.Abs(at.InitialMargin - at.MarginBalance) < at.MarginBalance * 1e-9m;
            met += exact ? 1 : 0;
            jumped += exact ? 0 : 1;
        }
        Assert.True(met > 500 && jumped > 20, $"{met} met it, {jumped} at a bracket's floor");
    }

    private static decimal Entry(string instrument) => instrument.StartsWith("SOL", StringComparison.Ordinal) ? 150m
        : 60_000m;
}
