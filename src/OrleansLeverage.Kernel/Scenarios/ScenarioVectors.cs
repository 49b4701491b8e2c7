using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// The instrument × scenario matrix of one underlying as columns, loaded once per frame from the exact one. A row is
/// one unit, its scenarios side by side, so that an account is valued by multiply-adds of whole cache lines and nothing
/// is gathered.
/// <code>
/// value   f64 [units][lanes]   linear: (V − M)·weight, what counts;   grouped: V
///             then [6]         mark M | net charge | gross charge | magnitude, see ScenarioBound | net and gross
///                              charge of initial margin on top; a unit costs gross + net where it is held long and
///                              gross − net where short
/// group   u16 [units]          units of a group lie side by side
/// terms   f64 [groups][4]      what counts of a positive value, of a negative one | basis factor | 0, or 1 where a
///                              skew takes a gain as a loss
/// weight  f64 [lanes]          what a scenario counts
/// turn    f64 [2][lanes]       no bits; the sign bit of scenarios that are skews
/// start   f64 [lanes]          dampener; infinite in lanes of no scenario
/// </code>
/// Linear where nothing is netted by expiry before it is discounted or turned; a lane is then a plain sum. Unit 0 is
/// padding, worth nothing. A unit that the exact matrix does not have is NaN, and so is every row that holds it.
/// Charges here are those that nothing nets; for the others see <see cref="ScenarioNetting"/>.
/// </summary>
public sealed unsafe class ScenarioVectors : IDisposable
{
    public const int UnitsMax = ushort.MaxValue;

    /// <summary>Padded to a cache line.</summary>
    internal const int SideWidth = 8;
    internal const int TermWidth = 4;

    /// <summary>Lanes are padded to 16, 32 or 64.</summary>
    private const int LanesMax = 64;

    private readonly Dictionary<string, int> _units = new(StringComparer.Ordinal);
    private readonly string[] _names;
    private NativeBlock? _block;
    private int _groupCount;

    /// <param name="names">Instruments in the order of their columns; fixed for the life of the rows.</param>
    public ScenarioVectors(IReadOnlyList<string> names)
    {
        if (names.Count >= UnitsMax)
        {
            throw new ArgumentException($"{names.Count} instruments, at most {UnitsMax - 1}", nameof(names));
        }
        _names = [.. names];
        for (var i = 0; i < _names.Length; i++)
        {
            _units.Add(_names[i], i + 1);
        }
        Netting = new ScenarioNetting(UnitCount);
    }

    /// <summary>Units, the padding included.</summary>
    public int UnitCount => _names.Length + 1;

    public int ScenarioCount { get; private set; }

    /// <summary>Frames loaded.</summary>
    internal long Loads { get; private set; }

    internal int Lanes { get; private set; }

    /// <summary>Doubles from one unit to the next.</summary>
    internal int Stride => Lanes + SideWidth;

    /// <summary>Lanes before the first scenario: those that only the basis needs.</summary>
    internal int FirstScenario { get; private set; }

    internal bool IsGrouped { get; private set; }

    internal int BasisUp { get; private set; }

    internal int BasisDown { get; private set; }

    internal double InitialFactor { get; private set; }

    internal double MaintenanceFactor { get; private set; }

    internal ScenarioNetting Netting { get; }

    internal double DampenerMax { get; private set; }

    internal double* Values { get; private set; }

    internal double* Terms { get; private set; }

    internal double* Weights { get; private set; }

    internal double* Turns { get; private set; }

    internal double* Start { get; private set; }

    internal ushort* Groups { get; private set; }

    /// <summary>Column of an instrument, from 1.</summary>
    /// <exception cref="ScenarioException">No such column.</exception>
    public int Unit(string instrument) => _units.TryGetValue(instrument, out var unit)
        ? unit
        : throw new ScenarioException(ScenarioStatus.UnknownInstrument, "an instrument has no column here");

