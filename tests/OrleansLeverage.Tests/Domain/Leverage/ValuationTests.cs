using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

public sealed class ValuationTests
{
    /// <summary>
    /// Every figure of random books against the reference: to the last digit where decimals can say it, and within
    /// 1e-20 of the book where an inverse contract's mark is not its coin's price, which divides.
    /// </summary>
    [Fact]
    public void EveryFigureIsTheReference()
    {
        const int Seed = 20_170_904;
        var random = new Random(Seed);
        var (exact, tiers) = (0, new Dictionary<RiskTier, int>());
        for (var i = 0; i < 6_000; i++)
        {
            var frame = Books.RandomFrame(random);
            var account = Books.RandomAccount(random, frame);
            var valuation = AccountValuation.Of(account, frame);
            var reference = new ReferenceMargin<Rational>(account, frame, v => v);
            Assert.True(valuation.IsKnown);
            var divides = account.Positions.Concat(account.Reservations.Select(r => account.Position(r.Instrument)))
                .Any(p => p.Instrument.Style == ContractStyle.Inverse
                    && frame.Mark(p.Instrument)!.Value.Value != frame.UsdPrice(p.Instrument.Settlement));
            exact += divides ? 0 : 1;
            Compare(valuation, reference, divides ? reference.Magnitude * 0.00000000000000000001m
                : Rational.Zero, $"seed {Seed}, book {i}");
            var tier = valuation.Tier(frame.Universe.Rules);
            Assert.True(tier == reference.Tier(frame.Universe.Rules), $"seed {Seed}, book {i}: {tier}");
            tiers[tier] = tiers.GetValueOrDefault(tier) + 1;
        }
        Assert.True(exact > 1_500, $"{exact} books were exact");
        foreach (var tier in Enum.GetValues<RiskTier>().Where(t => t != RiskTier.Unknown))
        {
            Assert.True(tiers.GetValueOrDefault(tier) > 20, $"{tiers.GetValueOrDefault(tier)} books were {tier}");
        }
    }

    private static void Compare(AccountValuation valuation, ReferenceMargin<Rational> reference, Rational slack,
        string where)
    {
        void Same(string figure, decimal actual, Rational expected, Rational allowed)
        {
            var difference = Rational.Abs(actual - expected);
            Assert.True(difference <= allowed,
                $"{where}: {figure} is {actual}, the reference {expected}, {difference} apart");
        }
        // rounding up what was rounded may step to the next quantum
        var quantum = slack + (slack > Rational.Zero ? 10m * AccountValuation.UsdQuantum : ScalingStep(valuation));
        Same("equity", valuation.Equity, reference.Equity, slack);
        Same("margin balance", valuation.MarginBalance, reference.MarginBalance, slack);
        Same("cross margin balance", valuation.CrossMarginBalance, reference.CrossMarginBalance, slack);
        Same("collateral", valuation.Collateral, reference.Collateral, slack);
        Same("cross collateral", valuation.CrossCollateral, reference.CrossCollateral, slack);
        Same("maintenance margin", valuation.MaintenanceMargin, reference.Maintenance, slack);
        Same("cross maintenance margin", valuation.CrossMaintenanceMargin, reference.CrossMaintenance, slack);
        Same("initial margin", valuation.InitialMargin, reference.Initial, quantum);
        Same("cross initial margin", valuation.CrossInitialMargin, reference.CrossInitial, quantum);
        Same("free collateral", valuation.FreeCollateral, reference.CrossMarginBalance - reference.CrossInitial,
            quantum);
        Same("long notional", valuation.LongNotional, reference.Long, slack);
        Same("short notional", valuation.ShortNotional, reference.Short, slack);
        Same("gross notional", valuation.GrossNotional, reference.Long + reference.Short, slack);
        Same("net notional", valuation.NetNotional, reference.Long - reference.Short, slack);
        foreach (var position in valuation.Positions)
        {
            var line = reference.Positions[position.Position.Instrument];
            var name = position.Position.Instrument.Id.Value;
            Same($"{name}: notional", position.SignedNotional, line.Signed, slack);
            Same($"{name}: profit", position.UnrealisedProfit, line.Profit, slack);
            Same($"{name}: funding", position.AccruedFunding, line.Funding, slack);
            Same($"{name}: maintenance", position.MaintenanceMargin, line.Maintenance, slack);
            Same($"{name}: initial", position.InitialMargin, line.Initial, quantum);
            Same($"{name}: orders", position.OrderNotional, line.Worst, slack);
            if (position.IsIsolated)
            {
                Same($"{name}: isolated equity", position.IsolatedEquity, line.IsolatedEquity, slack);
            }
        }
        Assert.Equal(reference.Positions.Values.Count(l => l.Signed != Rational.Zero),
            valuation.Positions.Count(p => !p.Position.Quantity.IsZero));
    }

