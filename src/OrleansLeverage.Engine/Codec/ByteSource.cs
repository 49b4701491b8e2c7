using System.Buffers.Binary;
using System.Text;

namespace OrleansLeverage.Engine.Codec;

/// <summary>Reads what <see cref="ByteSink"/> wrote. Bytes that cannot be are a <see cref="FormatException"/> with their place.</summary>
public ref struct ByteSource(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _bytes.Length;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw Bad($"flag {other}"),
    };

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
            {
                break;
            }
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw Bad("a number of more than 64 bits");
    }

    public int Number()
    {
        var value = Unsigned();
        return value <= int.MaxValue ? (int)value : throw Bad($"count {value}");
    }

    public long Signed()
    {
        var value = Unsigned();
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    public UInt128 Wide() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text() => Encoding.UTF8.GetString(Take(Number()));

    public ReadOnlySpan<byte> Bytes() => Take(Number());

    public decimal Decimal()
    {
        var header = Byte();
        var scale = (byte)(header >> 2);
        if (scale > 28)
        {
            throw Bad($"scale {scale}");
        }
        if ((header & 1) != 0)
        {
            var wide = Take(12);
            return new decimal(BinaryPrimitives.ReadInt32LittleEndian(wide), BinaryPrimitives.ReadInt32LittleEndian(wide[4..]),
                BinaryPrimitives.ReadInt32LittleEndian(wide[8..]), (header & 2) != 0, scale);
        }
        var value = Unsigned();
        return new decimal(unchecked((int)(uint)value), unchecked((int)(uint)(value >> 32)), 0, (header & 2) != 0, scale);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw Bad($"{count} bytes wanted, {_bytes.Length - Position} left");
        }
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    private readonly FormatException Bad(string what) => new($"at byte {Position}: {what}");
}
