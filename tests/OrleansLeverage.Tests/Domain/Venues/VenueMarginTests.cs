using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>
/// The shipped profiles against numbers that their venues publish, worked by hand where they publish the formula alone.
/// </summary>
public sealed class VenueMarginTests
{
    private static readonly AssetId Usdt = new("USDT");
    private static readonly AssetId Usdc = new("USDC");
    private static readonly AssetId Sol = new("SOL");

    /// <summary>
    /// "What was my liquidation price at that instant?" 5 BTC from 60,000 with 5,000: in 2023 the solution lies in the
    /// 1 % bracket less 1,300, (295,000 − 1,300) / 4.95; in 2025 in the 0.5 % one less 50, 294,950 / 4.975.
    /// </summary>
    [Theory]
    [InlineData("2023-10-10T21:16:04Z", "59333.333333333333", "1700")]
    [InlineData("2025-10-10T21:16:04Z", "59286.43216080402", "1450")]
    public void AnInstantHasItsLiquidationPrice(string time, string price, string maintenance)
    {
        var rules = VenueRules.At("binance-usdm", DateTimeOffset.Parse(
            time, System.Globalization.CultureInfo.InvariantCulture));
        var state = VenueMargin.Of(rules, Holding(Usdt, 5_000m, Position("BTC/USDT:USDT", 1, 5m, 60_000m)));
        Equal(price, state.Positions[0].LiquidationPrice.Shown);
        Equal(maintenance, state.MaintenanceMargin);
        Equal("59000", state.Positions[0].BankruptcyPrice.Shown);
        Assert.False(state.IsLiquidatable);
        Equal("60", state.Leverage);
    }

    /// <summary>Bybit help: E·(1 − IMR + MMR) isolated, both margins at entry: 60,000·(1 − 0.01 + 0.005).</summary>
    [Theory]
    [InlineData(1, "59700")]
    [InlineData(-1, "60300")]
    public void BybitIsolatedStaysAtItsEntry(int side, string price)
    {
        var position = Position("BTCUSDT", side, 1m, 60_000m) with { IsIsolated = true, IsolatedMargin = 600m };
        var state = VenueMargin.Of(Newest("bybit"), Holding(Usdt, 0m, position));
        Equal(price, state.Positions[0].LiquidationPrice.Shown);
    }

    /// <summary>
    /// OKX and Gate: (E − s·W/q) / (1 − s·(rate + taker)). ETH: 1,000 of notional in the 1 % tier and 0.05 %; BTC 0.5 %
    /// and 0.075 %.
    /// </summary>
    [Theory]
    [InlineData("okx", "ETH/USDT:USDT", 1, "1", "1000", "100", "909.550277918140475")]
    [InlineData("okx", "ETH/USDT:USDT", -1, "1", "1000", "100", "1088.570014844136")]
    [InlineData("gate", "BTC_USDT", 1, "1", "60000", "6000", "54312.295700276590395")]
    [InlineData("gate", "BTC_USDT", -1, "1", "60000", "6000", "65622.669649515287")]
    public void IsolatedWithFee(string venue, string market, int side, string size, string entry, string margin,
        string price)
    {
        var position = Position(market, side, Number(size), Number(entry)) with
        {
            IsIsolated = true, IsolatedMargin = Number(margin),
        };
        Equal(price, VenueMargin.Of(Newest(venue), Holding(Usdt, 0m, position)).Positions[0].LiquidationPrice.Shown);
    }

    /// <summary>
    /// OKX's rate is on the whole position, so margin jumps at 2,001: 21 ETH short at 95 with 20 hold (1,995·1.05 % =
    /// 20.9475 of 21·(95.2 − 95) ...) until the notional enters the 1.5 % tier at 2,001 / 21.
    /// </summary>
    [Fact]
    public void FlatTiersAreCrossedAtTheirEdge()
    {
        var position = Position("ETH/USDT:USDT", -1, 21m, 95m) with { IsIsolated = true, IsolatedMargin = 30m };
        var state = VenueMargin.Of(Newest("okx"), Holding(Usdt, 0m, position));
        var price = state.Positions[0].LiquidationPrice.Shown!.Value;
        Assert.InRange(price, 2_001m / 21m - 0.000000000001m, 2_001m / 21m);
    }

