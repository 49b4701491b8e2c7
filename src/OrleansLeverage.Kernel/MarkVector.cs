using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// A frame as columns: everything a sweep reads besides its rows. Computed once per frame in decimal and converted
/// once, so that each entry is within 4u of the exact value:
/// <code>
///             U (signed USD per contract)     profit = q·U − ProfitSign·cost·S       for every instrument
/// linear      m·P·S                           q·m·P·S − cost·S
/// inverse     −m·S/P                          cost·S − q·m·S/P
///
/// term        one 64-byte line per instrument and bracket, loaded whole by a sweep:
///             gain U − F·S | unit |U| | maintenance rate | −amount | initial rate | floor | ceiling | settlement S
///             P mark, S USD price of the settlement asset, F funding index; a bracket holds notionals from its floor
///             to its ceiling, both included; the last one's is infinite
/// balance     price and weight by code: 2·place with the asset's collateral weight, 2·place + 1 with weight 1
/// </code>
/// A price that has not been measured is NaN in every term that needs it and makes every row that needs it NaN. Term 0
/// and place 0 are padding: always known and worth nothing; the universe's index i is at place i + 1. Read by any
/// number of sweeps at once, never while it loads.
/// </summary>
public sealed unsafe class MarkVector
{
    internal const int Gain = 0;
    internal const int Unit = 1;
    internal const int Rate = 2;
    internal const int NegativeAmount = 3;
    internal const int Initial = 4;
    internal const int Floor = 5;
    internal const int Ceiling = 6;
    internal const int Settlement = 7;
    internal const int TermWidth = 8;

    private const int LeverageCodes = 256;

    /// <summary>A tier is decided for moves below 1/2, so a new epoch after several takes nothing from that.</summary>
    private const double MovedMax = 4d;

    private NativeBlock? _block;
    private long[] _instrumentChanged = [];
    private long[] _assetChanged = [];
    private long _boundChanged;
    private double _largestMove;
    private double _largestRate;

    /// <summary>The frame the columns are of.</summary>
    public PriceFrame Frame
    {
        get => field ?? throw new InvalidOperationException("no frame has been loaded");
        private set;
    }

    public int InstrumentCount { get; private set; }

    public int AssetCount { get; private set; }

    /// <summary>
    /// False where |W| ≤ 2·|U| for every instrument, as long as funding has not come to more than the price: then
    /// 3·|U| is a bound of |W| + |U|, which saves the sum of the former (<see cref="ScreeningBound"/>).
    /// </summary>
    internal bool HasLargeGains { get; private set; }

    /// <summary>Which terms are whose; another object where the universe is another.</summary>
    internal TermLayout Layout { get; private set; } = TermLayout.Places;

    /// <summary>Frames loaded.</summary>
    internal long Loads { get; private set; }

    /// <summary>
    /// How far prices can have moved since the first load of <see cref="MovedEpoch"/>: at least Σ over loads of the
    /// largest |ΔW| / |U| and |ΔU| / |U| of an instrument and |Δp| / p of an asset. It never falls within an epoch.
    /// </summary>
    internal double Moved { get; private set; }

    /// <summary>
    /// Another where a price came or went, or the universe is another: what has moved is not known; and where
    /// <see cref="Moved"/> has begun anew.
    /// </summary>
    internal long MovedEpoch { get; private set; }

    /// <summary>
    /// What maintenance − w · balance of a row, w the warning ratio, changes by at most, per magnitude M of the row and
    /// relative move: w times the collateral and w + r times the gross notional, r the largest rate of any bracket.
    /// </summary>
    internal double DecisionSlope => HasLargeGains
        ? WarningRatio + _largestRate
        : Math.Max(WarningRatio, (WarningRatio + _largestRate) / 3d);

    /// <summary>What venues ask for beyond brackets and weights; null where that is nothing.</summary>
    internal MarginTerms? Venue { get; private set; }

    internal double WarningRatio { get; private set; }

    internal double MarginCallRatio { get; private set; }

    internal double LiquidationRatio { get; private set; }

    internal double* Terms { get; private set; }

    /// <summary>Per term where the first of its instrument begins, in doubles.</summary>
    internal uint* FirstTerm { get; private set; }

