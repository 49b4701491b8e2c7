using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

public sealed class NominationTests
{
    private readonly Books _books = new(21);
    private readonly MarkVector _marks = new();

    /// <summary>Equity 1000 and a notional for each ratio; the margin rate is 5 %.</summary>
    [Fact]
    public void A_row_is_nominated_until_its_tier_is_the_one_that_was_told()
    {
        using var table = new AccountTable();
        var row = table.Add(7, Backed(1_000d, 1_000d), [Unit(1_000d)]);
        Assert.Empty(Sweep(table).Items.ToArray());
        foreach (var (notional, tier) in new[]
        {
            (14_000.1, RiskTier.Warning), (18_000d, RiskTier.MarginCall), (21_000d, RiskTier.Liquidation),
            (15_000d, RiskTier.Warning), (1_000d, RiskTier.Healthy),
        })
        {
            table.Update(row, Backed(1_000d, notional), [Unit(notional)]);
            for (var frame = 0; frame < 2; frame++)
            {
                var nomination = Assert.Single(Sweep(table).Items.ToArray());
                Assert.Equal((row, 7L, tier), (nomination.Row, nomination.Key, nomination.Tier));
                Assert.Equal(0.05 * notional - 1_000d, nomination.Severity, 1e-9);
            }
            table.SetRaised(row, tier);
            Assert.Empty(Sweep(table).Items.ToArray());
        }
        table.SetRaised(row, RiskTier.Healthy, always: true);
        Assert.Single(Sweep(table).Items.ToArray());
    }

    [Fact]
    public void A_bankrupt_row_is_as_severe_as_what_it_owes()
    {
        using var table = new AccountTable();
        var row = table.Add(7, Backed(-5d, 1_000d), [Unit(1_000d)]);
        var held = Assert.Single(Sweep(table).Items.ToArray());
        Assert.Equal((RiskTier.Bankrupt, 55d), (held.Tier, held.Severity));
        table.Update(row, [new(0, -5d)], []);
        var flat = Assert.Single(Sweep(table).Items.ToArray());
        Assert.Equal((RiskTier.Bankrupt, 5d), (flat.Tier, flat.Severity));
    }

    [Fact]
    public void What_was_told_outlives_a_change_of_size_and_a_removal_forgets_it()
    {
        using var table = new AccountTable();
        var row = table.Add(7, Backed(1_000d, 15_000d), [Unit(15_000d)]);
        table.SetRaised(row, RiskTier.Warning);
        table.Update(row, [new(0, 500d), new(0, 500d - 15_001d)], [Unit(15_000d), Unit(1d)]);
        Assert.Empty(Sweep(table).Items.ToArray());
        table.Remove(row);
        var next = table.Add(8, [new(0, 500d), new(0, 500d - 15_001d)], [Unit(15_000d), Unit(1d)]);
        Assert.Equal(next, Assert.Single(Sweep(table).Items.ToArray()).Row);
        Assert.Throws<InvalidOperationException>(() => table.SetRaised(row, RiskTier.Healthy));
    }

    [Fact]
    public void An_unmeasured_price_nominates_nothing_and_forgets_nothing()
    {
        using var table = new AccountTable();
        var dead = _books.Universe.Instruments.First(i => i.Id.Value == "DEAD-USD-PERP").Index;
        var row = table.Add(7, Backed(1_000d, 15_000d), [Unit(15_000d), new PositionEntry(dead, 1d)]);
        table.SetRaised(row, RiskTier.Warning, always: true);
        Assert.Empty(Sweep(table).Items.ToArray());
        Assert.Null(table.Figures(row));
        table.Update(row, Backed(1_000d, 1_000d), [Unit(1_000d)]);
        Assert.Equal(RiskTier.Healthy, Assert.Single(Sweep(table).Items.ToArray()).Tier);
    }

    [Fact]
    public void A_full_queue_keeps_the_most_severe_in_order_and_counts_the_others()
    {
        var random = new Random(21);
        using var table = new AccountTable();
        var expected = new List<(RiskTier Tier, double Severity, long Key)>();
        for (var key = 0; key < 2_000; key++)
        {
            var notional = Math.Round(10_000d + 15_000d * random.NextDouble(), 2);
            table.Add(key, Backed(1_000d, notional), [Unit(notional)]);
            var ratio = 0.05 * notional / 1_000d;
            var tier = ratio > 1d ? RiskTier.Liquidation
                : ratio >= 0.85 ? RiskTier.MarginCall
                : ratio >= 0.7 ? RiskTier.Warning
                : RiskTier.Healthy;
            expected.Add((tier, notional, key));
        }
        var due = expected.Where(e => e.Tier >= RiskTier.Warning)
            .OrderByDescending(e => e.Tier).ThenByDescending(e => e.Severity).ToList();
        foreach (var capacity in new[] { 1, 2, 100, 5_000 })
        {
            var queue = Sweep(table, capacity);
            Assert.Equal((due.Count, Math.Max(0, due.Count - capacity)), (queue.Offered, queue.Overflow));
            Assert.Equal([.. due.Take(capacity).Select(e => e.Key)], [.. queue.Items.ToArray().Select(n => n.Key)]);
        }
        Assert.Equal(due.Count, Sweep(table, 5_000).Items.ToArray().Select(n => n.Row).Distinct().Count());
    }

    [Fact]
    public void What_found_no_place_comes_again()
    {
        using var table = new AccountTable();
        var worse = table.Add(1, Backed(1_000d, 30_000d), [Unit(30_000d)]);
        var better = table.Add(2, Backed(1_000d, 15_000d), [Unit(15_000d)]);
        Assert.Equal(worse, Assert.Single(Sweep(table, 1).Items.ToArray()).Row);
        table.SetRaised(worse, RiskTier.Liquidation);
        Assert.Equal(better, Assert.Single(Sweep(table, 1).Items.ToArray()).Row);
    }

    [Fact]
    public void Equal_severity_is_served_by_the_lower_slot_whatever_the_order_of_offers()
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var random = new Random(seed);
            var offers = Enumerable.Range(0, 50)
                .Select(i => new Nomination(new RowHandle(i, 1), i, RiskTier.Warning, random.Next(3))).ToArray();
            var expected = offers.OrderByDescending(n => n.Severity).ThenBy(n => n.Row.Slot).Take(10).ToArray();
            var queue = new NominationQueue(10);
            random.Shuffle(offers);
            foreach (var nomination in offers)
            {
                queue.Offer(nomination);
            }
            queue.Close();
            Assert.Equal(expected, queue.Items.ToArray());
        }
    }

    [Fact]
    public void A_queue_without_places_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NominationQueue(0));

    /// <summary>A balance, and what a position of that notional has cost.</summary>
    private static CollateralEntry[] Backed(double balance, double notional) =>
        [new(0, balance), new(0, -notional, IsCash: true)];

    private PositionEntry Unit(double notional) =>
        new(_books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP").Index, notional);

    private NominationQueue Sweep(AccountTable table, int capacity = 16)
    {
        var frame = _books.Frame();
        _marks.Load(new PriceFrame(frame.Number, frame.TimeMs, _books.Universe, [.. frame.Prices]));
        using var sweep = new LeverageSweep(table, nominationsMax: capacity);
        sweep.Run(_marks);
        return sweep.Nominations;
    }
}
