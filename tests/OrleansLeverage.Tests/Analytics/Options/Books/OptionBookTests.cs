using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options.Books;

/// <summary>Sums over what is held, against the same book valued anew at other prices.</summary>
public sealed class OptionBookTests
{
    private static readonly double[] Spots = [60_000.0, 3_000.0];

    private static readonly BookHolding[] Mixed =
    [
        new(0, 2.0), new(1, -3.0), new(2, 5.0), new(3, -1.5), new(4, 10.0), new(5, -40.0), new(6, 7.0),
    ];

    private static OptionBook Book(double days = 0.0, double scale = 1.0) => new(["BTC-USD", "ETH-USD"],
        [.. Spots.Select(s => s * scale)],
        [
            new("BTC perpetual", 0, ContractStyle.Linear, 1.0),
            Series("BTC call", 0, OptionRight.Call, 65_000, 30 - days, 0.6, carry: 1.004),
            Series("BTC put", 0, OptionRight.Put, 50_000, 200 - days, 0.7, carry: 1.02),
            Series("BTC short call", 0, OptionRight.Call, 60_000, 3 - days, 0.5),
            new("BTC inverse", 0, ContractStyle.Inverse, 100.0),
            Series("ETH put", 1, OptionRight.Put, 2_800, 60 - days, 0.8),
            new("ETH future", 1, ContractStyle.Linear, 1.0, 1.01),
        ]);

    private static BookInstrument Series(string name, int underlying, OptionRight right, double strike, double days,
        double volatility, double carry = 1.0) => new(name, underlying, ContractStyle.Linear, 1.0, carry,
        new BookOption(right, strike, days / 365.0, volatility));

    [Fact]
    public void AreTheDifferencesOfTheBookValuedAnew()
    {
        var book = Book();
        const double Move = 1e-4;
        const double Shift = 1e-4;
        double Gain(double btc, double eth, double shift = 0.0) => book.Gain(Mixed, [btc, eth], shift);
        var greeks = book.Of(Mixed);
        Assert.Equal([0, 1], greeks.Select(g => g.Underlying));
        foreach (var (place, g) in greeks.Index())
        {
            double At(double move, double shift = 0.0) => place == 0 ? Gain(move, 0.0, shift) : Gain(0.0, move, shift);
            var delta = (At(Move) - At(-Move)) / (2.0 * Move);
            Close(delta, g.Total.DollarDelta, 1e-6);
            // the second relative derivative holds the delta that a price rise brings by itself; gamma·S² does not
            Close((At(Move) - (2.0 * At(0.0)) + At(-Move)) / (Move * Move) / 100.0, g.Total.GammaPerPercent, 1e-4);
            Close((At(Move, Shift) - At(-Move, Shift) - At(Move, -Shift) + At(-Move, -Shift))
                / (4.0 * Move * Shift) / 100.0, g.Total.Vanna, 1e-4);
        }
        var total = greeks.Sum(g => g.Total.Vega);
        Close((Gain(0.0, 0.0, Shift) - Gain(0.0, 0.0, -Shift)) / (2.0 * Shift) / 100.0, total, 1e-6);
        Close((Gain(0.0, 0.0, Shift) + Gain(0.0, 0.0, -Shift)) / (Shift * Shift) / 1e4,
            greeks.Sum(g => g.Total.Volga), 1e-3);
        const double Days = 1e-3;
        double Value(OptionBook at) => at.Of(Mixed).Sum(g => g.Total.Value);
        Close((Value(Book(Days)) - Value(Book(-Days))) / (2.0 * Days), greeks.Sum(g => g.Total.Theta), 1e-6);
    }

