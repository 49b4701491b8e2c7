using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

/// <summary>Who holds a market, against a set that is kept beside it.</summary>
public sealed class MarketHoldersTests
{
    [Fact]
    public void The_bits_are_the_holders()
    {
        var random = new Random(3);
        var (holders, universe) = (new MarketHolders(Books.Universe), Books.Universe);
        var accounts = new Account?[20_000];
        for (var i = 0; i < 40_000; i++)
        {
            var number = random.Next(4) == 0 ? random.Next(accounts.Length) : random.Next(200);
            var after = new Account(new AccountId($"a{number}"));
            foreach (var instrument in universe.Instruments.Where(_ => random.Next(3) == 0))
            {
                after.Apply(new PositionChanged(new Position
                {
                    Instrument = instrument, Quantity = new Quantity(random.Next(-2, 3)),
                    LeverageSetting = 5m,
                }));
            }
            holders.Move(accounts[number], after, number);
            accounts[number] = after;
        }
        foreach (var instrument in universe.Instruments)
        {
            Assert.Equal(Enumerable.Range(0, accounts.Length).Where(n =>
                accounts[n] is { } held && !held.Position(instrument).Quantity.IsZero), holders.Of(instrument));
        }
    }
}
