using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

public sealed class AccountTests
{
    [Fact]
    public void ColumnsAreInTheOrderOfTheUniverseAndHoldNothingEmpty()
    {
        var account = Books.Account().With("SOL", 1m).With("USD", 2m).With("BTC", 3m).With("BTC", -3m)
            .Holding("SOL-USD-PERP", 1m, 100m).Holding("BTC-USD-PERP", 1m, 100m).Holding("BTC-USD-PERP", 0m, 100m);
        Assert.Equal(["USD", "SOL"], account.Balances.Select(b => b.Asset.Id.Value));
        Assert.Equal(["SOL-USD-PERP"], account.Positions.Select(p => p.Instrument.Id.Value));
        Assert.Equal(0m, account.Balance(Books.Asset("BTC")));
        Assert.True(account.HasExposure);
        Assert.False(account.Holding("SOL-USD-PERP", 0m, 100m, isolatedMargin: 1m).HasExposure);
    }

    [Fact]
    public void ACopyIsItsOwn()
    {
        var account = Books.Account().With("USD", 2m).Holding("BTC-USD-PERP", 1m, 100m).Ordering("BTC-USD-PERP", 1m, 1);
        account.Sequence = 4;
        account.Apply(new EpisodeChanged(new RiskEpisode(RiskTier.Warning, 1, true, true)));
        var copy = account.Copy();
        Assert.Equal((account.Id, 4L, account.Episode), (copy.Id, copy.Sequence, copy.Episode));
        Assert.Equal(account.Balances, copy.Balances);
        Assert.Equal(account.Positions, copy.Positions);
        Assert.Equal(account.Reservations, copy.Reservations);
        Assert.Equal(account.OpenOrders, copy.OpenOrders);
        copy.With("USD", 1m).Holding("BTC-USD-PERP", 5m, 100m).Ordering("BTC-USD-PERP", 9m, 2);
        Assert.Equal((2m, 1m, 1), (account.Balance(Books.Usd), account.Positions[0].Quantity.Value,
            account.Reservations.Count));
        Assert.Equal(1m, account.Orders(Books.Instrument("BTC-USD-PERP")).Buys);
    }

    /// <summary>
    /// The sums of open orders are the reservations', and exposures are positions and orders merged, in order.
    /// </summary>
    [Fact]
    public void ExposuresAreWhatIsHeldAndOrdered()
    {
        var random = new Random(14);
        var account = Books.Account();
        for (var i = 0; i < 5_000; i++)
        {
            var instrument = Books.Universe.Instruments[random.Next(Books.Universe.Instruments.Count)];
            switch (random.Next(4))
            {
                case 0:
                    account.Holding(instrument.Id.Value, random.Next(-2, 3) * instrument.LotSize, 100m,
                        random.Next(3) == 0 ? random.Next(2) : null);
                    break;
                case 1 when account.Reservations.Count < 30:
                    account.Ordering(instrument.Id.Value,
                        (random.Next(2) == 0 ? 1 : -1) * random.Next(1, 4) * instrument.LotSize, i);
                    break;
                case 2 or 3 when account.Reservations.Count > 0:
                    account.Apply(new OrderReleased(
                        account.Reservations[random.Next(account.Reservations.Count)].Order));
                    break;
            }
            var expected = Books.Universe.Instruments.Select(one =>
            {
                var orders = account.Reservations.Where(r => r.Instrument == one).Select(r =>
                    r.Quantity.Value).ToArray();
                var position = account.Position(one);
                var held = position.Quantity.Value;
                var worst = Math.Max(Math.Abs(held + orders.Where(q => q > 0m).Sum()),
                    Math.Abs(held + orders.Where(q => q < 0m).Sum()));
                return (one.Id, Held: held, Worst: worst, Matters: held != 0m || orders.Length > 0
                    || position.IsolatedMargin != 0m);
            }).Where(e => e.Matters).Select(e => (e.Id, e.Held, e.Worst));
            var actual = new List<(InstrumentId, decimal, decimal)>();
            foreach (var exposure in account.Exposures)
            {
                actual.Add((exposure.Position.Instrument.Id, exposure.Position.Quantity.Value, exposure.WorstQuantity));
            }
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void ReleasingWhatIsNotOpenIsACorruptHistory()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Books.Account().Apply(new OrderReleased(CommandId.Create(1, 1))));
        Assert.Contains("00000000010000000000000001", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OrdersStandInTheOrderOfTheirIds()
    {
        var account = Books.Account()
            .Ordering("BTC-USD-PERP", 1m, 3).Ordering("SOL-USD-PERP", 1m, 1).Ordering("BTC-USD-PERP", 1m, 2);
        Assert.Equal([1UL, 2UL, 3UL], account.Reservations.Select(r => (ulong)(r.Order.Value & ulong.MaxValue)));
    }
}
