using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// Writes the journal's and the packed state's primitives: unsigned LEB128 numbers, zigzag for signed ones, and decimals as a
/// scaled integer that takes the bytes it needs:
/// <code>
/// decimal := header (scale 5 bits · 4 | negative · 2 | wide) then LEB128 of 64 bits, or 12 bytes where wide
/// </code>
/// A decimal is normalised first, so equal values have equal bytes.
/// </summary>
public sealed class ByteSink
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    public int Length => _buffer.WrittenCount;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = unchecked((byte)(value | 0x80));
            value >>= 7;
        }
        span[count++] = (byte)value;
        _buffer.Advance(count);
    }

    public void Number(int value) => Unsigned((ulong)value);

    public void Signed(long value) => Unsigned(unchecked((ulong)((value << 1) ^ (value >> 63))));

    public void Wide(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(_buffer.GetSpan(16), value);
        _buffer.Advance(16);
    }

    public void Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Number(count);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(count));
        _buffer.Advance(count);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        _buffer.Write(value);
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
            var span = _buffer.GetSpan(12);
            for (var i = 0; i < 3; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(span[(4 * i)..], bits[i]);
            }
            _buffer.Advance(12);
        }
        else
        {
            Unsigned(unchecked(((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        }
    }
}
