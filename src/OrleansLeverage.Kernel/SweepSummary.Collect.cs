using System.Runtime.CompilerServices;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>Places of the sums over rows.</summary>
internal static class RowSum
{
    public const int Equity = 0;
    public const int Borrowed = 1;
    public const int NotionalSquared = 2;
    public const int EquitySquared = 3;
    public const int Maintenance = 4;
    public const int Initial = 5;
    public const int Deficit = 6;

    /// <summary>Long and short notional, long and short equity: of other rows, then of market makers.</summary>
    public const int Sides = 7;
    public const int PerSide = 4;
    public const int Count = Sides + 2 * PerSide;
}

public sealed unsafe partial class SweepSummary
{
    /// <summary>Rows are added to eight lanes by their place in the chunk, as a vector of doubles adds them.</summary>
    internal const int Lanes = 8;

    /// <summary>Scattered sums are compensated once per so many chunks of at most 512 rows.</summary>
    internal const int ChunksPerFlush = 16;

    private const int InstrumentBins = TierCount + SideCount * LeverageHistogram.Buckets;

    private readonly CompensatedSum[] _rowSums = new CompensatedSum[RowSum.Count];
    private readonly long[] _tierCounts = new long[TierCount];
    private readonly long[] _sideCounts = new long[2 * SideCount];
    private readonly long[] _histogramCounts = new long[SideCount * LeverageHistogram.Buckets];
    private readonly Largest<RankedAccount> _byNotional = new(TopCount);
    private readonly Largest<RankedAccount> _byRatio = new(TopCount);
    private CompensatedSum[] _binSums = [];

    // plain sums of the chunk (lanes) and of the chunks since the last flush (bins): by tier, by side and bucket,
    // by maker, instrument and side
    private NativeBlock? _scratch;
    private double* _lanes;
    private double* _bins;
    private int _chunksSinceFlush;

    private int InstrumentPlaces => InstrumentCount + 1;

    /// <summary>Empties the summary, for another sweep or to merge into.</summary>
    public void Clear()
    {
        Frame = default;
        Array.Clear(_rowSums);
        Array.Clear(_tierCounts);
        Array.Clear(_sideCounts);
        Array.Clear(_histogramCounts);
        Array.Clear(_binSums);
        _byNotional.Clear();
        _byRatio.Clear();
        new Span<double>(_lanes, Lanes * RowSum.Count).Clear();
        new Span<double>(_bins, _binSums.Length).Clear();
        _chunksSinceFlush = 0;
    }

    /// <summary>Adds a summary of the same frame. The last digits of sums depend on the order of the merges.</summary>
    public void Merge(SweepSummary other)
    {
        if (Accounts == 0 && (Frame != other.Frame || InstrumentCount != other.InstrumentCount))
        {
            Resize(other.InstrumentCount);
            Frame = other.Frame;
        }
        if (other.Accounts == 0)
        {
            return;
        }
        if (Frame != other.Frame || InstrumentCount != other.InstrumentCount)
        {
            throw new ArgumentException($"frame {other.Frame} of {other.InstrumentCount} instruments does not add to "
                + $"frame {Frame} of {InstrumentCount}", nameof(other));
        }
        Add(_rowSums, other._rowSums);
        Add(_binSums, other._binSums);
        Add(_tierCounts, other._tierCounts);
        Add(_sideCounts, other._sideCounts);
        Add(_histogramCounts, other._histogramCounts);
        Add(_byNotional, other._byNotional);
        Add(_byRatio, other._byRatio);
    }

    internal void Begin(MarkVector marks)
    {
        Resize(marks.InstrumentCount);
        Frame = marks.Frame.Number;
    }