    /// <summary>
    /// Open-interest scaling divides: an initial margin that is a whole number of quantums may come out one higher.
    /// </summary>
    private static decimal ScalingStep(AccountValuation valuation) =>
        valuation.Positions.Any(p => p.Position.Instrument.Margin.Scaling is not null)
            ? AccountValuation.UsdQuantum : 0m;

    /// <summary>
    /// The published identities of venues for one linear position, by hand: 10 BTC long from 50,000 at 60,000.
    /// </summary>
    [Fact]
    public void ABookByHand()
    {
        var account = Books.Account().With("USD", 20_000m).With("BTC", 1m).Holding("BTC-USD-PERP", 10m, 50_000m)
            .Holding("SOL-USD-PERP", -100m, 140m, isolatedMargin: 3_000m);
        var valuation = AccountValuation.Of(account, Books.Frame());
        // 20,000 + 60,000 + 100,000 + (3,000 − 1,000)
        Assert.Equal(182_000m, valuation.Equity);
        Assert.Equal(57_000m + 20_000m + 100_000m, valuation.CrossMarginBalance);
        Assert.Equal(179_000m, valuation.MarginBalance);
        // 600,000·0.0065 − 950
        Assert.Equal(2_950m, valuation.CrossMaintenanceMargin);
        // 15,000·0.03 − 20
        Assert.Equal(2_950m + 430m, valuation.MaintenanceMargin);
        Assert.Equal(600_000m / 75m + 750m, valuation.InitialMargin);
        Assert.Equal((600_000m, 15_000m), (valuation.LongNotional, valuation.ShortNotional));
        Assert.Equal(2_950m / 177_000m > 430m / 2_000m ? 2_950m / 177_000m : 430m / 2_000m, valuation.MarginRatio());
        Assert.Equal(RiskTier.Healthy, valuation.Tier(Books.Rules));
    }