    /// <summary>
    /// Deribit support: 25 BTC at 100,000 need 53,125 and 28,125 USDC; 25 SOL at 200: 200.625 and 100.625.
    /// </summary>
    [Theory]
    [InlineData("BTC_USDC-PERPETUAL", "25", "100000", "53125", "28125")]
    [InlineData("BTC_USDC-PERPETUAL", "350", "100000", "1312500", "962500")]
    [InlineData("SOL_USDC-PERPETUAL", "25", "200", "200.625", "100.625")]
    [InlineData("SOL_USDC-PERPETUAL", "6000", "200", "84000", "60000")]
    public void DeribitRatesGrowWithTheSize(string market, string size, string price, string initial,
        string maintenance)
    {
        var state = VenueMargin.Of(Newest("deribit-linear"),
            Holding(Usdc, 10_000_000m, Position(market, 1, Number(size), Number(price))));
        Equal(initial, state.InitialMargin);
        Equal(maintenance, state.MaintenanceMargin);
    }

    /// <summary>
    /// Synthetix v3 withdraw tests: 100,000 behind −2 BTC filled at 29,700 and 20 ETH at 2,020: requirement 6,500 and
    /// 4,000 besides a reward of 5,000, and 87,500 may be withdrawn.
    /// </summary>
    [Fact]
    public void SynthetixKeepsItsRewardAndItsMinimum()
    {
        var account = Holding(new AssetId("SNXUSD"), 100_000m,
            Position("BTC", -1, 2m, 29_700m) with { Mark = 30_000m },
            Position("ETH", 1, 20m, 2_020m) with { Mark = 2_000m });
        var state = VenueMargin.Of(Newest("synthetix-v3"), account);
        Equal("99000", state.Equity);
        Equal("11500", state.InitialMargin);
        Equal("9000", state.MaintenanceMargin);
        Equal("87500", state.FreeCollateral);
    }

    /// <summary>
    /// GMX: liquidatable below 1 % of the size or 1 USD, even in profit. 450,000 from 15, 1 ETH behind it.
    /// </summary>
    [Theory]
    [InlineData("5000", "15", false)]
    [InlineData("4499", "15", true)]
    [InlineData("4000", "15.01", true)]
    [InlineData("4500", "15", false)]
    public void GmxPositionsStandAlone(string collateral, string mark, bool liquidatable)
    {
        var position = Position("SOL/USD", 1, 30_000m, 15m) with
        {
            Mark = Number(mark), IsolatedMargin = Number(collateral),
        };
        var rich = Holding(Usdc, 1_000_000m, position);
        Assert.Equal(liquidatable, VenueMargin.Of(Newest("gmx-v2"), rich).IsLiquidatable);
        var tiny = position with { Contracts = 0.01m, Entry = 15m, Mark = 15m, IsolatedMargin = 0.99m };
        Assert.True(VenueMargin.Of(Newest("gmx-v2"), Holding(Usdc, 0m, tiny)).IsLiquidatable);
        var refused = Assert.Throws<RuleException>(() => VenueMargin.Of(
            Newest("gmx-v2"), Holding(Usdc, 0m, position with { Leverage = 5m })));
        Assert.Equal(RuleFileStatus.OutOfRange, refused.Status);
    }

