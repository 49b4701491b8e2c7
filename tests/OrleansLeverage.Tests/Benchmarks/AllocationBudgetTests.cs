using System.Text.Json;
using OrleansLeverage.Benchmarks.Canonical;
using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.Benchmarks;

/// <summary>What a frame may allocate once warm, by the file beside the benchmarks.</summary>
public sealed class AllocationBudgetTests
{
    private static readonly Dictionary<string, (SweepDetail Detail, Func<int, bool>? Moves)> Frames = new()
    {
        ["full"] = (SweepDetail.None, _ => true),
        ["full with instruments"] = (SweepDetail.Instruments, _ => true),
        ["quiet"] = (SweepDetail.None, i => (i + 1) % 21 == 0),
        ["rank 1"] = (SweepDetail.None, i => i == 0),
        ["nothing moves"] = (SweepDetail.None, _ => false),
        ["ladder slice"] = (SweepDetail.None, null),
    };

    public static TheoryData<string> Names => new(Frames.Keys);

    [Fact]
    public void The_file_names_every_frame() => Assert.Equal(Frames.Keys.Order(), Budget().Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_frame_allocates_no_more_than_the_budget(string name)
    {
        var (detail, moves) = Frames[name];
        var market = new CanonicalMarket(5_000, seed: 3);
        using var table = market.Table();
        using var sweep = new LeverageSweep(table, nominationsMax: 100);
        var marks = new MarkVector();
        var frames = Enumerable.Range(0, 20).Select(_ => market.Next(moves ?? (_ => true))).ToArray();
        Array.ForEach(frames, Frame);
        // a collection that another test brings about counts what is left of this thread's piece as allocated
        var least = long.MaxValue;
        for (var pass = 0; pass < 2; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var frame in frames)
            {
                Frame(frame);
            }
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / frames.Length);
        }
        Assert.True(least <= Budget()[name], $"{name}: {least} B");

        void Frame(PriceFrame frame)
        {
            marks.Load(frame);
            sweep.Run(marks, detail);
            if (moves is null)
            {
                // not the last of a pass, which makes a ladder
                sweep.AdvanceLadder(64);
            }
        }
    }

    private static Dictionary<string, long> Budget() => JsonSerializer.Deserialize<Dictionary<string, long>>(
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "OrleansLeverage.Benchmarks",
            "allocation-budget.json")))!;
}
