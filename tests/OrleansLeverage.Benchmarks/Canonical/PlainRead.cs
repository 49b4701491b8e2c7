using System.Diagnostics;
using System.Numerics;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Benchmarks.Canonical;

/// <summary>
/// So many bytes read once, which is as fast as memory allows. It takes turns with full frames: the host is as fast for
/// both, and neither finds in the cache what it read before. Reads one after the other would, since the third cache
/// holds most of what a frame reads, and would be no bound by memory.
/// </summary>
internal sealed class PlainRead
{
    private readonly long[][] _parts;
    private readonly long[] _sums;
    private readonly Action<int> _read;

    public PlainRead(long bytes, int threads)
    {
        _sums = new long[threads];
        _parts = [.. Enumerable.Range(0, threads).Select(_ => new long[bytes / threads / sizeof(long)])];
        Array.ForEach(_parts, part => Array.Fill(part, 1L));
        _read = Read;
    }

    /// <summary>Median milliseconds of full frames and of reads, of so many turns.</summary>
    public (double Frame, double Read) TakeTurns(CanonicalMarket market, MarkVector marks, LeverageSweep sweep,
        int turns)
    {
        var (frames, reads) = (new List<double>(turns), new List<double>(turns));
        for (var i = -turns / 3; i < turns; i++)
        {
            var frame = market.Next(_ => true);
            var from = Stopwatch.GetTimestamp();
            marks.Load(frame);
            sweep.Run(marks, SweepDetail.None);
            var frameTime = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            var readTime = Once();
            if (i >= 0)
            {
                frames.Add(frameTime);
                reads.Add(readTime);
            }
        }
        frames.Sort();
        reads.Sort();
        return (Machine.Percentile(frames, 50), Machine.Percentile(reads, 50));
    }

    /// <summary>Median milliseconds of so many reads one after the other, of which the cache gives a part.</summary>
    public double InARow(int reads)
    {
        var times = Enumerable.Range(0, reads).Select(_ => Once()).Order().ToList();
        return Machine.Percentile(times, 50);
    }

    private double Once()
    {
        var from = Stopwatch.GetTimestamp();
        Parallel.For(0, _parts.Length, _read);
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }

    private void Read(int thread)
    {
        var (sum, other) = (Vector<long>.Zero, Vector<long>.Zero);
        var part = _parts[thread].AsSpan();
        for (; part.Length >= 2 * Vector<long>.Count; part = part[(2 * Vector<long>.Count)..])
        {
            sum += new Vector<long>(part);
            other += new Vector<long>(part[Vector<long>.Count..]);
        }
        _sums[thread] = Vector.Sum(sum + other);
    }
}
