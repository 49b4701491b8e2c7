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
/// Systemic figures of one table at one frame, USD; of several tables once merged. Who counts where:
/// <code>
/// unknown price    in the count of Unknown and nowhere else
/// Bankrupt         in its tier's count and notional, in the deficit, in the list by margin ratio
/// the others       everywhere, as soon as equity is above 0
/// </code>
/// So no account without positive equity enters a ratio. Rounding: within a chunk eight lanes by row, added as a tree;
/// chunks are added compensated. What is scattered (by tier, bucket, instrument) is added row by row over
/// <see cref="ChunksPerFlush"/> chunks, then compensated. The relative error of a sum of one sign is at most
/// 8192u &lt; 10^-12, in practice 10^-15. The order is that of the table's chunks and of the merges: the same calls
/// give the same bytes on any number of threads; other partitions or another order of adding accounts may differ in the
/// last digits.
/// </summary>
public sealed partial class SweepSummary
{
    public const int TopCount = 32;

    private const int TierCount = (int)RiskTier.Bankrupt + 1;
    private const int SideCount = (int)NetSide.Flat + 1;

    public SweepSummary() => Resize(0);

    /// <summary>The frame of the figures.</summary>
    public FrameNumber Frame { get; private set; }

    /// <summary>Rows swept.</summary>
    public long Accounts
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < TierCount; i++)
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

    /// <summary>Σ equity.</summary>
    public double Equity => _rowSums[RowSum.Equity].Value;

    /// <summary>Σ max(0, gross notional − equity).</summary>
    public double Borrowed => _rowSums[RowSum.Borrowed].Value;

    public double GrossNotional => Sides(Population.All).GrossNotional;

    public double MaintenanceMargin => _rowSums[RowSum.Maintenance].Value;

    public double InitialMargin => _rowSums[RowSum.Initial].Value;

    /// <summary>Σ −equity of bankrupt accounts.</summary>
    public double Deficit => _rowSums[RowSum.Deficit].Value;

    /// <summary>Σ (gross notional)², USD².</summary>
    public double NotionalSquares => _rowSums[RowSum.NotionalSquared].Value;

    /// <summary>Σ equity², USD².</summary>
    public double EquitySquares => _rowSums[RowSum.EquitySquared].Value;

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

    public long Count(RiskTier tier) => _tierCounts[(int)tier];

    /// <summary>Gross notional of the accounts in a tier; none is known of Unknown.</summary>
    public double Notional(RiskTier tier) => _binSums[(int)tier].Value;

    public SideTotals Sides(Population population) =>
        Of(population, maker => Of(_rowSums, RowSum.Sides + maker * RowSum.PerSide));

    /// <summary>The same of the positions in one instrument.</summary>
    public SideTotals Instrument(int instrument, Population population)
    {
        if ((uint)instrument >= (uint)InstrumentCount)
        {
            throw new ArgumentOutOfRangeException(nameof(instrument), instrument, $"of {InstrumentCount} instruments");
        }
        return Of(population, maker =>
            Of(_binSums, InstrumentBins + (maker * InstrumentPlaces + instrument + 1) * RowSum.PerSide));
    }

    /// <summary>The same of all instruments marked by one feed, added in the order of the universe.</summary>
    public SideTotals Feed(Universe universe, Feed feed, Population population)
    {
        var sum = default(SideTotals);
        foreach (var instrument in universe.Instruments)
        {
            if (instrument.MarkFeed.Index == feed.Index)
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
            if (Includes(population, maker))
            {
                var at = maker * SideCount;
                sum += new SideCounts(_sideCounts[at], _sideCounts[at + 1], _sideCounts[at + 2]);
            }
        }
        return sum;
    }

    /// <summary>A copy of the histogram of accounts that lean to one side.</summary>
    public LeverageHistogram Histogram(NetSide side)
    {
        var from = (int)side * LeverageHistogram.Buckets;
        var notional = new double[LeverageHistogram.Buckets];
        for (var i = 0; i < notional.Length; i++)
        {
            notional[i] = _binSums[TierCount + from + i].Value;
        }
        return new LeverageHistogram(_histogramCounts[from..(from + LeverageHistogram.Buckets)], notional);
    }

    private static bool Includes(Population population, int maker) =>
        population == Population.All || (population == Population.MarketMakers) == (maker == 1);

    private static SideTotals Of(CompensatedSum[] sums, int at) =>
        new(sums[at].Value, sums[at + 1].Value, sums[at + 2].Value, sums[at + 3].Value);

    private static SideTotals Of(Population population, Func<int, SideTotals> group) => population switch
    {
        Population.MarketMakers => group(1),
        Population.WithoutMarketMakers => group(0),
        _ => group(0) + group(1),
    };
}
