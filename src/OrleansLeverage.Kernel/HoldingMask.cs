using System.Runtime.Intrinsics;

namespace OrleansLeverage.Kernel;

/// <summary>
/// What a block of rows holds, or a frame has moved, as 256 bits: 192 for instruments, 64 for assets, both hashed by
/// remainder. Two masks without a common bit have nothing in common; with one they may.
/// </summary>
internal readonly record struct HoldingMask(Vector256<ulong> Bits)
{
    private const int InstrumentBits = 192;

    public static HoldingMask All => new(Vector256<ulong>.AllBitsSet);

    public static HoldingMask OfInstrument(int index) => OfBit(index % InstrumentBits);

    public static HoldingMask OfAsset(int index) => OfBit(InstrumentBits + index % (256 - InstrumentBits));

    public bool Meets(in HoldingMask other) => (Bits & other.Bits) != Vector256<ulong>.Zero;

    public static HoldingMask operator |(HoldingMask left, HoldingMask right) => new(left.Bits | right.Bits);

    private static HoldingMask OfBit(int bit) =>
        new(Vector256<ulong>.Zero.WithElement(bit / 64, 1UL << (bit % 64)));
}
