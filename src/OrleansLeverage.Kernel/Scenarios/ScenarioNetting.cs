using System.Runtime.CompilerServices;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>What a row is charged beside its scenarios and nets; in the settlement asset.</summary>
/// <param name="Shock">Roll and delta shock, before the factors of margin.</param>
/// <param name="Maintenance">Naked shorts.</param>
/// <param name="Initial">Naked shorts, on top of maintenance.</param>
internal readonly record struct RowCharges(double Shock, double Maintenance, double Initial);

/// <summary>
/// The charges that positions net among each other, as <see cref="ScenarioMargin"/> nets them.
/// <code>
/// roll shock    coin·Σ over expiries |Σ q·δ|·rate
/// delta shock   coin·|D|·min(max(|D| − threshold, 0)·increment, most), D what long options leave to be closed
/// naked         Σ over strikes of an expiry max(0, −Σ q)·spot·rate
/// </code>
/// Two passes over a row's positions, without a branch: sums by expiry and by strike are put together in a scratch,
/// then read and emptied, so that the same expiry counts once wherever its positions stand.
/// <code>
/// delta, option delta f64 [units]   of a unit in base units, of futures 0 in the second
/// option f64 [units]                1 of an option, else 0
/// roll, strike u16 [units]          place of the expiry and of the strike; 0 is padding's and of what has none
/// rate f64 [places]                 coin·roll rate, from 1
/// </code>
/// </summary>
internal sealed unsafe class ScenarioNetting : IDisposable
{
    private readonly int _units;
    private readonly NativeBlock _columns;
    private readonly Dictionary<(int Group, decimal Strike), ushort> _strikes = [];
    private NativeBlock? _rates;
    private NativeBlock? _scratch;
    private int _places;
    private double _coin;
    private double _threshold;
    private double _increment;
    private double _most;
    private double _nakedMaintenance;
    private double _nakedInitial;

    public ScenarioNetting(int units)
    {
        _units = units;
        var column = NativeBlock.Align(units * sizeof(double));
        _columns = new NativeBlock(3 * column + 2 * NativeBlock.Align(units * sizeof(ushort)));
        Delta = (double*)_columns.Pointer;
        OptionDelta = (double*)(_columns.Pointer + column);
        IsOption = (double*)(_columns.Pointer + 2 * column);
        Roll = (ushort*)(_columns.Pointer + 3 * column);
        Strike = (ushort*)(_columns.Pointer + 3 * column + NativeBlock.Align(units * sizeof(ushort)));
    }

    /// <summary>False where the rules charge nothing that is netted.</summary>
    public bool IsAny { get; private set; }

    /// <summary>Doubles that <see cref="Of"/> works in: all 0 before, and after.</summary>
    public int ScratchCount => 2 * _places;

    /// <summary>One for whoever has no own; by one thread at a time.</summary>
    public double* Scratch => (double*)_scratch!.Pointer;

    private double* Delta { get; }

    private double* OptionDelta { get; }

    private double* IsOption { get; }

    private ushort* Roll { get; }

    private ushort* Strike { get; }

    /// <summary>Takes the terms of a frame; units follow one by one.</summary>
    public void Begin(ScenarioMatrix matrix)
    {
        var rules = matrix.Rules;
        // a strike of its own for every unit at most, a place for what has none
        var places = Math.Max(matrix.Groups.Count, _units) + 1;
        if (places != _places)
        {
            _scratch?.Dispose();
            _rates?.Dispose();
            _places = places;
            _rates = new NativeBlock(NativeBlock.Align(places * sizeof(double)));
            _scratch = new NativeBlock(NativeBlock.Align(ScratchCount * sizeof(double)));
        }
        new Span<double>(Scratch, ScratchCount).Clear();
        _coin = rules.Settlement == ContractStyle.Inverse ? 1d : (double)matrix.Market.Spot;
        var rates = new Span<double>((double*)_rates!.Pointer, _places);
        rates.Clear();
        for (var g = 0; g < matrix.Groups.Count; g++)
        {
            rates[g + 1] = rules.Futures is null ? 0d : (double)matrix.Groups[g].RollRate * _coin;
        }
        (_threshold, _increment, _most) = rules.Futures is { } terms
            ? ((double)(terms.DeltaThreshold / matrix.Market.Spot), (double)terms.DeltaIncrement,
                (double)terms.DeltaMost)
            : (0d, 0d, 0d);
        var (maintenance, initial) = matrix.NakedPerUnit;
        (_nakedMaintenance, _nakedInitial) = ((double)maintenance, (double)initial);
        IsAny = rules.Futures is not null || maintenance != 0m || initial != 0m;
        new Span<byte>(_columns.Pointer, _columns.SizeBytes).Clear();
        _strikes.Clear();
    }

    /// <returns>What the unit adds to the magnitude that bounds rounding, before the factors of margin.</returns>
    public double Load(ScenarioUnit unit, int index)
    {
        var isOption = unit.Kind == ScenarioUnitKind.Option;
        Delta[index] = (double)unit.Delta;
        Roll[index] = (ushort)(unit.Group + 1);
        if (isOption)
        {
            (OptionDelta[index], IsOption[index]) = (Delta[index], 1d);
            var key = (unit.Group, unit.Strike ?? 0m);
            if (!_strikes.TryGetValue(key, out var place))
            {
                _strikes.Add(key, place = (ushort)(_strikes.Count + 1));
            }
            Strike[index] = place;
        }
        // of |D| the delta shock rises by most·2 + threshold·increment at most
        var slope = ((double*)_rates!.Pointer)[Roll[index]] + _coin * (2d * _most + _threshold * _increment);
        return Math.Abs(Delta[index]) * slope + IsOption[index] * (_nakedMaintenance + _nakedInitial);
    }

    /// <param name="scratch"><see cref="ScratchCount"/> zeros, which are left zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowCharges Of(double* quantity, ushort* unit, int count, double* scratch)
    {
        var strikes = scratch + _places;
        var (all, longs) = (0d, 0d);
        for (var p = 0; p < count; p++)
        {
            var (q, u) = (quantity[p], unit[p]);
            var delta = q * Delta[u];
            scratch[Roll[u]] += delta;
            strikes[Strike[u]] += q * IsOption[u];
            all += delta;
            longs = Math.FusedMultiplyAdd(Math.Max(q, 0d), OptionDelta[u], longs);
        }
        var (roll, naked) = (0d, 0d);
        var rates = (double*)_rates!.Pointer;
        for (var p = 0; p < count; p++)
        {
            var (expiry, strike) = (Roll[unit[p]], Strike[unit[p]]);
            roll = Math.FusedMultiplyAdd(Math.Abs(scratch[expiry]), rates[expiry], roll);
            naked += Math.Max(-strikes[strike], 0d);
            scratch[expiry] = 0d;
            strikes[strike] = 0d;
        }
        return new RowCharges(roll + DeltaShock(longs, all - longs), naked * _nakedMaintenance, naked * _nakedInitial);
    }

    public void Dispose()
    {
        _columns.Dispose();
        _rates?.Dispose();
        _scratch?.Dispose();
    }

    /// <summary>See <see cref="ScenarioForms.DeltaToClose"/>, <see cref="ScenarioForms.DeltaShock"/>.</summary>
    private double DeltaShock(double longs, double rest)
    {
        var both = longs + rest;
        var delta = rest < 0d
            ? Math.Max(-Math.Max(both, rest), 0d)
            : Math.Max(Math.Min(both, rest), 0d);
        return delta * Math.Min(Math.Max(delta - _threshold, 0d) * _increment, _most) * _coin;
    }
}
