using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>Values the rows of a chunk.</summary>
internal interface IScenarioRows
{
    string Name { get; }

    void Sweep(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part);
}

/// <summary>
/// One worker's part of a sweep, and its scratch: what the scenarios of a chunk's rows came to before they are judged,
/// a column of 64 each.
/// </summary>
internal sealed unsafe class ScenarioPart(ScenarioTable table, int nominationsMax) : IDisposable
{
    private readonly NativeBlock _scratch = new(7 * ScenarioChunk.Rows * sizeof(double));

    /// <summary>The least of a row's scenarios and its basis; not above 0.</summary>
    public double* Least => (double*)_scratch.Pointer;

    public double* Mark => Least + ScenarioChunk.Rows;

    public double* NetCharge => Least + 2 * ScenarioChunk.Rows;

    public double* GrossCharge => Least + 3 * ScenarioChunk.Rows;

    public double* Magnitude => Least + 4 * ScenarioChunk.Rows;

    /// <summary>Roll and delta shock; 0 where none are charged.</summary>
    public double* Shock => Least + 5 * ScenarioChunk.Rows;

    /// <summary>Options that are short and naked; 0 where nothing is charged for them.</summary>
    public double* Naked => Least + 6 * ScenarioChunk.Rows;

    public NettingVectors Netting { get; } = new();

    public NominationQueue Nominations { get; } = new(nominationsMax);

    /// <summary>The chunk that is valued after this one, or this one again.</summary>
    public byte* Ahead { get; set; }

    /// <summary>Bytes of it to ask for with every row.</summary>
    public nuint AheadPerRow { get; set; }

    /// <summary>Rows by tier.</summary>
    public long[] Tiers { get; } = new long[Enum.GetValues<RiskTier>().Length];

    public ScenarioThresholds Thresholds { get; private set; }

    public void Begin(in ScenarioThresholds thresholds)
    {
        new Span<double>(Shock, 2 * ScenarioChunk.Rows).Clear();
        Thresholds = thresholds;
        Nominations.Clear();
        Array.Clear(Tiers);
    }

    /// <summary>A row as the scratch has it, or nothing known of it.</summary>
    public ScenarioValue Scratch(ScenarioChunk chunk, int row, ScenarioVectors marks) =>
        double.IsNaN(Magnitude[row])
            ? ScenarioValue.Unknown
            : new ScenarioValue(0d - Least[row], chunk.Worst[row], chunk.Cash[row] + Mark[row], Shock[row],
                NetCharge[row] + GrossCharge[row] + Naked[row] * marks.Netting.NakedMaintenance, Magnitude[row],
                chunk.ErrorFactor * (Math.Abs(chunk.Cash[row]) + marks.DampenerMax + Magnitude[row]));

    public void Take(ScenarioChunk chunk, int row, ScenarioVectors marks, in ScenarioValue value)
    {
        var tier = value.Tier(marks, Thresholds);
        chunk.Loss[row] = value.WorstLoss;
        chunk.Margin[row] = value.MarginAtMost(marks);
        chunk.Worst[row] = value.Worst;
        chunk.Tier[row] = (byte)tier;
        Tiers[(int)tier]++;
        if (chunk.Told[row] != (byte)tier)
        {
            Nominate(chunk, row, marks, value, tier);
        }
    }

    public void Dispose()
    {
        _scratch.Dispose();
        Netting.Dispose();
    }

    /// <summary>Severity: what equity lacks to the margin, most first; without a price, none.</summary>
    private void Nominate(ScenarioChunk chunk, int row, ScenarioVectors marks, in ScenarioValue value, RiskTier tier)
    {
        if (table.TryKey(chunk.Handles[row], out var key))
        {
            var lacks = tier == RiskTier.Unknown
                ? 0d
                : value.MarginAtMost(marks) - Thresholds.Liquidation * (value.Equity - value.Error);
            Nominations.Offer(new Nomination(chunk.Handles[row], key, tier, lacks));
        }
    }
}
