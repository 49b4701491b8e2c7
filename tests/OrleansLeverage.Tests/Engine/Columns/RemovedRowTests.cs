using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Columns;

/// <summary>Rows that are taken out of the columns, and their numbers put again.</summary>
public sealed class RemovedRowTests
{
    private const string Perpetual = "BTC-USD-PERP";

    [Fact]
    public void A_row_that_is_taken_out_is_in_no_sum_and_its_number_is_anothers()
    {
        using var columns = new GridColumns(Books.Universe, workers: 1);
        columns.Put(Long("a", 100_000m), 0);
        columns.Put(Long("b", 100_000m), 1);
        columns.Put(Long("c", 100_000m), 2);
        Assert.Equal((3L, 180_000.0), Figures(columns));

        columns.Remove(1);
        Assert.Equal((2L, 120_000.0), Figures(columns));
        Assert.Null(columns.Figures(1));

        columns.Put(Long("d", 3_000m, 2m), 1);
        Assert.Equal((3L, 240_000.0), Figures(columns));
        Assert.Equal(3_000.0, columns.Figures(1)!.Value.Equity);
    }

    [Fact]
    public void Who_was_due_is_not_nominated_after_it_was_taken_out_and_who_comes_is()
    {
        using var columns = new GridColumns(Books.Universe, workers: 1);
        columns.Put(Long("a", 100_000m), 0);
        columns.Put(Long("b", 200m), 1);
        Assert.Equal([1], columns.Sweep(Books.Frame(timeMs: 1_000)).Nominated);

        columns.Remove(1);
        Assert.Empty(columns.Sweep(Books.Frame(timeMs: 2_000)).Nominated);

        columns.Put(Long("c", 150m), 1);
        Assert.Equal([1], columns.Sweep(Books.Frame(timeMs: 3_000)).Nominated);
    }

    [Fact]
    public void Coming_and_going_leaves_what_there_would_be_without()
    {
        var random = new Random(3);
        using var columns = new GridColumns(Books.Universe, workers: 1);
        var live = new SortedDictionary<int, Account>();
        for (var step = 0; step < 400; step++)
        {
            var number = random.Next(Math.Min(columns.Count + 1, 60));
            if (live.ContainsKey(number) && random.Next(2) == 0)
            {
                columns.Remove(number);
                live.Remove(number);
            }
            else
            {
                var account = Long($"r-{step}", random.Next(1_000, 90_000), random.Next(1, 4));
                columns.Put(account, number);
                live[number] = account;
            }
            using var fresh = new GridColumns(Books.Universe, workers: 1);
            foreach (var (account, place) in live.Values.Select((a, i) => (a, i)))
            {
                fresh.Put(account, place);
            }
            Assert.Equal(Figures(fresh, step), Figures(columns, step));
        }
    }

    private static (long Accounts, double Gross) Figures(GridColumns columns, int step = 0)
    {
        var summary = columns.Sweep(Books.Frame(timeMs: 1_000 * (step + 1))).Summary;
        return (summary.Accounts, summary.GrossNotional);
    }

    private static Account Long(string id, decimal cash, decimal contracts = 1m) =>
        Books.Account(id).With("USD", cash).Holding(Perpetual, contracts, 60_000m);
}
