using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>What a row is charged beside its scenarios and nets; in the settlement asset.</summary>
/// <param name="Shock">Roll and delta shock, before the factors of margin.</param>
/// <param name="Naked">Short options of strikes that nothing pairs with, before their rates.</param>
internal readonly record struct RowCharges(double Shock, double Naked);

/// <summary>
/// The charges that positions net among each other, as <see cref="ScenarioMargin"/> nets them.
/// <code>
/// roll shock    coin·Σ over expiries |Σ q·δ|·rate
/// delta shock   coin·|D|·min(max(|D| − threshold, 0)·increment, most), D what long options leave to be closed
/// naked         Σ over strikes of an expiry max(0, −Σ q), times spot·rate
/// </code>
/// Where positions stand does not matter: an expiry counts once, at the first of its positions.
/// <code>
/// unit f64 [units][4]   δ in base units | coin·roll rate | expiry + strike·2^32, as bits, 0 for what has none | 0
/// </code>
/// </summary>
internal sealed unsafe class ScenarioNetting : IDisposable
{
    public const int UnitWidth = 4;

    // sums by expiry, then by strike, of the row at hand; zeros between two rows
    [ThreadStatic]
    private static double[]? _scratch;

    private readonly NativeBlock _units;
    private int _count;
    private readonly Dictionary<(int Group, decimal Strike), int> _strikes = [];

    public ScenarioNetting(int units)
    {
        _units = new NativeBlock(NativeBlock.Align(units * UnitWidth * sizeof(double)));
    }

    /// <summary>False where the rules charge nothing that is netted.</summary>
    public bool IsAny => HasShocks || HasNaked;

    public bool HasShocks { get; private set; }

    public bool HasNaked { get; private set; }

    public double NakedMaintenance { get; private set; }

    public double NakedInitial { get; private set; }

    public double Coin { get; private set; }

    /// <summary>In base units of delta, as the increment is per one.</summary>
    public double DeltaThreshold { get; private set; }

    public double DeltaIncrement { get; private set; }

    public double DeltaMost { get; private set; }

    public double* Units => (double*)_units.Pointer;

    /// <summary>Takes the terms of a frame; units follow one by one.</summary>
    public void Begin(ScenarioMatrix matrix)
    {
        var rules = matrix.Rules;
        Coin = rules.Settlement == ContractStyle.Inverse ? 1d : (double)matrix.Market.Spot;
        HasShocks = rules.Futures is not null;
        (DeltaThreshold, DeltaIncrement, DeltaMost) = rules.Futures is { } terms
            ? ((double)(terms.DeltaThreshold / matrix.Market.Spot), (double)terms.DeltaIncrement,
                (double)terms.DeltaMost)
            : (0d, 0d, 0d);
        var (maintenance, initial) = matrix.NakedPerUnit;
        (NakedMaintenance, NakedInitial) = ((double)maintenance, (double)initial);
        HasNaked = maintenance != 0m || initial != 0m;
        new Span<byte>(_units.Pointer, _units.SizeBytes).Clear();
        _strikes.Clear();
        // a place for what has none, one for every expiry, or for the strike of every unit
        _count = 1 + Math.Max(matrix.Groups.Count, matrix.Units.Count);
    }

    /// <returns>What the unit adds to the magnitude that bounds rounding, before the factors of margin.</returns>
    public double Load(ScenarioMatrix matrix, ScenarioUnit unit, int index)
    {
        var of = Units + index * UnitWidth;
        var isOption = unit.Kind == ScenarioUnitKind.Option;
        of[0] = (double)unit.Delta;
        of[1] = HasShocks ? (double)matrix.Groups[unit.Group].RollRate * Coin : 0d;
        var strike = 0;
        if (isOption && !_strikes.TryGetValue((unit.Group, unit.Strike ?? 0m), out strike))
        {
            _strikes.Add((unit.Group, unit.Strike ?? 0m), strike = _strikes.Count + 1);
        }
        ((long*)of)[2] = (uint)(unit.Group + 1) | ((long)strike << 32);
        // of |D| the delta shock rises by most·2 + threshold·increment at most
        var slope = of[1] + Coin * (2d * DeltaMost + DeltaThreshold * DeltaIncrement);
        return Math.Abs(of[0]) * slope + (isOption ? NakedMaintenance + NakedInitial : 0d);
    }

    /// <summary>
    /// One row, said plainly; to the bit what <see cref="NettingVectors"/> say.
    /// </summary>
    public RowCharges Of(double* quantity, ushort* unit, int count)
    {
        var sums = _scratch is { } known && known.Length >= _count ? known : _scratch = new double[_count];
        var (roll, all, longs, naked) = (0d, 0d, 0d, 0d);
        for (var p = 0; HasShocks && p < count; p++)
        {
            var delta = quantity[p] * Units[unit[p] * UnitWidth];
            sums[Expiry(unit[p])] += delta;
            all += delta;
            longs += quantity[p] > 0d && Strike(unit[p]) != 0 ? delta : 0d;
        }
        for (var p = 0; HasShocks && p < count; p++)
        {
            ref var sum = ref sums[Expiry(unit[p])];
            roll = Math.FusedMultiplyAdd(Math.Abs(sum), Units[unit[p] * UnitWidth + 1], roll);
            sum = 0d;
        }
        for (var p = 0; HasNaked && p < count; p++)
        {
            sums[Strike(unit[p])] += Strike(unit[p]) != 0 ? quantity[p] : 0d;
        }
        for (var p = 0; HasNaked && p < count; p++)
        {
            ref var sum = ref sums[Strike(unit[p])];
            naked += sum < 0d ? -sum : 0d;
            sum = 0d;
        }
        return new RowCharges(roll + DeltaShock(longs, all - longs), naked);
    }

    public void Dispose() => _units.Dispose();

    private int Expiry(int unit) => (int)((long*)Units)[unit * UnitWidth + 2];

    private int Strike(int unit) => (int)(((long*)Units)[unit * UnitWidth + 2] >> 32);

    /// <summary>See <see cref="ScenarioForms.DeltaToClose"/>, <see cref="ScenarioForms.DeltaShock"/>.</summary>
    private double DeltaShock(double longs, double rest)
    {
        var both = longs + rest;
        var delta = rest < 0d ? -Math.Min(Math.Max(both, rest), 0d) : Math.Max(Math.Min(both, rest), 0d);
        return delta * Math.Min(Math.Max(delta - DeltaThreshold, 0d) * DeltaIncrement, DeltaMost) * Coin;
    }
}
