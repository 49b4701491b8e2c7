using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

public sealed class RowBookTests
{
    [Fact]
    public void An_old_ticket_changes_nothing_of_the_row_that_took_its_place()
    {
        var rows = new RowBook(Books.Universe);
        var first = rows.Put(default, null, Books.Account("a").With("USD", 1m), 0, 3, []);
        rows.Remove(first, Books.Account("a"), 3);
        var second = rows.Put(default, null, Books.Account("b").With("USD", 2m), 0, 5, []);
        Assert.Equal(first.Number, second.Number);
        rows.Take();

        Assert.Equal(first, rows.Put(first, null, Books.Account("a").With("USD", 9m), 3, 4, []));
        rows.Leave(first);
        rows.Remove(first, Books.Account("a"), 3);

        var (changes, buckets, applied) = rows.Take();
        Assert.Empty(changes);
        Assert.Equal(5L, applied);
        Assert.Equal(1, buckets.Sum(b => b.Rows));
        Assert.Equal([new AccountId("b")], rows.Names([second.Number]));
    }

    [Fact]
    public void Who_leaves_is_counted_and_not_nominated()
    {
        var rows = new RowBook(Books.Universe);
        var ticket = rows.Put(default, null, Books.Account("a").With("USD", 1m), 0, 1, []);
        rows.Leave(ticket);

        Assert.Empty(rows.Names([ticket.Number]));
        Assert.Equal(1, rows.Count);
        Assert.Equal(1, rows.Take().Buckets.Sum(b => b.Rows));
    }

    [Fact]
    public void Counts_hashes_and_contracts_return_to_nothing()
    {
        var rows = new RowBook(Books.Universe);
        var accounts = Enumerable.Range(0, 200)
            .Select(i => Books.Account($"a-{i}").Holding("BTC-USD-PERP", i % 2 == 0 ? 2m : -2m, 60_000m)).ToArray();
        var tickets = accounts.Select(a => rows.Put(default, null, a, 0, 1, [])).ToArray();
        Assert.Equal(200m, rows.Longs()[Books.Instrument("BTC-USD-PERP").Index]);
        Assert.Equal(200, rows.Take().Buckets.Sum(b => b.Rows));
        for (var i = 0; i < accounts.Length; i++)
        {
            rows.Remove(tickets[i], accounts[i], 1);
        }

        var (changes, buckets, applied) = rows.Take();
        Assert.All(buckets, b => Assert.Equal((0L, 0UL), (b.Rows, b.HashSum)));
        Assert.Equal(200, changes.Count(c => c.Account is null));
        Assert.Equal((0L, 0), (applied, rows.Count));
        Assert.All(rows.Longs(), l => Assert.Equal(0m, l));
    }
}
