using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Census;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>
/// Pages of parts against one sorted list: parts that end early, at a bound of their own, hide nobody and bring nobody
/// twice.
/// </summary>
public sealed class CensusMergeTests
{
    [Fact]
    public void A_walk_over_merged_pages_meets_everybody_once_and_in_order()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var parts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new List<(double Key, string Id)>())
                .ToArray();
            for (var i = random.Next(0, 60); i > 0; i--)
            {
                // few different figures, so that many are equal
                parts[random.Next(parts.Length)].Add((random.Next(0, 5), $"a-{i}"));
            }
            foreach (var part in parts)
            {
                part.Sort(InOrder);
            }
            var expected = parts.SelectMany(p => p).ToList();
            expected.Sort(InOrder);
            var (walked, pages) = (new List<string>(), 0);
            AccountPlace? after = null;
            do
            {
                var query = new AccountQuery { CountMax = random.Next(1, 9), After = after };
                var found = parts.Select(p => Page(p, query, looksAt: random.Next(1, 12))).ToArray();
                var page = CensusMerge.Pages(found, query);
                Assert.True(page.Items.Count <= query.CountMax);
                Assert.Equal(expected.Count, page.Accounts);
                Assert.Equal(new FrameNumber(1, 9), page.Frame);
                walked.AddRange(page.Items.Select(i => i.Account.Value));
                after = page.Next;
            }
            while (after is not null && ++pages < 1_000);
            Assert.True(expected.Select(e => e.Id).SequenceEqual(walked),
                $"seed {seed}: {string.Join(' ', walked)} instead of {string.Join(' ', expected.Select(e => e.Id))}");
        }
    }

    [Fact]
    public void Counts_are_added_and_the_frames_are_the_widest()
    {
        var census = CensusMerge.Censuses([Part(3, 10.5, 7), Part(5, 0.25, 9)]);
        Assert.Equal((new FrameNumber(1, 6), new FrameNumber(1, 9), 9_000L), (census.From, census.Frame,
            census.FrameTimeMs));
        Assert.Equal((8L, 2L), (census.Accounts, census.Unknown));
        Assert.Equal([new Holders(8, 2, 10.75, 2.0)], census.Feeds);
        Assert.Equal([10.75], census.LongContracts);
        Assert.Equal([new EquityCohort(null, 1_000.0, 8, new Holders(8, 2, 10.75, 2.0))], census.Cohorts);
    }

    private static MarketCensus Part(long accounts, double amount, long frame)
    {
        var holders = new Holders(accounts, 1, amount, 1.0);
        return new MarketCensus(new FrameNumber(1, frame - 1), new FrameNumber(1, frame), frame * 1_000, accounts, 1,
            [holders], [holders], [amount], [0.0], [new EquityCohort(null, 1_000.0, accounts, holders)]);
    }

    /// <summary>Larger figures first, equal ones by id.</summary>
    private static int InOrder((double Key, string Id) left, (double Key, string Id) right) =>
        left.Key != right.Key ? right.Key.CompareTo(left.Key) : string.CompareOrdinal(left.Id, right.Id);

    private static (AccountListing Listing, double[] Keys) Page(List<(double Key, string Id)> part, AccountQuery query,
        int looksAt)
    {
        var from = query.After is { } after ? part.FindIndex(p => InOrder(p, (after.Key, after.Account.Value)) > 0) : 0;
        var rest = from < 0 ? [] : part.Skip(from).ToList();
        var taken = rest.Take(Math.Min(query.CountMax, looksAt)).ToList();
        return (new AccountListing(new FrameNumber(1, 9), 9_000, part.Count, [.. taken.Select(t => Listed(t.Id))],
            taken.Count < rest.Count ? new AccountPlace(taken[^1].Key, new AccountId(taken[^1].Id)) : null),
            [.. taken.Select(t => t.Key)]);
    }

    private static ListedAccount Listed(string id) => new(new AccountId(id), 1, RiskTier.Healthy, null, null,
        NoLeverageReason.NoExposure, 0m, 0m, 0m, 0, null, null, null);
}
