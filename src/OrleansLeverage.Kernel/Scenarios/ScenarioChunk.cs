namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>
/// 64 rows with room for the same number of positions. An account is read from its first position to its last, with its
/// scenarios side by side in registers, so its positions lie side by side here.
/// <code>
/// quantity f64 [64][P]   cash, loss, margin f64 [64] each   unit u16 [64][P]   told, tier, worst u8 [64] each
/// </code>
/// A place without a row holds nothing of unit 0 and is told to be free.
/// </summary>
internal sealed unsafe class ScenarioChunk
{
    public const int RowBits = 6;
    public const int Rows = 1 << RowBits;
    public const int RowMask = Rows - 1;

    /// <summary>In <see cref="Told"/> beside the tier.</summary>
    public const byte Always = 0x08;
    public const byte Free = 0x80;

    /// <summary>In <see cref="Worst"/>: no scenario loses; the basis is worse than all of them.</summary>
    public const byte NoScenario = 255;
    public const byte BasisScenario = 254;

    public ScenarioChunk(byte* memory, int positions)
    {
        Positions = positions;
        Quantity = (double*)memory;
        Cash = Quantity + positions * Rows;
        Loss = Cash + Rows;
        Margin = Loss + Rows;
        Unit = (ushort*)(Margin + Rows);
        Told = (byte*)(Unit + positions * Rows);
        Tier = Told + Rows;
        Worst = Tier + Rows;
        Handles = new RowHandle[Rows];
        ErrorFactor = ScenarioBound.Factor(positions);
        new Span<byte>(Told, Rows).Fill(Free);
    }

    public int Positions { get; }

    public byte* Memory => (byte*)Quantity;

    public double* Quantity { get; }

    public double* Cash { get; }

    public double* Loss { get; }

    /// <summary>Maintenance margin, never less than the exact one.</summary>
    public double* Margin { get; }

    public ushort* Unit { get; }

    public byte* Told { get; }

    public byte* Tier { get; }

    public byte* Worst { get; }

    public RowHandle[] Handles { get; }

    public double ErrorFactor { get; }

    /// <summary>Of the rows' losses as they were last swept, in their order.</summary>
    public double LossSum { get; private set; }

    public void Sum()
    {
        var sum = 0d;
        for (var i = 0; i < Rows; i++)
        {
            sum += double.IsNaN(Loss[i]) ? 0d : Loss[i];
        }
        LossSum = sum;
    }

    public static int SizeBytes(int positions) => NativeBlock.Align(
        Rows * (positions * (sizeof(double) + sizeof(ushort)) + 3 * sizeof(double) + 3));
}
