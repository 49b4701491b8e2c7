using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Leverage;

public sealed class JointMoveTests
{
    /// <summary>
    /// Put back into the reference: at the move every feed is at price·(1 + beta·move), and the cross surplus there is
    /// nothing; on the grid of whole percents nearer by it never was negative; where there is no move, no grid point
    /// is.
    /// </summary>
    [Fact]
    public void EveryJointMoveIsWhereTheSurplusEnds()
    {
        const int Seed = 77;
        var random = new Random(Seed);
        var (found, none) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var frame = Books.RandomFrame(random);
            var account = Books.RandomAccount(random, frame, orders: false);
            var valuation = AccountValuation.Of(account, frame);
            var (down, up) = LiquidationSolver.JointMove(valuation);
            var (now, _) = Surplus(account, frame, 0m);
            if (valuation.CrossMaintenanceMargin == 0m)
            {
                Assert.Equal((null, null), (down, up));
                continue;
            }
            if (now < Rational.Zero)
            {
                Assert.Equal((0m, 0m), (down, up));
                continue;
            }
            foreach (var (move, side) in new[] { (down, -1), (up, 1) })
            {
                var where = $"seed {Seed}, book {i}, move {move}";
                if (move is { } at)
                {
                    var (left, scale) = Surplus(account, frame, at);
                    Assert.True(side * at >= 0m && Rational.Abs(left) <= scale * 0.000000000001m,
                        $"{where}: {left} of {scale}");
                    found++;
                }
                for (var percent = 1; percent <= 95 && percent / 100m <= Math.Abs(move ?? 1m); percent++)
                {
                    var (surplus, scale) = Rough(account, frame, side * percent / 100.0);
                    Assert.True(surplus > -1e-9 * scale, $"{where}: gone at {percent} %");
                }
                none += move is null ? 1 : 0;
            }
        }
        Assert.True(found > 250 && none > 250, $"{found} moves, {none} without");
    }

    /// <summary>By hand: two linear longs, betas 1 and 1.5, one stablecoin that stays.</summary>
    [Fact]
    public void AMoveByHand()
    {
        var account = Books.Account().With("USD", 10_000m).With("USDC", 10_000m)
            .Holding("BTC-USD-PERP", 0.5m, 60_000m).Holding("SOL-USD-PERP", 100m, 150m);
        var (down, up) = LiquidationSolver.JointMove(AccountValuation.Of(account, Books.Frame()));
        // 19,900 + 30,000·m + 15,000·1.5·m = (30,000·(1 + m)·0.004) + (15,000·(1 + 1.5·m)·0.03 − 20), down to 1,000 of
        // SOL
        var expected = (120m + 450m - 20m - 19_900m) / (30_000m + 22_500m - 120m - 675m);
        Assert.Equal(decimal.Round(expected, 12), decimal.Round(down!.Value, 12));
        Assert.Null(up);
    }

    [Fact]
    public void WithoutCrossPositionsNothingMoves()
    {
        var account = Books.Account().With("USD", 100m).Holding("BTC-USD-PERP", 1m, 60_000m, isolatedMargin: 1_000m);
        Assert.Equal((null, null), LiquidationSolver.JointMove(AccountValuation.Of(account, Books.Frame())));
    }

    private static (Rational Surplus, Rational Scale) Surplus(Account account, PriceFrame frame, decimal move)
    {
        Rational Moved(Feed feed) => frame[feed].Price!.Value.Value * Rational.Max(1m + feed.Beta * move, 0.000001m);
        var at = new ReferenceMargin<Rational>(account, frame, v => v, Moved);
        return (at.CrossMarginBalance - at.CrossMaintenance, at.Magnitude);
    }

    private static (double Surplus, double Scale) Rough(Account account, PriceFrame frame, double move)
    {
        double Moved(Feed feed) => (double)frame[feed].Price!.Value.Value
            * Math.Max(1.0 + (double)feed.Beta * move, 0.000001);
        var at = new ReferenceMargin<double>(account, frame, v => (double)v, Moved);
        return (at.CrossMarginBalance - at.CrossMaintenance, at.Magnitude);
    }
}