    [Fact]
    public void VegaIsKeptApartByExpiry()
    {
        var book = Book();
        var btc = book.Of(Mixed)[0];
        double Vega(int place) => book.Units[place].Vega;
        Assert.Equal(-1.5 * Vega(3), btc.VegaByExpiry[0], 1e-12);      // 3 days
        Assert.Equal(-3.0 * Vega(1), btc.VegaByExpiry[1], 1e-9);       // 30 days: the bucket's last
        Assert.Equal(0.0, btc.VegaByExpiry[2]);
        Assert.Equal(0.0, btc.VegaByExpiry[3]);
        Assert.Equal(5.0 * Vega(2), btc.VegaByExpiry[4], 1e-9);        // 200 days
        Assert.Equal(btc.Total.Vega, btc.VegaByExpiry.Sum(), 1e-9);
        Assert.Equal((-1.5 * Vega(3) * Math.Sqrt(10.0)) - (3.0 * Vega(1)) + (5.0 * Vega(2) * Math.Sqrt(0.15)),
            btc.VegaThirtyDays, 1e-9);
        Assert.Equal(["7d", "30d", "90d", "180d", "365d", "over 365d"],
            Enumerable.Range(0, ExpiryBuckets.Count).Select(ExpiryBuckets.Name));
    }

    /// <summary>60,000 USD of an inverse contract are 60,000 USD of delta at any price.</summary>
    [Fact]
    public void AnInverseContractKeepsItsDelta()
    {
        var book = Book();
        BookHolding[] held = [new(4, 600.0)];
        Assert.Equal(60_000.0, book.Of(held)[0].Total.DollarDelta, 1e-9);
        Assert.Equal(60_000.0, book.AbsoluteDeltaAfter(held, [0.5, 0.0], 0.0), 1e-9);
        // coin gain U(1/60,000 − 1/90,000) at 90,000 USD
        var coins = 60_000.0 * ((1.0 / 60_000.0) - (1.0 / 90_000.0));
        Assert.Equal(coins * 90_000.0, book.Gain(held, [0.5, 0.0], 0.0), 1e-6);
    }

    /// <summary>
    /// An at-the-money call on 60,000, 30 days, 60 %: 4112.364431, elasticity 7.795073 (quant reference, section 6).
    /// </summary>
    [Fact]
    public void AnOptionBuyerIsLeveredByElasticity()
    {
        OptionBook book = new(["BTC-USD"], [60_000.0], [Series("call", 0, OptionRight.Call, 60_000, 30, 0.6)]);
        BookHolding[] held = [new(0, 1.0)];
        const double Premium = 4112.364431;
        var leverage = HolderLeverage.Of(book.Of(held), Premium);
        Assert.Equal(7.795073, leverage.Leverage!.Value, 1e-6);
        Assert.Equal(0.997537, leverage.VegaElasticity!.Value, 1e-6);
        Assert.Equal(7.795073 * Premium, leverage.EffectiveNotional, 1e-2);
        // after 20 % down the call is worth next to nothing, and what is left is levered more, not less
        var after = HolderLeverage.After(book, held, Premium, -0.2, 0.0)!.Value;
        EuropeanOption fallen = new(OptionRight.Call, 48_000, 60_000, 30.0 / 365.0, 0.6);
        BlackScholes value = new(fallen);
        Assert.Equal(value.Delta * 48_000 / value.Price, after, 1e-6 * after);
        Assert.Equal(OptionLeverage.ElasticityAfter(fallen, 0.0, 0.0)!.Value, after, 1e-6 * after);
        Assert.True(after > 1.5 * leverage.Leverage);
        Assert.Null(HolderLeverage.After(book, [new(0, -1.0)], 1_000.0, 0.5, 0.0));
        var broke = HolderLeverage.Of(book.Of(held), 0.0);
        Assert.Equal((null, null, null), (broke.Leverage, broke.GammaLeverage, broke.ThetaBurn));
    }

    [Fact]
    public void TaylorIsForSmallMovesOnly()
    {
        var book = Book();
        var greeks = book.Of(Mixed);
        var exact = book.Gain(Mixed, [0.01, 0.01], 0.005);
        Assert.Equal(exact, HolderLeverage.TaylorGain(greeks, 0.01, 0.005)!.Value, Math.Abs(exact) * 0.02);
        Assert.NotNull(HolderLeverage.TaylorGain(greeks, -0.03, 0.0));
        Assert.Null(HolderLeverage.TaylorGain(greeks, -0.0301, 0.0));
        Assert.Null(HolderLeverage.TaylorGain(greeks, double.NaN, 0.0));
    }

