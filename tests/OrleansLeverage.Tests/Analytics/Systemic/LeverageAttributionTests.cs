using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Systemic;

public sealed class LeverageAttributionTests
{
    [Fact]
    public void OneCauseAtATimeIsAllOfIt()
    {
        var account = Books.Account().With("USD", 20_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var before = AccountValuation.Of(account, Books.Frame());
        var byPrice = Attributed(before, AccountValuation.Of(account, Books.Frame(btc: 55_000m)));
        Assert.Equal((3m, decimal.Round(55_000m / 15_000m, 15)), (byPrice.Before, byPrice.After));
        Assert.Equal((0m, 0m, 0m), (byPrice.Position, byPrice.Collateral, byPrice.Funding));
        Assert.Equal(byPrice.After - byPrice.Before, byPrice.Price);

        var richer = account.Copy().With("USD", 10_000m);
        var byCollateral = Attributed(before, AccountValuation.Of(richer, Books.Frame()));
        Near(-1m, byCollateral.Collateral);
        Near(0m, byCollateral.Price);
        Near(0m, byCollateral.Position);

        // half closed at the mark: equity stays, notional halves
        var (half, realised) = account.Positions[0].Fill(new Quantity(-0.5m), new Price(60_000m));
        var traded = account.Copy();
        traded.Apply(new PositionChanged(half));
        Assert.Equal(0m, realised);
        var byTrade = Attributed(before, AccountValuation.Of(traded, Books.Frame()));
        Near(-1.5m, byTrade.Position);
        Near(0m, byTrade.Collateral);

        // 500 paid: the index has risen by 500 a contract
        var funding = new decimal[Books.Universe.Instruments.Count];
        funding[0] = 500m;
        var byFunding = Attributed(before, AccountValuation.Of(account, Books.Frame(funding: funding)));
        Near(60_000m / 19_500m - 3m, byFunding.Funding);
        Near(0m, byFunding.Price);
    }

    /// <summary>What a trade realised is the trade's, not a deposit.</summary>
    [Fact]
    public void RealisedProfitBelongsToThePosition()
    {
        var account = Books.Account().With("USD", 20_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var (flat, realised) = account.Positions[0].Fill(new Quantity(-1m), new Price(66_000m));
        Assert.Equal(6_000m, realised);
        var closed = account.Copy().With("USD", realised);
        closed.Apply(new PositionChanged(flat));
        var change = LeverageAttribution.Change(AccountValuation.Of(account, Books.Frame()),
            AccountValuation.Of(closed, Books.Frame()))!;
        Assert.Equal((0m, 6_000m), (change.Collateral.Equity, change.Position.Equity));
        // settled funding that went to the balance is funding once it is named
        var paid = closed.Copy().With("USD", -40m);
        var named = LeverageAttribution.Change(AccountValuation.Of(account, Books.Frame()),
            AccountValuation.Of(paid, Books.Frame()), fundingSettled: -40m)!;
        Assert.Equal((0m, -40m), (named.Collateral.Equity, named.Funding.Equity));
    }

    /// <summary>Funding that a trade settled is funding and no deposit, found by the index it was settled at.</summary>
    [Fact]
    public void SettledFundingIsFoundByItsIndex()
    {
        var account = Books.Account().With("USD", 20_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var funding = new decimal[Books.Universe.Instruments.Count];
        funding[0] = 500m;
        var after = Books.Frame(funding: funding);
        var settled = account.Copy().With("USD", -500m);
        settled.Apply(new PositionChanged(account.Positions[0] with { FundingIndex = 500m }));
        var change = LeverageAttribution.Change(AccountValuation.Of(account, Books.Frame()),
            AccountValuation.Of(settled, after))!;
        Assert.Equal((0m, -500m), (change.Collateral.Equity, change.Funding.Equity));
    }

    /// <summary>
    /// The parts are the whole to the last digit, of every account and of the market, and do not depend on who is the
    /// before and who the after: what came goes.
    /// </summary>
    [Fact]
    public void PartsAreTheWholeToTheLastDigit()
    {
        const int Seed = 2_026;
        var random = new Random(Seed);
        var (market, attributed) = (LeverageChange.None, 0);
        for (var i = 0; i < 1_500; i++)
        {
            var (first, second) = (Books.RandomFrame(random), Books.RandomFrame(random));
            var before = AccountValuation.Of(Books.RandomAccount(random, first), first);
            var after = AccountValuation.Of(Books.RandomAccount(random, first), second);
            var change = LeverageAttribution.Change(before, after)!;
            var back = LeverageAttribution.Change(after, before)!;
            Assert.Equal(Usd(after.Equity) - Usd(before.Equity), change.Price.Equity + change.Position.Equity
                + change.Collateral.Equity + change.Funding.Equity);
            Assert.Equal(Usd(after.GrossNotional) - Usd(before.GrossNotional),
                change.Price.Gross + change.Position.Gross);
            Assert.Equal(change.Price.Equity, -back.Price.Equity);
            market += change;
            if (LeverageAttribution.Attribute(change) is { } parts)
            {
                Assert.Equal(parts.After - parts.Before,
                    parts.Price + parts.Position + parts.Collateral + parts.Funding);
                attributed++;
            }
        }
        Assert.True(attributed > 500, $"{attributed} with equity before and after");
        Assert.Equal(market.Equity.After - market.Equity.Before, market.Price.Equity + market.Position.Equity
            + market.Collateral.Equity + market.Funding.Equity);
    }

    [Fact]
    public void WithoutEquityOrPriceThereIsNothingToAttribute()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var before = AccountValuation.Of(account, Books.Frame());
        var after = AccountValuation.Of(account, Books.Frame(btc: 50_000m));
        Assert.Null(LeverageAttribution.Attribute(LeverageAttribution.Change(before, after)!));
        var unknown = new PriceFrame(new FrameNumber(1, 2), 1, Books.Universe, new FramePrice[6]);
        Assert.Null(LeverageAttribution.Change(before, AccountValuation.Of(account, unknown)));
    }

    private static decimal Usd(decimal amount) => decimal.Round(amount, 12);

    private static AttributedLeverage Attributed(AccountValuation before, AccountValuation after) =>
        LeverageAttribution.Attribute(LeverageAttribution.Change(before, after)!)!;

    private static void Near(decimal expected, decimal actual) =>
        Assert.True(Math.Abs(expected - actual) < 0.0000000000001m, $"{expected} but {actual}");
}
