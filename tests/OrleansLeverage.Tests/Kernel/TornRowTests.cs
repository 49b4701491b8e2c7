using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// Rows that are rewritten all the time while sweeps run. Whatever a row holds, it is worth the same; a row of which a
/// sweep saw one half of before and one half of after would not be.
/// </summary>
public sealed class TornRowTests
{
    private const int Rows = 300;
    private const double Worth = 1_000d;

    public static TheoryData<string, int> Variants
    {
        get
        {
            var variants = new TheoryData<string, int>();
            foreach (var variant in SweepVariant.Supported)
            {
                variants.Add(variant, 1);
                variants.Add(variant, 3);
            }
            return variants;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_sweep_sees_a_row_half_written(string variant, int workers)
    {
        var books = new Books(41);
        var frame = books.Frame();
        // without funding a contract of UNIT is worth its number of dollars
        var still = new PriceFrame(frame.Number, frame.TimeMs, books.Universe, [.. frame.Prices]);
        var unit = books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP").Index;
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table, workers, nominationsMax: 100, variant);
        var random = new Random(41);
        var rows = new RowHandle[Rows];
        for (var i = 0; i < Rows; i++)
        {
            var (collateral, positions) = Holding(random, unit);
            rows[i] = table.Add(i, collateral, positions);
        }
        var wrong = new List<string>();
        using var stop = new CancellationTokenSource();
        var sweeps = 0;
        var sweeper = new Thread(() =>
        {
            var marks = new MarkVector();
            for (var step = 1; !stop.IsCancellationRequested && wrong.Count == 0; step++)
            {
                marks.Load(new PriceFrame(new FrameNumber(1, step), step, books.Universe, [.. still.Prices]));
                var found = sweep.Run(marks, (SweepDetail)(step % 2));
                sweeps++;
                if (found.Equity != Worth * found.Accounts || found.Deficit != 0d
                    || sweep.Nominations.Offered != 0 || found.SolventAccounts != found.Accounts)
                {
                    wrong.Add($"sweep {step}: {found.Equity:R} of {found.Accounts}, deficit {found.Deficit}, "
                        + $"{sweep.Nominations.Offered} nominated");
                }
            }
        });
        sweeper.Start();
        for (var i = 0; (i < 100_000 || Volatile.Read(ref sweeps) < 200) && sweeper.IsAlive; i++)
        {
            var at = random.Next(Rows);
            var (collateral, positions) = Holding(random, unit);
            if (random.Next(20) == 0)
            {
                table.Remove(rows[at]);
                rows[at] = table.Add(at, collateral, positions);
            }
            else
            {
                table.Update(rows[at], collateral, positions);
            }
        }
        stop.Cancel();
        sweeper.Join();
        Assert.True(wrong.Count == 0, $"{variant}, {workers} workers, {wrong.FirstOrDefault()}");
        Assert.Equal(Rows, table.Count);
    }

    /// <summary>Contracts of at most three times the worth in all, and what they cost taken off it.</summary>
    private static (CollateralEntry[], PositionEntry[]) Holding(Random random, int unit)
    {
        var positions = Enumerable.Range(0, random.Next(1, 7))
            .Select(_ => new PositionEntry(unit, random.Next(1, 500))).ToArray();
        return ([new CollateralEntry(0, Worth), new CollateralEntry(0, -positions.Sum(p => p.Quantity), IsCash: true)],
            positions);
    }
}
