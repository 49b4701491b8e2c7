using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// An instrument at its start price, in doubles for speed. Sizes are counted in lots, as integers, and stay exact; the
/// doubles only choose them, with room to spare.
/// </summary>
internal sealed class TradedInstrument
{
    private readonly Instrument _instrument;
    private readonly double[] _floors;
    private readonly double[] _rates;
    private readonly double[] _amounts;
    private readonly double[] _leverages;

    public TradedInstrument(Instrument instrument, Price start, double usdPerSettlement)
    {
        _instrument = instrument;
        Start = start;
        var value = (double)Math.Abs(instrument.Value(new Quantity(instrument.LotSize), start)) * usdPerSettlement;
        // an inverse lot is worth its face value; the exact coin value is rounded to the coin's quantum
        UsdPerLot = instrument.Style == ContractStyle.Linear
            ? value
            : (double)(instrument.LotSize * instrument.Multiplier);
        LotsMax = (long)(instrument.PositionLimit / instrument.LotSize);
        UsdPerSettlement = usdPerSettlement;
        var tiers = instrument.Margin.Tiers;
        _floors = [.. tiers.Select(t => (double)t.FloorNotional)];
        _rates = [.. tiers.Select(t => (double)t.MaintenanceRate)];
        _amounts = [.. tiers.Select(t => (double)t.MaintenanceAmount)];
        _leverages = [.. tiers.Select(t => (double)instrument.Margin.MaxLeverage(t.FloorNotional, 0m))];
    }

    public InstrumentId Id => _instrument.Id;

    public Asset Base => _instrument.Base;

    public Asset Settlement => _instrument.Settlement;

    public Price Start { get; }

    public double UsdPerLot { get; }

    public double UsdPerSettlement { get; }

    public long LotsMax { get; }

    public double MaintenanceUsd(double notionalUsd)
    {
        var tier = Tier(notionalUsd);
        return notionalUsd * _rates[tier] - _amounts[tier];
    }

    public double LeverageMax(double notionalUsd) => _leverages[Tier(notionalUsd)];

    public Quantity Quantity(long lots) => new(lots * _instrument.LotSize);

    /// <summary>The start price moved by a share of itself, on the tick.</summary>
    public Price Entry(double move)
    {
        var tick = _instrument.TickSize;
        var ticks = (long)Math.Round((double)(Start.Value / tick) * (1.0 + move));
        return new Price(Math.Min(Math.Max(1L, ticks) * tick, _instrument.PriceMax));
    }

    /// <summary>Profit at the start price of a position entered at <paramref name="entry"/>, USD.</summary>
    public double ProfitUsd(long lots, Price entry)
    {
        var ratio = (double)(entry.Value / Start.Value);
        return lots * UsdPerLot * (_instrument.Style == ContractStyle.Linear ? 1.0 - ratio : 1.0 / ratio - 1.0);
    }

    private int Tier(double notionalUsd)
    {
        var tier = _floors.Length - 1;
        while (tier > 0 && _floors[tier] > notionalUsd)
        {
            tier--;
        }
        return tier;
    }
}