    /// <summary>Adds one row; <paramref name="notionals"/> are the signed notionals of its positions.</summary>
    internal void Add(in RowValue value, RiskTier tier, Chunk chunk, int row, double* notionals)
    {
        _tierCounts[(int)tier]++;
        if (tier == RiskTier.Unknown)
        {
            return;
        }
        var gross = value.Gross;
        _bins[(int)tier] += gross;
        if (gross > 0d)
        {
            Rank(_byRatio, value, tier, chunk.Key[row], value.MarginRatio);
        }
        var lane = _lanes + (row & (Lanes - 1));
        if (tier == RiskTier.Bankrupt)
        {
            lane[RowSum.Deficit * Lanes] += Math.Max(0d, -value.Equity);
            return;
        }
        if (!(value.Equity > 0d))
        {
            return;
        }
        lane[RowSum.Equity * Lanes] += value.Equity;
        lane[RowSum.EquitySquared * Lanes] += value.Equity * value.Equity;
        lane[RowSum.Initial * Lanes] += value.Initial;
        var maker = chunk.Flags[row] & (int)RowFlags.MarketMaker;
        var net = value.Long - value.Short;
        var side = net == 0d ? NetSide.Flat : (NetSide)SignBit(net);
        _sideCounts[maker * SideCount + (int)side]++;
        if (gross > 0d)
        {
            lane[RowSum.Borrowed * Lanes] += Math.Max(0d, gross - value.Equity);
            lane[RowSum.NotionalSquared * Lanes] += gross * gross;
            lane[RowSum.Maintenance * Lanes] += value.Maintenance;
            AddPositions(value, lane, maker, chunk, row, notionals);
            var bucket = (int)side * LeverageHistogram.Buckets + LeverageHistogram.BucketOf(gross / value.Equity);
            _histogramCounts[bucket]++;
            _bins[TierCount + bucket] += gross;
            Rank(_byNotional, value, tier, chunk.Key[row], gross);
        }
    }

    internal void EndChunk()
    {
        for (var i = 0; i < RowSum.Count; i++)
        {
            var lane = _lanes + i * Lanes;
            var sum = ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
            _rowSums[i].Add(sum);
        }
        new Span<double>(_lanes, Lanes * RowSum.Count).Clear();
        if (++_chunksSinceFlush == ChunksPerFlush)
        {
            Flush();
        }
    }

    internal void End()
    {
        Flush();
        _byNotional.Sort();
        _byRatio.Sort();
    }

    private void AddPositions(in RowValue value, double* lane, int maker, Chunk chunk, int row, double* notionals)
    {
        var equityPerNotional = value.Equity / value.Gross;
        var sides = lane + (RowSum.Sides + maker * RowSum.PerSide) * Lanes;
        sides[0] += value.Long;
        sides[Lanes] += value.Short;
        sides[2 * Lanes] += value.Long * equityPerNotional;
        sides[3 * Lanes] += value.Short * equityPerNotional;
        var bins = _bins + InstrumentBins + maker * InstrumentPlaces * RowSum.PerSide;
        var at = row;
        for (var p = 0; p < chunk.Class.Positions; p++, at += chunk.Rows)
        {
            var notional = Math.Abs(notionals[p]);
            var bin = bins + (chunk.Word[at] & Chunk.InstrumentMask) * RowSum.PerSide + SignBit(notionals[p]);
            bin[0] += notional;
            bin[2] += notional * equityPerNotional;
        }
    }

    /// <summary>0 for long, 1 for short: no branch, because sides are as good as random.</summary>
    private static int SignBit(double value) => (int)(BitConverter.DoubleToUInt64Bits(value) >> 63);

    private static void Rank(Largest<RankedAccount> list, in RowValue value, RiskTier tier, long key, double rank)
    {
        if (!list.IsFull || !(rank < list.Smallest.Rank))
        {
            Offer(list, value, tier, key, rank);
        }
    }

    /// <summary>Apart, so that the many rows that do not get here do not clear its locals.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Offer(Largest<RankedAccount> list, in RowValue value, RiskTier tier, long key, double rank) =>
        list.Offer(new RankedAccount(key, value.Gross, value.Equity,
            double.IsFinite(value.MarginRatio) ? value.MarginRatio : null, tier) { Rank = rank });

    private static void Add(CompensatedSum[] sums, CompensatedSum[] others)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i].Add(others[i]);
        }
    }

    private static void Add(long[] counts, long[] others)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += others[i];
        }
    }

    private static void Add(Largest<RankedAccount> list, Largest<RankedAccount> others)
    {
        list.Reopen();
        foreach (ref readonly var account in others.Items)
        {
            list.Offer(account);
        }
        list.Sort();
    }

    private void Flush()
    {
        for (var i = 0; i < _binSums.Length; i++)
        {
            if (_bins[i] != 0d)
            {
                _binSums[i].Add(_bins[i]);
                _bins[i] = 0d;
            }
        }
        _chunksSinceFlush = 0;
    }

    /// <summary>Makes room for a universe and empties everything.</summary>
    private void Resize(int instruments)
    {
        var bins = InstrumentBins + 2 * (instruments + 1) * RowSum.PerSide;
        if (_binSums.Length != bins)
        {
            InstrumentCount = instruments;
            _binSums = new CompensatedSum[bins];
            _scratch?.Dispose();
            _scratch = new NativeBlock((Lanes * RowSum.Count + bins) * sizeof(double));
            _lanes = (double*)_scratch.Pointer;
            _bins = _lanes + Lanes * RowSum.Count;
        }
        Clear();
    }
}