    internal double* BalancePrice { get; private set; }

    internal double* BalanceWeight { get; private set; }

    /// <summary>1 / leverage by the code in a row's word; 0 for code 0, no setting.</summary>
    internal double* InverseLeverage { get; private set; }

    /// <summary>Takes a frame. Allocates only where the universe is another than that of the frame before.</summary>
    public void Load(PriceFrame frame)
    {
        Loads++;
        _largestMove = 0d;
        if (!ReferenceEquals(frame.Universe, Layout.Universe))
        {
            Build(frame.Universe);
        }
        for (var i = 0; i < AssetCount; i++)
        {
            var price = frame.UsdPrice(frame.Universe.Assets[i]) is { } known ? (double)known : double.NaN;
            var at = BalancePrice + 2 * (i + 1);
            if (!at[0].Equals(price))
            {
                Note(Math.Abs(price - at[0]) / at[0]);
                at[0] = at[1] = price;
                _assetChanged[i] = Loads;
            }
        }
        var hasLargeGains = false;
        for (var i = 0; i < InstrumentCount; i++)
        {
            LoadInstrument(frame, frame.Universe.Instruments[i]);
            var term = Terms + Layout.First(i + 1) * TermWidth;
            // false where a price is not known
            hasLargeGains |= Math.Abs(term[Gain]) > 2d * term[Unit];
        }
        if (hasLargeGains != HasLargeGains)
        {
            HasLargeGains = hasLargeGains;
            _boundChanged = Loads;
            MovedEpoch++;
        }
        Move(_largestMove);
        Frame = frame;
    }

    /// <summary>
    /// What has moved since load number <paramref name="load"/>, hashed as the rows' masks are; all bits where all may
    /// have.
    /// </summary>
    internal HoldingMask MovedSince(long load)
    {
        if (_boundChanged > load)
        {
            return HoldingMask.All;
        }
        var moved = default(HoldingMask);
        for (var i = 0; i < InstrumentCount; i++)
        {
            if (_instrumentChanged[i] > load)
            {
                moved |= HoldingMask.OfInstrument(i);
            }
        }
        for (var i = 0; i < AssetCount; i++)
        {
            if (_assetChanged[i] > load)
            {
                moved |= HoldingMask.OfAsset(i);
            }
        }
        return moved;
    }

    /// <summary>False where that is not known.</summary>
    internal bool IsAboveFirst(double quantity, int place)
    {
        if (place > InstrumentCount)
        {
            return false;
        }
        var term = Terms + Layout.First(place) * TermWidth;
        return Math.Abs(quantity * term[Unit]) > term[Ceiling];
    }

    private void LoadInstrument(PriceFrame frame, Instrument instrument)
    {
        var (gain, unit, settlement) = (double.NaN, double.NaN, double.NaN);
        if (frame.Mark(instrument) is { } mark && frame.UsdPrice(instrument.Settlement) is { } price)
        {
            // the same decimal expression as AccountValuation's, so that what decimal rounds is the same
            var exact = instrument.Style == ContractStyle.Linear
                ? instrument.Multiplier * mark.Value * price
                : instrument.Multiplier * (price / mark.Value);
            gain = (double)(instrument.ProfitSign * exact - frame.FundingIndex(instrument) * price);
            unit = (double)exact;
            settlement = (double)price;
        }
        var (from, to) = Layout.TermsOf(instrument.Index + 1);
        var first = Terms + from * TermWidth;
        var isScaled = instrument.Margin.Scaling is not null;
        var hasMoved = _instrumentChanged[instrument.Index] == 0 || !first[Gain].Equals(gain)
            || !first[Unit].Equals(unit) || !first[Settlement].Equals(settlement);
        for (var t = from; isScaled && t < to; t++)
        {
            var initial = InitialRate(frame, instrument, t - from);
            hasMoved |= !Terms[t * TermWidth + Initial].Equals(initial);
            Terms[t * TermWidth + Initial] = initial;
        }
        if (!hasMoved)
        {
            return;
        }
        if (!first[Unit].Equals(unit) || !first[Gain].Equals(gain))
        {
            Note(Math.Max(Math.Abs(gain - first[Gain]), Math.Abs(unit - first[Unit])) / first[Unit]);
        }
        _instrumentChanged[instrument.Index] = Loads;
        for (var t = from; t < to; t++)
        {
            var term = Terms + t * TermWidth;
            term[Gain] = gain;
            term[Unit] = unit;
            term[Settlement] = settlement;
        }
    }

