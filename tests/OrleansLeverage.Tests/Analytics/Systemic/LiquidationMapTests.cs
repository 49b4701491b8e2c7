using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Systemic;

public sealed class LiquidationMapTests
{
    /// <summary>
    /// Each point put back: a hair before its move the account is not below its line, a hair after it is; and where no
    /// point is, no move of the grid liquidates by that side.
    /// </summary>
    [Fact]
    public void EveryPointIsWhereTheExactAccountFalls()
    {
        const int Seed = 99;
        var random = new Random(Seed);
        var (reached, never, past) = (0, 0, 0);
        for (var i = 0; i < 1_500; i++)
        {
            var frame = Books.RandomFrame(random);
            var account = Books.RandomAccount(random, frame, orders: false, isolated: false);
            var valuation = AccountValuation.Of(account, frame);
            foreach (var point in LiquidationPoint.Of(valuation))
            {
                var where = $"seed {Seed}, account {i}, {point}";
                switch (point.Reach)
                {
                    case LiquidationReach.PastLine:
                        Assert.True(valuation.CrossMarginBalance < valuation.CrossMaintenanceMargin, where);
                        past++;
                        break;
                    case LiquidationReach.Reached:
                        Assert.True(point.LosesWhenFalling ? point.Move <= 0.0 : point.Move >= 0.0, where);
                        var (inside, outside) = (point.Move * 0.999999, point.Move * 1.000001);
                        if (Math.Abs(point.Move) < 20.0 && point.Move > -0.999)
                        {
                            Assert.True(Surplus(account, frame, point.Feed, outside)
                                < Surplus(account, frame, point.Feed, inside), where);
                            reached++;
                        }
                        break;
                    default:
                        never++;
                        break;
                }
            }
        }
        Assert.True(reached > 300 && never > 300 && past > 300, $"{reached} {never} {past}");
    }

    /// <summary>A market of simple accounts: the map against the exact accounts at every bound of it.</summary>
    [Fact]
    public void TheMapIsWhoFallsAtEachPrice()
    {
        var random = new Random(5);
        var frame = Books.Frame();
        var accounts = Enumerable.Range(0, 400).Select(i => Books.Account($"a{i}")
            .With("USD", random.Next(100, 40_000))
            .Holding("BTC-USD-PERP", (random.Next(2) == 0 ? 1m : -1m) * random.Next(1, 40) / 10m, 60_000m)).ToList();
        var valuations = accounts.Select(a => AccountValuation.Of(a, frame)).ToList();
        var map = LiquidationMap.Of(0, valuations.SelectMany(LiquidationPoint.Of));
        Assert.Equal(100, map.Buckets.Count);
        for (var percent = -49; percent <= 49; percent += 7)
        {
            // a ten-thousandth past the bound, where equality is not met
            var price = 60_000m * (1m + percent / 100m) + (percent < 0 ? -0.0001m : 0.0001m);
            var fallen = accounts.Where(a => IsBelow(a, Books.Frame()) || IsBelow(a, Books.Frame(btc: price))).ToList();
            var within = map.Within(percent / 100.0);
            Assert.Equal(fallen.Count, within.Accounts);
            Assert.Equal((double)fallen.Sum(a => Math.Abs(a.Positions[0].Quantity.Value) * 60_000m), within.Notional,
                1e-6 * within.Notional + 1e-9);
        }
        var all = (double)valuations.Sum(v => v.GrossNotional);
        Assert.Equal(all, map.Buckets.Sum(b => b.Notional) + map.PastLine.Notional + map.Never.Notional
            + map.Beyond.Notional, all * 1e-12);
        Assert.Equal(400, map.Buckets.Sum(b => b.Accounts) + map.PastLine.Accounts + map.Never.Accounts
            + map.Beyond.Accounts);
        Assert.All(map.Buckets, b => Assert.Equal(b.Notional, b.NotionalByBand.Sum(), b.Notional * 1e-12));
        var already = map.PastLine.Notional;
        var (down, up) = (map.Within(-0.05).Notional - already, map.Within(0.05).Notional - already);
        Assert.Equal((down - up) / (down + up), map.AtRiskSkew(0.05)!.Value, 1e-12);
        Assert.Equal(map.Buckets.Max(b => b.Longs.Notional), map.MaxPain().Long!.Longs.Notional);
    }

    [Fact]
    public void LinesOnBoundsBelongToTheMoveThatPassesThem()
    {
        static LiquidationPoint At(bool falling, double move) =>
            new(0, LiquidationReach.Reached, falling, move, 100.0, 12.0);
        var map = LiquidationMap.Of(0, [At(true, -0.05), At(false, 0.05), At(true, 0.0), At(false, 0.0),
            At(true, -0.51), At(false, 0.5), At(true, -0.5)]);
        Assert.Equal(1, map.Buckets.Single(b => b.FromMove == -0.05).Longs.Accounts);
        Assert.Equal(1, map.Buckets.Single(b => b.ToMove == 0.05).Shorts.Accounts);
        Assert.Equal(1, map.Buckets.Single(b => b.FromMove == -0.01).Longs.Accounts);
        Assert.Equal(1, map.Buckets.Single(b => b.ToMove == 0.01).Shorts.Accounts);
        Assert.Equal(1, map.Beyond.Accounts);
        Assert.Equal(200.0, map.Within(-0.05).Notional);
        Assert.Equal(0.0, map.AtRiskSkew(0.05));
        Assert.Equal(100.0, map.Buckets[0].NotionalByBand[3]);
        Assert.Null(LiquidationMap.Of(0, []).AtRiskSkew(0.05));
        Assert.Null(LiquidationMap.Of(0, []).MaxPain().Long);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiquidationMap(0, 0.5, 0.03));
        // 100 within ±1 % of the fall to −4.5 %
        Assert.Equal(100.0 / 0.02, map.Density(-0.045, 0.01), 1e-9);
    }

    private static bool IsBelow(Account account, PriceFrame frame) => AccountValuation.Of(account, frame) is var v
        && v.CrossMarginBalance < v.CrossMaintenanceMargin;

    private static decimal Surplus(Account account, PriceFrame frame, int feed, double move)
    {
        var prices = frame.Prices.Select(p => p.Price!.Value.Value).ToArray();
        prices[feed] = Math.Round(prices[feed] * (1m + (decimal)move), 8);
        var valuation = AccountValuation.Of(account, Books.FrameOf(prices, funding: [.. frame.FundingIndices]));
        return valuation.CrossMarginBalance - valuation.CrossMaintenanceMargin;
    }
}
