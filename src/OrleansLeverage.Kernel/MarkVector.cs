using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// A frame as columns, by instrument and by asset: everything a sweep reads besides its rows. Computed once per frame
/// in decimal and converted once, so that each entry is within 4u of the exact value:
/// <code>
///             U (signed USD per contract)     profit = q·U − ProfitSign·cost·S       for every instrument
/// linear      m·P·S                           q·m·P·S − cost·S
/// inverse     −m·S/P                          cost·S − q·m·S/P
///
/// Gain = U − F·S     Unit = |U|     Settlement = S        P mark, S USD price of the settlement asset, F funding index
/// </code>
/// A price that has not been measured is NaN in every column that needs it and makes every row that needs it NaN. Place
/// 0 is padding; the universe's index i is at i + 1. Read by any number of sweeps at once, never while it loads.
/// </summary>
public sealed unsafe class MarkVector
{
    private const int LeverageCodes = 256;

    private NativeBlock? _block;
    private Universe? _universe;

    /// <summary>The frame the columns are of.</summary>
    public PriceFrame Frame
    {
        get => field ?? throw new InvalidOperationException("no frame has been loaded");
        private set;
    }

    public int InstrumentCount { get; private set; }

    public int AssetCount { get; private set; }

    internal double WarningRatio { get; private set; }

    internal double MarginCallRatio { get; private set; }

    internal double LiquidationRatio { get; private set; }

    internal double* Gain { get; private set; }

    internal double* Unit { get; private set; }

    internal double* Settlement { get; private set; }

    internal double* AssetPrice { get; private set; }

    internal double* AssetWeight { get; private set; }

    /// <summary>First of an instrument's brackets; a floor of infinity follows its last.</summary>
    internal int* TierStart { get; private set; }

    internal double* TierFloor { get; private set; }

    internal double* TierRate { get; private set; }

    internal double* TierAmount { get; private set; }

    internal double* TierInitial { get; private set; }

    /// <summary>1 / leverage by the code in a row's word; 0 for code 0, no setting.</summary>
    internal double* InverseLeverage { get; private set; }

    /// <summary>Takes a frame. Allocates only where the universe is another than that of the frame before.</summary>
    public void Load(PriceFrame frame)
    {
        var universe = frame.Universe;
        var rebuilt = !ReferenceEquals(universe, _universe);
        if (rebuilt)
        {
            Build(universe);
        }
        for (var i = 0; i < AssetCount; i++)
        {
            AssetPrice[i + 1] = frame.UsdPrice(universe.Assets[i]) is { } price ? (double)price : double.NaN;
        }
        for (var i = 0; i < InstrumentCount; i++)
        {
            LoadInstrument(frame, universe.Instruments[i], i + 1, rebuilt);
        }
        Frame = frame;
    }

    private void LoadInstrument(PriceFrame frame, Instrument instrument, int place, bool rebuilt)
    {
        var known = frame.Mark(instrument) is not null && frame.UsdPrice(instrument.Settlement) is not null;
        var mark = frame.Mark(instrument)?.Value ?? 1m;
        var settlement = frame.UsdPrice(instrument.Settlement) ?? 1m;
        // the same decimal expression as AccountValuation's, so that what decimal rounds is the same
        var unit = instrument.Style == ContractStyle.Linear
            ? instrument.Multiplier * mark * settlement
            : instrument.Multiplier * (settlement / mark);
        var gain = instrument.ProfitSign * unit - frame.FundingIndex(instrument) * settlement;
        Gain[place] = known ? (double)gain : double.NaN;
        Unit[place] = known ? (double)unit : double.NaN;
        Settlement[place] = known ? (double)settlement : double.NaN;
        if (rebuilt || instrument.Margin.Scaling is not null)
        {
            var openInterest = frame.OpenInterestUsd(instrument);
            var tiers = instrument.Margin.Tiers;
            var initial = TierInitial + TierStart[place];
            for (var t = 0; t < tiers.Count; t++)
            {
                initial[t] = (double)instrument.Margin.InitialRate(tiers[t].FloorNotional, openInterest);
            }
        }
    }

    private void Build(Universe universe)
    {
        AssetCount = universe.Assets.Count;
        InstrumentCount = universe.Instruments.Count;
        var (assets, instruments) = (AssetCount + 1, InstrumentCount + 1);
        // padding: one bracket of rate 0; every instrument takes one entry more than it has brackets, for the end
        var tiers = 2 + universe.Instruments.Sum(i => i.Margin.Tiers.Count + 1);
        var doubles = 2 * assets + 3 * instruments + 4 * tiers + LeverageCodes;
        _block?.Dispose();
        _block = new NativeBlock(doubles * sizeof(double) + instruments * sizeof(int));
        AssetPrice = (double*)_block.Pointer;
        AssetWeight = AssetPrice + assets;
        Gain = AssetWeight + assets;
        Unit = Gain + instruments;
        Settlement = Unit + instruments;
        TierFloor = Settlement + instruments;
        TierRate = TierFloor + tiers;
        TierAmount = TierRate + tiers;
        TierInitial = TierAmount + tiers;
        InverseLeverage = TierInitial + tiers;
        TierStart = (int*)(InverseLeverage + LeverageCodes);
        for (var i = 0; i < AssetCount; i++)
        {
            AssetWeight[i + 1] = (double)universe.Assets[i].CollateralWeight;
        }
        for (var i = 1; i < LeverageCodes; i++)
        {
            InverseLeverage[i] = 1d / i;
        }
        BuildTiers(universe);
        WarningRatio = (double)universe.Rules.WarningRatio;
        MarginCallRatio = (double)universe.Rules.MarginCallRatio;
        LiquidationRatio = (double)universe.Rules.LiquidationRatio;
        _universe = universe;
    }

    private void BuildTiers(Universe universe)
    {
        TierFloor[1] = double.PositiveInfinity;
        var at = 2;
        foreach (var instrument in universe.Instruments)
        {
            TierStart[instrument.Index + 1] = at;
            foreach (var tier in instrument.Margin.Tiers)
            {
                TierFloor[at] = (double)tier.FloorNotional * (1d - ScreeningBound.EdgeMargin);
                TierRate[at] = (double)tier.MaintenanceRate;
                TierAmount[at++] = (double)tier.MaintenanceAmount;
            }
            TierFloor[at++] = double.PositiveInfinity;
        }
    }
}