    /// <summary>
    /// Initial margin of a row whose loss and maintenance margin are known: like that never less than the exact one.
    /// </summary>
    internal double InitialAtMost(ScenarioChunk chunk, int row, double loss, double maintenance)
    {
        var quantity = chunk.Quantity + row * chunk.Positions;
        var unit = chunk.Unit + row * chunk.Positions;
        var charges = Netting.IsAny ? Netting.Of(quantity, unit, chunk.Positions) : default;
        var initial = charges.Naked * Netting.NakedInitial;
        for (var p = 0; p < chunk.Positions; p++)
        {
            var side = Values + (long)unit[p] * Stride + Lanes;
            initial += quantity[p] * side[4] + Math.Abs(quantity[p]) * side[5];
        }
        return maintenance + (loss + charges.Shock) * (InitialFactor - MaintenanceFactor) + initial;
    }

    /// <summary>Takes a frame. Not while a sweep runs.</summary>
    /// <exception cref="ScenarioException">Units of one group that do not lie side by side.</exception>
    public void Load(ScenarioMatrix matrix)
    {
        var rules = matrix.Rules;
        IsGrouped = rules.Discount is not null || rules.Basis is not null
            || rules.Scenarios.Any(scenario => scenario.IsSkew);
        ScenarioCount = rules.Scenarios.Count;
        var (up, down) = (BasisLane(rules, rules.Basis?.UpFactor), BasisLane(rules, rules.Basis?.DownFactor));
        FirstScenario = rules.Basis is null || (up >= 0 && down >= 0) ? 0 : 2;
        (BasisUp, BasisDown) = FirstScenario == 0 ? (up, down) : (0, 1);
        var lanes = FirstScenario + ScenarioCount;
        Allocate(lanes <= 16 ? 16 : lanes <= 32 ? 32 : LanesMax, matrix.Groups.Count);
        var (initial, maintenance) = matrix.Factors;
        (InitialFactor, MaintenanceFactor) = ((double)initial, (double)maintenance);
        Begin(matrix);
        Netting.Begin(matrix);
        LoadGroups(matrix);
        var known = new bool[UnitCount];
        foreach (var unit in matrix.Units)
        {
            if (_units.TryGetValue(unit.Instrument, out var index))
            {
                Load(matrix, unit, index);
                known[index] = true;
            }
        }
        for (var i = 1; i < UnitCount; i++)
        {
            if (!known[i])
            {
                new Span<double>(Values + (long)i * Stride, Stride).Fill(double.NaN);
                Groups[i] = i > 1 ? Groups[i - 1] : (ushort)0;
            }
        }
        CheckRuns();
        Loads++;
    }

    public void Dispose()
    {
        Netting.Dispose();
        _block?.Dispose();
    }

    /// <summary>A scenario whose lane says what the basis asks: the move alone, within the first vectors.</summary>
    private static int BasisLane(ScenarioRules rules, decimal? factor) => factor is not { } move ? -1
        : rules.Scenarios.Take(32).ToList().FindIndex(scenario =>
            scenario.Volatility == VolatilityMove.None && scenario.PriceFactor == move);

    private void Allocate(int lanes, int groups)
    {
        if (_block is not null && lanes == Lanes && groups == _groupCount)
        {
            return;
        }
        _block?.Dispose();
        (Lanes, _groupCount) = (lanes, groups);
        var values = NativeBlock.Align(UnitCount * (lanes + SideWidth) * sizeof(double));
        var terms = NativeBlock.Align(groups * TermWidth * sizeof(double));
        var row = NativeBlock.Align(lanes * sizeof(double));
        _block = new NativeBlock(values + terms + 4 * row + UnitCount * sizeof(ushort));
        var at = _block.Pointer;
        Values = (double*)at;
        Terms = (double*)(at + values);
        Weights = (double*)(at + values + terms);
        Turns = (double*)(at + values + terms + row);
        Start = (double*)(at + values + terms + 3 * row);
        Groups = (ushort*)(at + values + terms + 4 * row);
    }

