using System.Buffers.Binary;
using System.Text;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// Writes the journal's and the packed state's primitives: unsigned LEB128 numbers, zigzag for signed ones, and
/// decimals as a scaled integer that takes the bytes it needs:
/// <code>
/// decimal := header (scale 5 bits · 4 | negative · 2 | wide) then LEB128 of 64 bits, or 12 bytes where wide
/// </code>
/// A decimal is normalised first, so equal values have equal bytes.
/// </summary>
public sealed class ByteSink
{
    // half a surrogate pair has no bytes: refused rather than replaced
    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public byte[] ToArray() => Written.ToArray();

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Bytes as they are, without their length.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            Byte(unchecked((byte)(value | 0x80)));
            value >>= 7;
        }
        Byte((byte)value);
    }

    /// <summary>A count or sequence; below 0 is a mistake of the caller and throws.</summary>
    public void Number(long value) => Unsigned((ulong)value);

    public void Signed(long value) => Unsigned(unchecked((ulong)((value << 1) ^ (value >> 63))));

    public void Wide(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Take(16), value);

    public void Text(string value)
    {
        var count = Utf8.GetByteCount(value);
        Number(count);
        Utf8.GetBytes(value, Take(count));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void Decimal(decimal value)
    {
        var normal = value == 0m ? 0m : Decimals.Normalise(value);
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(normal, bits);
        var wide = bits[2] != 0;
        var header = (((bits[3] >> 16) & 0x1F) << 2) | (normal < 0m ? 2 : 0) | (wide ? 1 : 0);
        Byte((byte)header);
        if (wide)
        {
            var span = Take(12);
            for (var i = 0; i < 3; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(span[(4 * i)..], bits[i]);
            }
        }
        else
        {
            Unsigned(unchecked(((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        }
    }

    private Span<byte> Take(int count)
    {
        if (count > _bytes.Length - Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + count, 2 * _bytes.Length));
        }
        var taken = _bytes.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}
