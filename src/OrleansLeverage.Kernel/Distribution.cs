namespace OrleansLeverage.Kernel;

/// <summary>
/// Where an account with positive equity is counted, as one number: by whether it is a market maker, by the side it
/// leans to and by the bucket of its leverage; the last place of each half is for accounts without positions. What is
/// counted once and moved when an account moves: accounts by place, and the gross notional of each place.
/// </summary>
internal sealed unsafe class Distribution : IDisposable
{
    /// <summary>Sides × buckets and the place without positions.</summary>
    public const int Half = SideCount * LeverageHistogram.Buckets + 1;
    public const int Places = 2 * Half;

    /// <summary>The place of what is not counted; sums that go there are of nothing.</summary>
    public const ushort None = Places;
    public const int SideCount = (int)NetSide.Flat + 1;

    /// <summary>Tiers and the tier of no row.</summary>
    public const int Tiers = 8;

    private readonly NativeBlock _block = new((2 * (Places + 1) + 2 * Tiers) * sizeof(long));

    public Distribution()
    {
        Counts = (long*)_block.Pointer;
        Gross = Counts + Places + 1;
        TierCounts = Gross + Places + 1;
        TierGross = TierCounts + Tiers;
    }

    public long* Counts { get; }

    /// <summary>Multiples of the quantum.</summary>
    public long* Gross { get; }

    public long* TierCounts { get; }

    /// <summary>Of every tier but Healthy, which is most of the market and what is left of the whole.</summary>
    public long* TierGross { get; }

    public void Clear() => new Span<byte>(_block.Pointer, (2 * (Places + 1) + 2 * Tiers) * sizeof(long)).Clear();

    public void ClearGross()
    {
        new Span<long>(Gross, Places + 1).Clear();
        new Span<long>(TierGross, Tiers).Clear();
    }

    public void Add(Distribution other)
    {
        for (var i = 0; i < 2 * (Places + 1) + 2 * Tiers; i++)
        {
            Counts[i] += other.Counts[i];
        }
    }

    public void Dispose() => _block.Dispose();
}
