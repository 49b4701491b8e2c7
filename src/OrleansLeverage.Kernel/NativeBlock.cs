using System.Runtime.InteropServices;

namespace OrleansLeverage.Kernel;

/// <summary>Zeroed native memory on a 64-byte boundary, freed with the object at the latest.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    public const int Alignment = 64;

    public NativeBlock(int sizeBytes)
    {
        SizeBytes = sizeBytes;
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)sizeBytes, Alignment);
        NativeMemory.Clear(Pointer, (nuint)sizeBytes);
    }

    ~NativeBlock() => Free();

    public byte* Pointer { get; private set; }

    public int SizeBytes { get; }

    public static int Align(int sizeBytes) => (sizeBytes + Alignment - 1) & -Alignment;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
