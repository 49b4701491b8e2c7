using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>Which way an account leans: the sign of its net notional.</summary>
public enum NetSide
{
    Long,
    Short,
    Flat,
}

/// <summary>
/// Systemic figures at one frame, USD; of several tables once merged. Who counts where:
/// <code>
/// unknown price    in the count of Unknown and nowhere else
/// Bankrupt         in its tier's count and notional, in the deficit, in the list by margin ratio
/// the others       everywhere, as soon as equity is above 0
/// </code>
/// So no account without positive equity enters a ratio. Each row's figure is rounded once, to 2^-18 USD
/// (<see cref="FixedPoint"/>), and what is rounded adds up exactly: the same bytes on any variant, number of threads,
/// order of rows, partition and history of skipped chunks. Sums over instruments round each position, so they equal the
/// sums over accounts within 2^-19 USD per position.
/// </summary>
public sealed partial class SweepSummary
{
    public const int TopCount = 32;

    private readonly Int128[] _sums = new Int128[2 * ChunkSum.Count];
    private readonly Int128[] _gross = new Int128[Distribution.Places];
    private readonly long[] _counts = new long[Distribution.Places];
    private readonly Int128[] _tierGross = new Int128[Distribution.Tiers];
    private readonly long[] _tierCounts = new long[Distribution.Tiers];
    private readonly Largest<RankedAccount> _byNotional = new(TopCount);
    private readonly Largest<RankedAccount> _byRatio = new(TopCount);
    private Int128[] _instruments = [];

    /// <summary>The frame of the figures.</summary>
    public FrameNumber Frame { get; private set; }

