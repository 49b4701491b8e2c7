namespace OrleansLeverage.Kernel;

/// <summary>
/// What a block of rows holds, or a frame has moved, as 128 bits: instruments from the lowest bit up, assets from the
/// highest down, both hashed by remainder. Two masks without a common bit have nothing in common; with one they may.
/// </summary>
internal readonly record struct HoldingMask(ulong Low, ulong High)
{
    public bool IsEmpty => (Low | High) == 0;

    public static HoldingMask OfInstrument(int index) => OfBit(index & 127);

    public static HoldingMask OfAsset(int index) => OfBit(127 - (index & 127));

    public bool Meets(HoldingMask other) => ((Low & other.Low) | (High & other.High)) != 0;

    public static HoldingMask operator |(HoldingMask left, HoldingMask right) =>
        new(left.Low | right.Low, left.High | right.High);

    private static HoldingMask OfBit(int bit) => bit < 64 ? new(1UL << bit, 0UL) : new(0UL, 1UL << (bit - 64));
}