    [Fact]
    public void TheMarketIsTheSumOfItsAccounts()
    {
        var book = Book();
        BookAccount[] accounts =
        [
            new("long", 100_000.0, [new(0, 1.0)]),             // 60,000 USD of delta
            new("short", 50_000.0, [new(0, -1.0)]),            // −60,000
            new("ruined", -5.0, [new(0, 100.0)]),
            new("unknown", double.NaN, [new(1, 1.0)]),
            new("volatility", 50_000.0, [new(1, 10.0)]),
        ];
        var market = SystemicGreeks.Of(book, accounts);
        Assert.Equal((3, 2), (market.Accounts, market.WithoutEquity));
        var call = book.Units[1];
        Assert.Equal((120_000.0 + (10.0 * call.DollarDelta)) / 200_000.0, market.DeltaLeverage!.Value, 1e-12);
        Assert.Equal(10.0 * call.VegaElasticity / 200_000.0, market.VegaLeverage!.Value, 1e-12);
        Assert.Equal(6_000_000.0 + (11.0 * call.DollarDelta), market.Net[0].Total.DollarDelta, 1e-6);
        Assert.Null(SystemicGreeks.Of(book, []).DeltaLeverage);
    }

    [Theory]
    [InlineData(DealerSide.Observed, 1.0, 1.0)]
    [InlineData(DealerSide.AgainstCustomers, -1.0, -1.0)]
    [InlineData(DealerSide.ShortAll, -1.0, -1.0)]
    [InlineData(DealerSide.LongCallsShortPuts, 1.0, -1.0)]
    public void TheDealersSideIsNamed(DealerSide side, double calls, double puts)
    {
        var book = Book();
        var dealers = DealerGamma.Of(book, 0, [new(0, 9.0), new(1, 100.0), new(2, 40.0), new(5, 7.0)], side, 2e9, 1e-9);
        var (call, put) = (100.0 * book.Units[1].GammaPerPercent, 40.0 * book.Units[2].GammaPerPercent);
        var net = (calls * call) + (puts * put);
        Assert.Equal(call + put, dealers.AbsoluteGamma, 1e-6);
        Assert.Equal(net, dealers.NetGamma!.Value, 1e-6);
        Assert.Equal(-net, dealers.FlowPerPercent!.Value, 1e-6);
        Assert.Equal(net / 2e9, dealers.FlowShare!.Value, 1e-15);
        Assert.Equal(-1e-9 * 100.0 * net, dealers.Feedback!.Value, 1e-12);
        Assert.Equal(-((calls * 100.0 * book.Units[1].Vanna) + (puts * 40.0 * book.Units[2].Vanna)),
            dealers.VannaFlowPerPoint!.Value, 1e-9);
        // ten million USD a percent, short, where a billion sold moves the price by its whole
        Assert.Equal(net < 0.0 && -1e-9 * 100.0 * net >= 1.0, dealers.IsRunaway!.Value);
    }

    [Fact]
    public void AnUnknownSideHasNoSign()
    {
        var book = Book();
        var dealers = DealerGamma.Of(book, 0, [new(1, 100.0), new(2, -40.0)], DealerSide.Unknown, 2e9, 1e-9);
        Assert.Equal((100.0 * book.Units[1].GammaPerPercent) + (40.0 * book.Units[2].GammaPerPercent),
            dealers.AbsoluteGamma, 1e-6);
        Assert.Equal((null, null, null, null, null), (dealers.NetGamma, dealers.FlowPerPercent, dealers.FlowShare,
            dealers.Feedback, dealers.IsRunaway));
        Assert.Throws<ArgumentException>(() =>
            DealerGamma.Of(book, 0, [new(1, -1.0)], DealerSide.ShortAll, null, null));
        var unpriced = DealerGamma.Of(book, 0, [new(1, 1.0)], DealerSide.ShortAll, null, null);
        Assert.Equal((null, null), (unpriced.FlowShare, unpriced.Feedback));
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(double.NaN, 1.0)]
    [InlineData(60_000.0, 0.0)]
    [InlineData(60_000.0, double.NaN)]
    public void SenselessBooksAreRefused(double spot, double multiplier) => Assert.Throws<ArgumentException>(() =>
        new OptionBook(["BTC-USD"], [spot], [new("x", 0, ContractStyle.Linear, multiplier)]));

    private static void Close(double expected, double actual, double relative) => Assert.True(
        Math.Abs(actual - expected) <= relative * Math.Max(1.0, Math.Abs(expected)), $"{expected:R} and {actual:R}");
}