    /// <summary>
    /// Drift: 200 SOL at 100 count 0.8 for initial and 0.9 for maintenance margin, 10,000 USDC are owed; a profit of
    /// 300
    /// counts 100 for initial margin; an order keeps 0.01; 100 SOL-PERP at 100 need 10 % and 5 %.
    /// </summary>
    [Fact]
    public void DriftWeighsAndDiscounts()
    {
        var account = new VenueAccount([new VenueBalance(Usdc, -10_000m, 1m), new VenueBalance(Sol, 200m, 100m)],
            [Position("SOL-PERP", 1, 100m, 97m) with { Mark = 100m, OpenOrders = 1 }]);
        var state = VenueMargin.Of(Newest("drift-v2"), account);
        Equal("10300", state.Equity);
        Equal("6100", state.InitialBalance);
        Equal("8300", state.MarginBalance);
        Equal("1000.01", state.InitialMargin);
        Equal("500", state.MaintenanceMargin);
        Equal("5099.99", state.FreeCollateral);
        // 1.1 weighs a borrowed SOL for maintenance
        var borrowed = new VenueAccount([new VenueBalance(Usdc, 12_000m, 1m), new VenueBalance(Sol, -100m, 100m)], []);
        Equal("1000", VenueMargin.Of(Newest("drift-v2"), borrowed).MarginBalance);
    }

    /// <summary>
    /// dYdX: SOL-USD's initial fraction grows from 5 % at 40 million of open interest to all at 100 million.
    /// </summary>
    [Fact]
    public void DydxScalesWithOpenInterest()
    {
        var position = Position("SOL-USD", 1, 100m, 100m);
        decimal Initial(decimal openInterest) => VenueMargin.Of(Newest("dydx-v4"), Holding(Usdc, 10_000m,
            position with { OpenInterest = openInterest })).InitialMargin;
        Equal("500", Initial(40_000_000m));
        Equal("5250", Initial(70_000_000m));
        Equal("10000", Initial(100_000_000m));
        Equal("2000", VenueMargin.Of(Newest("dydx-v4"), Holding(Usdc, 10_000m,
            position with { Leverage = 5m })).InitialMargin);
    }

    /// <summary>Hyperliquid BTC: above 150 million the rate is 2.5 % less 1,875,000.</summary>
    [Fact]
    public void HyperliquidDeducts()
    {
        var state = VenueMargin.Of(Newest("hyperliquid"), Holding(Usdc, 100_000_000m,
            Position("BTC", -1, 2_000m, 100_000m)));
        Equal("3125000", state.MaintenanceMargin);
        // 100,000·2,000 + 100,000,000 + 1,875,000 over 2,000·1.025
        Equal("147256.097560975609756097560976", state.Positions[0].LiquidationPrice.Shown);
    }

    /// <summary>
    /// An inverse long settles in the coin that falls: 30,000 USD of face from 60,000 with 0.05 BTC are bankrupt at
    /// 30,000 / 0.55. Source: quant reference §2.
    /// </summary>
    [Fact]
    public void AnInversePositionMovesItsOwnCollateral()
    {
        var bitcoin = new AssetId("BTC");
        var account = new VenueAccount([new VenueBalance(bitcoin, 0.05m, 60_000m)],
            [Position("BTC/USDT:USDT", 1, 30_000m, 60_000m) with
            {
                Style = ContractStyle.Inverse, SettlementPrice = 60_000m, Base = bitcoin,
            }]);
        var state = VenueMargin.Of(Newest("binance-usdm"), account);
        Equal("54545.4545454545454545454545", state.Positions[0].BankruptcyPrice.Shown);
    }

    [Fact]
    public void WhereNoPriceExistsTheReasonIsNamed()
    {
        var covered = Holding(Usdt, 60_000m, Position("BTC/USDT:USDT", 1, 1m, 60_000m));
        var state = VenueMargin.Of(Newest("binance-usdm"), covered);
        Assert.Equal(SolvedReason.FullyCollateralised, state.Positions[0].LiquidationPrice.Reason);
        Assert.Null(state.Positions[0].LiquidationPrice.Shown);
        var bankrupt = VenueMargin.Of(Newest("binance-usdm"),
            Holding(Usdt, -1m, Position("BTC/USDT:USDT", 1, 1m, 60_000m)));
        Assert.True(bankrupt.IsLiquidatable);
        Assert.Null(bankrupt.Leverage);
        Assert.Null(bankrupt.MarginRatio);
    }