    private void Begin(ScenarioMatrix matrix)
    {
        new Span<double>(Start, Lanes).Fill(double.PositiveInfinity);
        new Span<double>(Weights, Lanes).Clear();
        new Span<double>(Turns, 2 * Lanes).Clear();
        DampenerMax = 0d;
        for (var s = 0; s < ScenarioCount; s++)
        {
            Start[FirstScenario + s] = (double)matrix.Dampened(matrix.Rules.Scenarios[s]);
            DampenerMax = Math.Max(DampenerMax, Start[FirstScenario + s]);
            Weights[FirstScenario + s] = (double)matrix.Rules.Scenarios[s].Counts(matrix.Rules.Settlement);
            Turns[Lanes + FirstScenario + s] = matrix.Rules.Scenarios[s].IsSkew ? -0d : 0d;
        }
        Groups[0] = 0;
    }

    private void LoadGroups(ScenarioMatrix matrix)
    {
        for (var g = 0; g < matrix.Groups.Count; g++)
        {
            var group = matrix.Groups[g];
            var of = Terms + g * TermWidth;
            of[0] = (double)group.LongDiscount;
            of[1] = (double)group.ShortDiscount;
            of[2] = matrix.Rules.Basis is { } basis && group.HoldsOptions
                ? (double)(basis.Add + basis.Scale * group.Years)
                : 0d;
            of[3] = group.HoldsOptions ? 1d : 0d;
        }
    }

    private void Load(ScenarioMatrix matrix, ScenarioUnit unit, int index)
    {
        var rules = matrix.Rules;
        var row = Values + (long)index * Stride;
        new Span<double>(row, Stride).Clear();
        var isPlain = unit.Kind != ScenarioUnitKind.Option;
        var counts = unit.Collateral is not { CancelsRisk: false };
        var mark = isPlain ? 0m : unit.Mark;
        if (FirstScenario > 0)
        {
            row[0] = (double)unit.BasisUp;
            row[1] = (double)unit.BasisDown;
        }
        var largest = 0d;
        for (var s = 0; s < ScenarioCount; s++)
        {
            var value = !counts ? (IsGrouped ? unit.Mark : 0m)
                : IsGrouped ? unit.Values[s] + (isPlain ? unit.Mark : 0m)
                : (unit.Values[s] - mark) * rules.Scenarios[s].Counts(rules.Settlement);
            row[FirstScenario + s] = (double)value;
            largest = Math.Max(largest, Math.Abs(row[FirstScenario + s]));
        }
        largest = Math.Max(largest, Math.Max(Math.Abs((double)unit.BasisUp), Math.Abs((double)unit.BasisDown)));
        // what has no discount is netted apart from the options of its expiry
        Groups[index] = isPlain ? (ushort)0 : (ushort)unit.Group;
        var side = row + Lanes;
        side[0] = (double)unit.Mark;
        var (asLong, asShort) = (matrix.ChargePerUnit(unit, isLong: true), matrix.ChargePerUnit(unit, isLong: false));
        side[1] = (double)((asLong.Maintenance - asShort.Maintenance) / 2m);
        side[2] = (double)((asLong.Maintenance + asShort.Maintenance) / 2m);
        side[4] = (double)((asLong.Initial - asShort.Initial) / 2m);
        side[5] = (double)((asLong.Initial + asShort.Initial) / 2m);
        side[3] = ((largest + Math.Abs(side[0])) * LargestFactor(Groups[index]) + Netting.Load(matrix, unit, index))
            * Math.Max(1d, Math.Max(InitialFactor, MaintenanceFactor))
            + Math.Abs(side[1]) + side[2] + Math.Abs(side[4]) + side[5];
    }

    private double LargestFactor(int group)
    {
        var weight = 1d;
        for (var lane = 0; IsGrouped && lane < Lanes; lane++)
        {
            weight = Math.Max(weight, Weights[lane]);
        }
        var of = Terms + group * TermWidth;
        return Math.Max(weight * Math.Max(1d, Math.Max(of[0], of[1])), of[2]);
    }

    private void CheckRuns()
    {
        if (!IsGrouped)
        {
            return;
        }
        var ended = new HashSet<ushort>();
        for (var i = 1; i < UnitCount; i++)
        {
            if (Groups[i] != Groups[i - 1] && (!ended.Add(Groups[i - 1]) || ended.Contains(Groups[i])))
            {
                throw new ScenarioException(ScenarioStatus.BadRules,
                    "the columns of an expiry do not lie side by side, those without expiry first");
            }
        }
    }
}