    /// <summary>Rows swept.</summary>
    public long Accounts
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i <= (int)RiskTier.Bankrupt; i++)
            {
                sum += _tierCounts[i];
            }
            return sum;
        }
    }

    /// <summary>Rows with positive equity: those that the ratios are over.</summary>
    public long SolventAccounts => Counts(Population.All).Count;

    public long AtRiskAccounts => Count(RiskTier.MarginCall) + Count(RiskTier.Liquidation) + Count(RiskTier.Bankrupt);

    public double AtRiskNotional =>
        Notional(RiskTier.MarginCall) + Notional(RiskTier.Liquidation) + Notional(RiskTier.Bankrupt);

    /// <summary>Rows of 2^60 USD and more, which are in no sum; 0 in any market there is.</summary>
    public long BeyondLimit => (long)Sum(ChunkSum.Beyond);

    /// <summary>Σ equity.</summary>
    public double Equity => FixedPoint.Value(Sum(ChunkSum.Equity));

    /// <summary>Σ max(0, gross notional − equity).</summary>
    public double Borrowed => FixedPoint.Value(Sum(ChunkSum.Borrowed));

    public double GrossNotional => Sides(Population.All).GrossNotional;

    public double MaintenanceMargin => FixedPoint.Value(Sum(ChunkSum.Maintenance));

    public double InitialMargin => FixedPoint.Value(Sum(ChunkSum.Initial));

    /// <summary>Σ −equity of bankrupt accounts.</summary>
    public double Deficit => FixedPoint.Value(Sum(ChunkSum.Deficit));

    /// <summary>Σ (gross notional)², USD².</summary>
    public double NotionalSquares =>
        FixedPoint.Value(Sum(ChunkSum.GrossSquaredHigh), Sum(ChunkSum.GrossSquaredLow));

    /// <summary>Σ equity², USD².</summary>
    public double EquitySquares =>
        FixedPoint.Value(Sum(ChunkSum.EquitySquaredHigh), Sum(ChunkSum.EquitySquaredLow));

    /// <summary>Σ gross notional / Σ equity; null without equity.</summary>
    public double? MarketLeverage => Equity > 0d ? GrossNotional / Equity : null;

    /// <summary>Herfindahl-Hirschman index of notional, 1/n … 1; null without notional.</summary>
    public double? NotionalHhi => GrossNotional is > 0d and var sum ? NotionalSquares / (sum * sum) : null;

    public double? EquityHhi => Equity is > 0d and var sum ? EquitySquares / (sum * sum) : null;

    /// <summary>Accounts with positive equity, by notional.</summary>
    public ReadOnlySpan<RankedAccount> TopByNotional => _byNotional.Items;

    /// <summary>Accounts with positions, by margin ratio; those without balance first.</summary>
    public ReadOnlySpan<RankedAccount> TopByMarginRatio => _byRatio.Items;

    /// <summary>Instruments of the universe swept.</summary>
    public int InstrumentCount { get; private set; }

    /// <summary>False where the sweep was not asked for the sums by instrument.</summary>
    public bool HasInstruments { get; private set; }

    internal Int128[] InstrumentSums => _instruments;

    internal Largest<RankedAccount> ByNotional => _byNotional;

    internal Largest<RankedAccount> ByRatio => _byRatio;

    public long Count(RiskTier tier) => _tierCounts[(int)tier];

    /// <summary>Gross notional of the accounts in a tier; none is known of Unknown.</summary>
    public double Notional(RiskTier tier)
    {
        if (tier != RiskTier.Healthy)
        {
            return tier == RiskTier.Unknown ? 0d : FixedPoint.Value(_tierGross[(int)tier]);
        }
        var rest = Sum(ChunkSum.Gross) + Sum(ChunkSum.InsolventGross);
        for (var i = (int)RiskTier.Warning; i <= (int)RiskTier.Bankrupt; i++)
        {
            rest -= _tierGross[i];
        }
        return FixedPoint.Value(rest);
    }

    public SideTotals Sides(Population population)
    {
        var gross = Sum(ChunkSum.Gross, population);
        var net = Sum(ChunkSum.Net, population);
        var longEquity = Sum(ChunkSum.LongEquity, population);
        return new SideTotals(FixedPoint.Value(gross + net) / 2d, FixedPoint.Value(gross - net) / 2d,
            FixedPoint.Value(longEquity), FixedPoint.Value(Sum(ChunkSum.HoldersEquity, population) - longEquity));
    }

    /// <summary>The same of the positions in one instrument; of a sweep that was asked for it.</summary>
    public SideTotals Instrument(int instrument, Population population)
    {
        if ((uint)instrument >= (uint)InstrumentCount || !HasInstruments)
        {
            throw new ArgumentOutOfRangeException(nameof(instrument), instrument,
                HasInstruments ? $"of {InstrumentCount} instruments" : "the sweep was not asked for instruments");
        }
        return Of(population, _instruments, _instruments.Length / 2, (instrument + 1) * InstrumentSum.Count);
    }

    /// <summary>The same of all instruments of one market, added in the order of the universe.</summary>
    public SideTotals Feed(Universe universe, Feed feed, Population population)
    {
        var sum = default(SideTotals);
        foreach (var instrument in universe.Instruments)
        {
            if (universe.MarketOf(instrument).Index == feed.Index)
            {
                sum += Instrument(instrument.Index, population);
            }
        }
        return sum;
    }

    public SideCounts Counts(Population population)
    {
        var sum = default(SideCounts);
        for (var maker = 0; maker < 2; maker++)
        {
            if (population == Population.All || (population == Population.MarketMakers) == (maker == 1))
            {
                var from = maker * Distribution.Half;
                sum += new SideCounts(SideCount(from, NetSide.Long), SideCount(from, NetSide.Short),
                    SideCount(from, NetSide.Flat) + _counts[from + Distribution.Half - 1]);
            }
        }
        return sum;
    }

    /// <summary>A copy of the histogram of accounts that lean to one side.</summary>
    public LeverageHistogram Histogram(NetSide side)
    {
        var counts = new long[LeverageHistogram.Buckets];
        var notional = new double[LeverageHistogram.Buckets];
        var from = (int)side * LeverageHistogram.Buckets;
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = _counts[from + i] + _counts[Distribution.Half + from + i];
            notional[i] = FixedPoint.Value(_gross[from + i] + _gross[Distribution.Half + from + i]);
        }
        return new LeverageHistogram(counts, notional);
    }

    /// <summary>Empties the summary, to merge into.</summary>
    public void Clear()
    {
        Frame = default;
        Array.Clear(_sums);
        Array.Clear(_gross);
        Array.Clear(_counts);
        Array.Clear(_tierGross);
        Array.Clear(_tierCounts);
        Array.Clear(_instruments);
        _byNotional.Clear();
        _byRatio.Clear();
    }

    /// <summary>Adds a summary of the same frame.</summary>
    public void Merge(SweepSummary other)
    {
        if (Accounts == 0)
        {
            Begin(other.Frame, other.InstrumentCount, other.HasInstruments);
        }
        if (other.Accounts == 0)
        {
            return;
        }
        if (Frame != other.Frame || InstrumentCount != other.InstrumentCount || HasInstruments != other.HasInstruments)
        {
            throw new ArgumentException($"frame {other.Frame} of {other.InstrumentCount} instruments does not add to "
                + $"frame {Frame} of {InstrumentCount}", nameof(other));
        }
        Add(_sums, other._sums);
        Add(_gross, other._gross);
        Add(_counts, other._counts);
        Add(_tierGross, other._tierGross);
        Add(_tierCounts, other._tierCounts);
        Add(_instruments, other._instruments);
        Add(_byNotional, other._byNotional);
        Add(_byRatio, other._byRatio);
    }

    /// <summary>The figures of another frame begin; sums stay, for a sweep adds what changed of them.</summary>
    internal void Begin(FrameNumber frame, int instruments, bool hasInstruments)
    {
        Frame = frame;
        HasInstruments = hasInstruments;
        if (InstrumentCount != instruments || _instruments.Length == 0)
        {
            InstrumentCount = instruments;
            _instruments = new Int128[2 * (instruments + 1) * InstrumentSum.Count];
        }
        _byNotional.Clear();
        _byRatio.Clear();
    }

    internal unsafe void Add(SweepPart part)
    {
        Add(_sums, part.Totals);
        for (var i = 0; i < Distribution.Places; i++)
        {
            // most places are nobody's
            if ((part.Moved.Counts[i] | part.Moved.Gross[i]) != 0)
            {
                _counts[i] += part.Moved.Counts[i];
                _gross[i] += part.Moved.Gross[i];
            }
        }
        if (part.WideGross is { } wide)
        {
            for (var i = 0; i < Distribution.Places; i++)
            {
                _gross[i] += wide[i];
            }
        }
        // the tier of no row is not counted
        for (var i = 0; i < Distribution.Tiers - 1; i++)
        {
            _tierCounts[i] += part.Moved.TierCounts[i];
            _tierGross[i] += part.Moved.TierGross[i] + (part.WideTierGross?[i] ?? 0);
        }
    }

    /// <summary>Sums by place begin from nothing.</summary>
    internal void ClearGross()
    {
        Array.Clear(_gross);
        Array.Clear(_tierGross);
    }

    private Int128 Sum(int index, Population population = Population.All) =>
        (population == Population.MarketMakers ? 0 : _sums[index])
        + (population == Population.WithoutMarketMakers ? 0 : _sums[ChunkSum.Count + index]);

    private long SideCount(int from, NetSide side)
    {
        var sum = 0L;
        foreach (var count in _counts.AsSpan(from + (int)side * LeverageHistogram.Buckets, LeverageHistogram.Buckets))
        {
            sum += count;
        }
        return sum;
    }

    private static SideTotals Of(Population population, Int128[] sums, int makers, int at)
    {
        Span<Int128> four = stackalloc Int128[4];
        four.Clear();
        for (var i = 0; i < 4; i++)
        {
            four[i] += population == Population.MarketMakers ? 0 : sums[at + i];
            four[i] += population == Population.WithoutMarketMakers ? 0 : sums[makers + at + i];
        }
        return new SideTotals(FixedPoint.Value(four[0]), FixedPoint.Value(four[1]), FixedPoint.Value(four[2]),
            FixedPoint.Value(four[3]));
    }

    private static void Add(Int128[] sums, Int128[] others)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += others[i];
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
}

/// <summary>What is summed per instrument and population, in the units of <see cref="FixedPoint"/>.</summary>
internal static class InstrumentSum
{
    public const int LongNotional = 0;
    public const int ShortNotional = 1;
    public const int LongEquity = 2;
    public const int ShortEquity = 3;
    public const int Count = 4;
}
