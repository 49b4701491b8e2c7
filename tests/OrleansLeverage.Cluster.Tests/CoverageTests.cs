using OrleansLeverage.Contracts;
using OrleansLeverage.Grains.Systemic;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

public sealed class CoverageTests
{
    private static readonly string[] Accounts = [.. Enumerable.Range(0, 500).Select(i => $"acc-{i}")];

    [Fact]
    public void Rows_that_are_those_of_the_roster_are_covered_however_they_are_spread()
    {
        var coverage = Roster(Accounts);
        var reading = coverage.Read([Report(Accounts[..123]), Report(Accounts[123..])]);

        Assert.Equal((500L, 500L), (reading.Listed, reading.Covered));
        Assert.Empty(reading.Partial);
        Assert.Empty(reading.Overcovered);
    }

    [Fact]
    public void A_missing_account_makes_its_bucket_partial_and_no_other()
    {
        var reading = Roster(Accounts).Read([Report(Accounts[1..])]);

        var bucket = GrainKeys.RosterBucket(Accounts[0]);
        Assert.Equal([bucket], reading.Partial);
        Assert.Equal(500L - Accounts.Count(a => GrainKeys.RosterBucket(a) == bucket), reading.Covered);
    }

    [Fact]
    public void An_account_on_two_silos_overcovers()
    {
        var reading = Roster(Accounts).Read([Report(Accounts), Report([Accounts[7]])]);

        Assert.Equal([GrainKeys.RosterBucket(Accounts[7])], reading.Overcovered);
        Assert.True(reading.Covered < 500L);
    }

    [Fact]
    public void As_many_rows_of_others_do_not_cover()
    {
        var bucket = GrainKeys.RosterBucket(Accounts[0]);
        var stranger = Enumerable.Range(0, 10_000).Select(i => $"other-{i}")
            .First(a => GrainKeys.RosterBucket(a) == bucket);
        var reading = Roster(Accounts).Read([Report([stranger, .. Accounts[1..]])]);

        Assert.Equal([bucket], reading.Partial);
    }

    [Fact]
    public void An_older_count_does_not_replace_a_newer()
    {
        var coverage = Roster(Accounts);
        coverage.Add(new RosterCount(0, -1, 99_999, 0));

        Assert.Equal(500L, coverage.Read([Report(Accounts)]).Covered);
    }

    [Fact]
    public void Reports_of_one_frame_meet_and_old_ones_are_dropped()
    {
        var reports = new SiloReports();
        var (a, b) = (Silo(1), Silo(2));
        Assert.True(reports.Add(At(a, 1, 4), 0));
        Assert.True(reports.Add(At(a, 2, 8), 0));
        Assert.True(reports.Add(At(b, 1, 4), 0));

        Assert.Equal(4, reports.Common([a, b])!.Sequence);
        Assert.False(reports.Add(At(a, 2, 12), 0));
        Assert.False(reports.Add(At(a, 3, 8), 0));
        Assert.Null(reports.Common([a, b, Silo(3)]));
        Assert.Equal(8, reports.Overdue(_ => true)!.Sequence);
        Assert.Null(reports.Overdue(_ => false));
        reports.Drop(s => s.Equals(a));
        Assert.Empty(reports.At(new OrleansLeverage.Domain.FrameNumber(1, 8)));
    }

    private static Coverage Roster(string[] accounts)
    {
        var coverage = new Coverage();
        for (var bucket = 0; bucket < GrainKeys.RosterBuckets; bucket++)
        {
            var (rows, sum) = Count(accounts, bucket);
            coverage.Add(new RosterCount(bucket, 1, rows, sum));
        }
        return coverage;
    }

    private static SiloReport Report(string[] accounts) => new()
    {
        Buckets = [.. Enumerable.Range(0, GrainKeys.RosterBuckets).Select(b => Count(accounts, b))
            .Select(c => new RowCount(c.Rows, c.Sum))],
    };

    private static (long Rows, ulong Sum) Count(string[] accounts, int bucket) => accounts
        .Where(a => GrainKeys.RosterBucket(a) == bucket)
        .Aggregate((0L, 0UL), (c, a) => (c.Item1 + 1, unchecked(c.Item2 + GrainKeys.Hash(a))));

    private static SiloAddress Silo(int port) =>
        SiloAddress.New(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port), 1);

    private static SiloReport At(SiloAddress silo, long sequence, long frame) =>
        new() { Silo = silo, Sequence = sequence, Frame = new FrameMessage { Epoch = 1, Sequence = frame } };
}