    /// <summary>
    /// Adds a move, rounded up, so that a sum of many stays a bound however small each is. A long sum would begin to
    /// swallow small moves, and what is compared with it would be rounded as coarsely: then a new epoch begins.
    /// </summary>
    private void Move(double largest)
    {
        if (largest > 0d)
        {
            Moved = Math.BitIncrement(Moved + largest * (1d + 1e-9));
        }
        if (Moved > MovedMax)
        {
            Moved = 0d;
            MovedEpoch++;
        }
    }

    /// <summary>A relative move; one from or to a price that is not known is none.</summary>
    private void Note(double move)
    {
        if (double.IsFinite(move))
        {
            _largestMove = Math.Max(_largestMove, move);
        }
        else
        {
            MovedEpoch++;
        }
    }

    private static double InitialRate(PriceFrame frame, Instrument instrument, int tier) =>
        (double)instrument.Margin.InitialRate(instrument.Margin.Tiers[tier].FloorNotional,
            frame.OpenInterestUsd(instrument));

    private void Build(Universe universe)
    {
        AssetCount = universe.Assets.Count;
        InstrumentCount = universe.Instruments.Count;
        Layout = new TermLayout(universe);
        _instrumentChanged = new long[InstrumentCount];
        _assetChanged = new long[AssetCount];
        Array.Fill(_assetChanged, Loads);
        var codes = 2 * (AssetCount + 1);
        // a term that is looked at beside the last is there, and of no meaning
        var spare = Layout.Count + 1;
        _block?.Dispose();
        _block = new NativeBlock((spare * TermWidth + 2 * codes + LeverageCodes) * sizeof(double)
            + Layout.Count * sizeof(uint));
        Terms = (double*)_block.Pointer;
        BalancePrice = Terms + spare * TermWidth;
        BalanceWeight = BalancePrice + codes;
        InverseLeverage = BalanceWeight + codes;
        FirstTerm = (uint*)(InverseLeverage + LeverageCodes);
        for (var t = 0; t < Layout.Count; t++)
        {
            FirstTerm[t] = (uint)(Layout.First(Layout.PlaceOf(t)) * TermWidth);
        }
        for (var i = 0; i < AssetCount; i++)
        {
            BalanceWeight[2 * (i + 1)] = (double)universe.Assets[i].CollateralWeight;
            BalanceWeight[2 * (i + 1) + 1] = 1d;
        }
        for (var i = 1; i < LeverageCodes; i++)
        {
            InverseLeverage[i] = 1d / i;
        }
        Terms[Ceiling] = double.PositiveInfinity;
        MovedEpoch++;
        _largestRate = 0d;
        foreach (var instrument in universe.Instruments)
        {
            BuildTerms(instrument);
        }
        Venue = universe.HasTerms ? new MarginTerms(universe) : null;
        WarningRatio = (double)universe.Rules.WarningRatio;
        MarginCallRatio = (double)universe.Rules.MarginCallRatio;
        LiquidationRatio = (double)universe.Rules.LiquidationRatio;
    }

    private void BuildTerms(Instrument instrument)
    {
        var (from, to) = Layout.TermsOf(instrument.Index + 1);
        for (var t = from; t < to; t++)
        {
            var tier = instrument.Margin.Tiers[t - from];
            var term = Terms + t * TermWidth;
            term[Rate] = (double)tier.MaintenanceRate;
            _largestRate = Math.Max(_largestRate, term[Rate]);
            term[NegativeAmount] = -(double)tier.MaintenanceAmount;
            term[Initial] = (double)instrument.Margin.InitialRate(tier.FloorNotional, 0m);
            term[Floor] = (double)tier.FloorNotional * (1d - ScreeningBound.EdgeMargin);
            term[Ceiling] = double.PositiveInfinity;
            if (t > from)
            {
                term[Ceiling - TermWidth] = Math.BitDecrement(term[Floor]);
            }
        }
    }
}
