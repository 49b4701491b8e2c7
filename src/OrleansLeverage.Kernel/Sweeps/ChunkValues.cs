namespace OrleansLeverage.Kernel;

/// <summary>
/// The values of one chunk's rows between the two halves of its sweep, and figures that are not kept: fourteen columns
/// of 64 numbers that stay in the nearest cache.
/// </summary>
internal sealed unsafe class ChunkValues : IDisposable
{
    private const int Columns = 14;

    private readonly NativeBlock _block = new((Columns * Chunk.Rows + ChunkSum.Count) * sizeof(double));

    public ChunkValues()
    {
        for (var i = 0; i <= ChunkSum.HoldersEquity; i++)
        {
            SumBiases[i] = Chunk.Rows * i switch
            {
                ChunkSum.EquitySquaredHigh or ChunkSum.GrossSquaredHigh => FixedPoint.SquareBiasBits,
                ChunkSum.LongEquity => BitConverter.DoubleToInt64Bits(2d * FixedPoint.Bias),
                _ => FixedPoint.BiasBits,
            };
        }
    }

    public double* Equity => Column(0);

    public double* MarginBalance => Column(1);

    public double* Gross => Column(2);

    public double* Net => Column(3);

    public double* Maintenance => Column(4);

    public double* Initial => Column(5);

    public double* Magnitude => Column(6);

    public double* OverWarning => Column(7);

    public double* OverMarginCall => Column(8);

    public double* OverLiquidation => Column(9);

    /// <summary><see cref="RowValue.Risk"/>.</summary>
    public double* Risk => Column(10);

    /// <summary>What the gross notional of each row adds to the distribution.</summary>
    public long* Masses => (long*)Column(11);

    /// <summary>For <see cref="Chunk.Equity"/> and what follows it where a frame leaves no figures behind.</summary>
    public double* Figures => Column(12);

    /// <summary>What the biases of 64 rows come to in each of <see cref="ChunkSum"/>.</summary>
    public long* SumBiases => (long*)Column(Columns);

    /// <summary>Largest magnitude of the chunk's known rows.</summary>
    public double Widest { get; set; }

    /// <summary>Memory that will be read next, to be asked for meanwhile.</summary>
    public byte* Ahead { get; private set; }

    /// <summary>Likewise, the next chunk's figures; where they are not read, those that are here anyway.</summary>
    public double* AheadFigures { get; private set; }

    /// <summary>Likewise, its quantities.</summary>
    public byte* AheadQuantity { get; private set; }

    /// <summary>False where the <see cref="RowValue.Risk"/> of a row of one margin bucket is below a bound.</summary>
    public bool MayReach(int i, double risk) => !(MarginBalance[i] > 0d)
        || Maintenance[i] >= risk * (1d - 1e-12) * (Maintenance[i] + MarginBalance[i]);

    /// <summary>
    /// Tells which chunk is next, any where there is none. The names of its columns are asked for at once, the rest is
    /// while this one is worked on, a line at a time: all at once is more than the processor takes.
    /// </summary>
    public void LookAhead(in ChunkHead next, bool hasFigures)
    {
        Ahead = next.Memory;
        AheadQuantity = next.Memory + next.Class.QuantityOffset;
        AheadFigures = hasFigures ? next.Figures : Figures;
        next.PrefetchNames();
    }

    public void Set(int i, in RowValue value)
    {
        Equity[i] = value.Equity;
        MarginBalance[i] = value.MarginBalance;
        Gross[i] = value.Gross;
        Net[i] = value.Net;
        Maintenance[i] = value.Maintenance;
        Initial[i] = value.Initial;
        Magnitude[i] = value.Magnitude;
        OverWarning[i] = value.OverWarning;
        OverMarginCall[i] = value.OverMarginCall;
        OverLiquidation[i] = value.OverLiquidation;
        Risk[i] = value.Risk;
    }

    public RowValue Get(int i) => new()
    {
        Equity = Equity[i],
        MarginBalance = MarginBalance[i],
        Gross = Gross[i],
        Net = Net[i],
        Maintenance = Maintenance[i],
        Initial = Initial[i],
        Magnitude = Magnitude[i],
        OverWarning = OverWarning[i],
        OverMarginCall = OverMarginCall[i],
        OverLiquidation = OverLiquidation[i],
    };

    public void Dispose() => _block.Dispose();

    private double* Column(int index) => (double*)_block.Pointer + index * Chunk.Rows;
}