    [Theory]
    [InlineData("NOSUCH", "USDT", "60000", RuleFileStatus.UnknownMarket)]
    [InlineData("BTC/USDT:USDT", "DOGE", "60000", RuleFileStatus.Unresolved)]
    [InlineData("BTC/USDT:USDT", "USDT", "0", RuleFileStatus.OutOfRange)]
    public void WhatTheRulesDoNotNameIsRefused(string market, string asset, string mark, RuleFileStatus status)
    {
        var account = Holding(new AssetId(asset), 1m, Position(market, 1, 1m, 60_000m) with { Mark = Number(mark) });
        var refused = Assert.Throws<RuleException>(() => VenueMargin.Of(Newest("binance-usdm"), account));
        Assert.Equal(status, refused.Status);
    }

    /// <summary>
    /// Two ways to one price: over random books of three markets the searched price is the one at which the closed form
    /// of the bracket at the solution stands.
    /// </summary>
    [Fact]
    public void TheSearchedPriceIsTheClosedForm()
    {
        var random = new Random(17);
        var rules = Newest("binance-usdm");
        var solved = 0;
        for (var i = 0; i < 400; i++)
        {
            var positions = new[] { "BTC/USDT:USDT", "ETH/USDT:USDT", "DOGE/USDT:USDT" }.Select((market, at) =>
            {
                var entry = (decimal)(1 + random.Next(1, 100_000)) / (at + 1);
                var notional = (decimal)Math.Exp(random.NextDouble() * 15.0);
                return Position(market, random.Next(2) == 0 ? 1 : -1, decimal.Round(notional / entry, 6) + 0.001m,
                    entry) with { Mark = decimal.Round(entry * (0.9m + random.Next(20) * 0.01m), 4) };
            }).ToArray();
            var gross = positions.Sum(p => p.NotionalOf(p.Contracts));
            var account = Holding(Usdt, decimal.Round(gross * (decimal)random.NextDouble(), 2), positions);
            var state = VenueMargin.Of(rules, account);
            if (state.IsLiquidatable || state.Positions[0].LiquidationPrice.Shown is not { } price)
            {
                continue;
            }
            var moved = positions[0];
            var tier = rules.ScheduleOf(moved.Market)!.Outline.TierAt(moved.Contracts * price);
            var others = positions.Skip(1).Select(p =>
            {
                var at = rules.ScheduleOf(p.Market)!.Outline.TierAt(p.NotionalOf(p.Contracts));
                return new OtherPosition(
                    p.Side, p.Contracts, p.Entry, p.Mark, at.MaintenanceRate, at.MaintenanceAmount);
            });
            var expected = CrossLiquidation.Linear(moved.Side, moved.Entry, moved.Contracts, account.Balances[0].Amount,
                tier.MaintenanceRate, tier.MaintenanceAmount, others);
            Assert.True(Math.Abs(expected - price) <= expected * 0.000000000000000001m,
                $"book {i}: {expected}, {price}");
            solved++;
        }
        Assert.True(solved > 120, $"{solved} books have a price");
    }

    private static RuleFile Newest(string venue) => VenueRules.Book(venue).Newest;

    private static VenuePosition Position(string market, int side, decimal contracts, decimal price) => new()
    {
        Market = market, Side = side, Contracts = contracts, Entry = price, Mark = price,
    };

    private static VenueAccount Holding(AssetId asset, decimal amount, params VenuePosition[] positions) =>
        new([new VenueBalance(asset, amount, 1m)], positions);

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static void Equal(string expected, decimal? actual)
    {
        Assert.NotNull(actual);
        var want = Number(expected);
        Assert.True(Math.Abs(want - actual.Value) <= Math.Abs(want) * 0.00000000000001m, $"{expected}, {actual}");
    }
}
