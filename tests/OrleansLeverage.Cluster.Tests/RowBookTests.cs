using OrleansLeverage.Contracts;
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

    /// <summary>Rows of a bucket, and holders of a market, are those that a list of everybody has.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Buckets_and_holders_follow_who_comes_changes_and_goes(int seed)
    {
        var (random, rows) = (new Random(seed), new RowBook(Books.Universe));
        var market = Books.Instrument("BTC-USD-PERP");
        var live = new SortedDictionary<string, (RowTicket Ticket, Account Account)>(StringComparer.Ordinal);
        for (var step = 0; step < 3_000; step++)
        {
            var id = $"a-{random.Next(300)}";
            var known = live.TryGetValue(id, out var row);
            if (known && random.Next(3) == 0)
            {
                rows.Remove(row.Ticket, row.Account, 0);
                live.Remove(id);
                continue;
            }
            var account = Books.Account(id);
            account = random.Next(2) == 0 ? account.With("USD", 1m) : account.Holding("BTC-USD-PERP", 1m, 60_000m);
            live[id] = (rows.Put(row.Ticket, row.Account, account, 0, 0, [(byte)id[^1]]), account);
        }
        for (var bucket = 0; bucket < GrainKeys.RosterBuckets; bucket++)
        {
            var expected = live.Keys.Where(id => GrainKeys.RosterBucket(id) == bucket).ToArray();
            Assert.Equal(expected, rows.Accounts(bucket).Order(StringComparer.Ordinal));
            var (count, states) = rows.States(bucket, 1)[0];
            Assert.Equal(expected.Length, count.Rows);
            Assert.Equal(expected.Select(id => (id, (byte)id[^1])),
                states.Select(s => (s.Id.Value, s.State.Single())).OrderBy(s => s.Value, StringComparer.Ordinal));
        }
        Assert.Equal(live.Keys, rows.Accounts(bucket: null).Order(StringComparer.Ordinal));
        Assert.Equal(live.Where(r => !r.Value.Account.Position(market).Quantity.IsZero).Select(r => r.Key),
            rows.Holders(market).States.Select(s => s.Id.Value).Order(StringComparer.Ordinal));
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