    /// <summary>
    /// Liquidation is strict: at margin balance = maintenance margin it is a margin call, one quantum lower
    /// liquidation.
    /// </summary>
    [Theory]
    [InlineData("240.00000001", RiskTier.MarginCall)]
    [InlineData("240", RiskTier.MarginCall)]
    [InlineData("239.99999999", RiskTier.Liquidation)]
    [InlineData("282.35294118", RiskTier.Warning)]
    [InlineData("282.35294117", RiskTier.MarginCall)]
    [InlineData("342.85714286", RiskTier.Healthy)]
    [InlineData("342.85714285", RiskTier.Warning)]
    [InlineData("0.00000001", RiskTier.Liquidation)]
    [InlineData("0", RiskTier.Bankrupt)]
    [InlineData("-0.00000001", RiskTier.Bankrupt)]
    public void TiersAreDecidedToTheQuantum(string balance, RiskTier tier)
    {
        // 60,000 notional: 60,000·0.005 − 50 = 250; with 59,... use 58,000: 0.005·58,000 − 50 = 240
        var account = Books.Account().Holding("BTC-USD-PERP", 1m, 58_000m)
            .With("USD", decimal.Parse(balance, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(tier, AccountValuation.Of(account, Books.Frame(btc: 58_000m)).Tier(Books.Rules));
    }

    /// <summary>The lower lines belong to their tiers: 280 of maintenance margin on 400 is .7.</summary>
    [Theory]
    [InlineData("400", RiskTier.Warning)]
    [InlineData("400.00000001", RiskTier.Healthy)]
    public void AtTheWarningLineItselfIsAWarning(string balance, RiskTier tier)
    {
        var account = Books.Account().Holding("SOL-USD-PERP", 20m, 500m)
            .With("USD", decimal.Parse(balance, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(tier, AccountValuation.Of(account, Books.Frame(sol: 500m)).Tier(Books.Rules));
    }

    [Fact]
    public void TheWorstBucketDecides()
    {
        var account = Books.Account().With("USD", 1_000_000m).Holding("BTC-USD-PERP", 1m, 60_000m,
            isolatedMargin: 249m);
        Assert.Equal(RiskTier.Liquidation, AccountValuation.Of(account, Books.Frame()).Tier(Books.Rules));
        Assert.Equal(250m / 249m, AccountValuation.Of(account, Books.Frame()).MarginRatio());
    }

    /// <summary>Margin put aside before anything is opened is still the account's.</summary>
    [Fact]
    public void IsolatedMarginCountsWithoutAPosition()
    {
        var account = Books.Account().With("USD", 10m).Holding("BTC-USD-PERP", 0m, 60_000m, isolatedMargin: 90m);
        var valuation = AccountValuation.Of(account, Books.Frame());
        Assert.Equal((100m, 100m, 10m), (valuation.Equity, valuation.MarginBalance, valuation.CrossMarginBalance));
        Assert.Equal(RiskTier.Healthy, valuation.Tier(Books.Rules));
        Assert.True(valuation.IsBelow(0.7m, 0.02m));
    }

    [Fact]
    public void AnUnmeasuredPriceIsNamedAndNothingIsGuessed()
    {
        var frame = WithoutPrice("BTC-USD");
        foreach (var account in new[]
        {
            Books.Account().With("BTC", 1m),
            Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 1m, 60_000m),
            Books.Account().With("USD", 1_000m).Holding("SOL-BTC-PERP", 1m, 100m),
            Books.Account().With("USD", 1_000m).Holding("BTC-USDX-PERP", 1m, 60_000m),
            Books.Account().With("USD", 1_000m).Ordering("BTC-USD-PERP", 1m, 1),
        })
        {
            var valuation = AccountValuation.Of(account, frame);
            Assert.False(valuation.IsKnown);
            Assert.Equal("BTC-USD", valuation.MissingFeed!.Id.Value);
            Assert.Equal(RiskTier.Unknown, valuation.Tier(Books.Rules));
            Assert.Empty(valuation.Positions);
            Assert.Equal((0m, 0m), (valuation.Equity, valuation.GrossNotional));
        }
        Assert.True(AccountValuation.Of(Books.Account().With("USD", 1m).Holding("SOL-USD-PERP", 1m, 150m),
            frame).IsKnown);
    }

    /// <summary>
    /// An account is as trustworthy as its worst price, and as old as its oldest; what it does not hold is no matter.
    /// </summary>
    [Theory]
    [InlineData(PriceState.Fresh, PriceState.Degraded, PriceState.Degraded)]
    [InlineData(PriceState.Degraded, PriceState.Stale, PriceState.Stale)]
    [InlineData(PriceState.Halted, PriceState.Stale, PriceState.Halted)]
    [InlineData(PriceState.Fresh, PriceState.NotMeasured, PriceState.NotMeasured)]
    [InlineData(PriceState.Halted, PriceState.NotMeasured, PriceState.NotMeasured)]
    public void TheWorstPriceCounts(PriceState btc, PriceState sol, PriceState worst)
    {
        var prices = Books.Frame().Prices.ToArray();
        prices[0] = prices[0] with { State = btc, TimeMs = 900 };
        prices[1] = prices[1] with { State = PriceState.Halted, TimeMs = 1 };
        prices[2] = prices[2] with { State = sol, TimeMs = 800 };
        var frame = new PriceFrame(new FrameNumber(1, 1), 1_000, Books.Universe, prices);
        var valuation = AccountValuation.Of(Books.Account().With("BTC", 1m).Holding("SOL-USD-PERP", 1m, 150m), frame);
        Assert.Equal(worst, valuation.PriceState);
        Assert.Equal(800, valuation.OldestPriceMs);
        var cash = AccountValuation.Of(Books.Account().With("USD", 1m), frame);
        Assert.Equal((PriceState.Fresh, (long?)null), (cash.PriceState, cash.OldestPriceMs));
    }

    private static PriceFrame WithoutPrice(string feed)
    {
        var prices = Books.Frame().Prices.ToArray();
        prices[Books.Universe.Feed(new FeedId(feed))!.Index] = default;
        return new PriceFrame(new FrameNumber(1, 1), 1_000_000L, Books.Universe, prices);
    }
}
