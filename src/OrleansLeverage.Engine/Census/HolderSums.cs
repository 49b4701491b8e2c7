using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// Counts and sums of a census. A notional is rounded once to 2^-10 USD and contracts to 2^-32, and what is rounded
/// adds up exactly: the order in which accounts are met leaves no trace.
/// </summary>
internal sealed class HolderSums
{
    private const double Units = 1 << 10;
    private const double ContractUnits = 1L << 32;

    /// <summary>Notionals from here on are in no sum: more than all the money there is.</summary>
    private const double Limit = 1e24;

    private static readonly double[] CohortBounds = [1_000.0, 10_000.0, 100_000.0, 1_000_000.0, 10_000_000.0];

    private readonly Universe _universe;
    private readonly Tally[] _feeds;
    private readonly Tally[] _instruments;
    private readonly Int128[] _longs;
    private readonly Int128[] _makers;
    private readonly Tally[] _cohorts = new Tally[CohortBounds.Length + 1];
    private readonly long[] _cohortAccounts = new long[CohortBounds.Length + 1];

    // net notional of the account at hand, by feed
    private readonly double[] _net;

    private HolderSums(Universe universe)
    {
        _universe = universe;
        _feeds = new Tally[universe.Feeds.Count];
        _instruments = new Tally[universe.Instruments.Count];
        _longs = new Int128[universe.Instruments.Count];
        _makers = new Int128[universe.Instruments.Count];
        _net = new double[universe.Feeds.Count];
    }

    /// <summary>Sums of nobody yet: earlier ones, emptied, where they are of the same universe.</summary>
    public static HolderSums Begin(HolderSums? earlier, Universe universe)
    {
        if (earlier is null || !earlier.IsOf(universe))
        {
            return new HolderSums(universe);
        }
        Array.Clear(earlier._feeds);
        Array.Clear(earlier._instruments);
        Array.Clear(earlier._longs);
        Array.Clear(earlier._makers);
        Array.Clear(earlier._cohorts);
        Array.Clear(earlier._cohortAccounts);
        Array.Clear(earlier._net);
        (earlier.Accounts, earlier.Unknown) = (0, 0);
        return earlier;
    }

    public bool IsOf(Universe universe) => ReferenceEquals(_universe, universe);

    public long Accounts { get; private set; }

    public long Unknown { get; private set; }

    public void Add(RowFlags flags, RowFigures? figures, ReadOnlySpan<RowHolding> holdings)
    {
        Accounts++;
        if (figures is not { } known)
        {
            Unknown++;
            return;
        }
        foreach (ref readonly var holding in holdings)
        {
            var feed = _universe.Instruments[holding.Instrument].MarkFeed.Index;
            _net[feed] += holding.SignedNotional;
            _instruments[holding.Instrument].Count(holding.SignedNotional);
            _instruments[holding.Instrument].Sum(holding.SignedNotional);
            _feeds[feed].Sum(holding.SignedNotional);
            var contracts = (Int128)Math.Round(Math.Clamp(holding.Quantity, -Limit, Limit) * ContractUnits);
            _longs[holding.Instrument] += contracts > 0 ? contracts : 0;
            _makers[holding.Instrument] += (flags & RowFlags.MarketMaker) != 0 ? contracts : 0;
        }
        foreach (ref readonly var holding in holdings)
        {
            var feed = _universe.Instruments[holding.Instrument].MarkFeed.Index;
            _feeds[feed].Count(_net[feed]);
            _net[feed] = 0.0;
        }
        var cohort = 0;
        while (cohort < CohortBounds.Length && known.Equity >= CohortBounds[cohort])
        {
            cohort++;
        }
        _cohortAccounts[cohort]++;
        _cohorts[cohort].Count(known.NetNotional);
        _cohorts[cohort].Sum(known.LongNotional);
        _cohorts[cohort].Sum(-known.ShortNotional);
    }

    public MarketCensus Build(FrameNumber from, PriceFrame frame) => new(from, frame.Number, frame.TimeMs, Accounts,
        Unknown, [.. _feeds.Select(f => f.Holders)], [.. _instruments.Select(i => i.Holders)],
        [.. _longs.Select(n => (double)n / ContractUnits)], [.. _makers.Select(n => (double)n / ContractUnits)],
        [.. _cohorts.Select((sums, at) => new EquityCohort(at == 0 ? null : CohortBounds[at - 1],
            at == CohortBounds.Length ? null : CohortBounds[at], _cohortAccounts[at], sums.Holders))]);

    private struct Tally
    {
        private long _longs;
        private long _shorts;
        private Int128 _long;
        private Int128 _short;

        public readonly Holders Holders => new(_longs, _shorts, (double)_long / Units, (double)_short / Units);

        public void Count(double net)
        {
            _longs += net > 0.0 ? 1 : 0;
            _shorts += net < 0.0 ? 1 : 0;
        }

        public void Sum(double signed)
        {
            if (!(Math.Abs(signed) < Limit))
            {
                return;
            }
            var units = (Int128)Math.Round(signed * Units);
            _long += units > 0 ? units : 0;
            _short -= units < 0 ? units : 0;
        }
    }
}
