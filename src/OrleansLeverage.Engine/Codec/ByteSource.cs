using System.Buffers.Binary;
using System.Text;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// Reads what <see cref="ByteSink"/> wrote, and only that: every value has one form, so what is read and written again
/// is the same bytes. Bytes that cannot be are a <see cref="FormatException"/> with their place, and nothing is
/// allocated for them.
/// </summary>
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

    /// <summary>A value of an enum that is a byte wide; one that has no name there is refused.</summary>
    public T Named<T>()
        where T : struct, Enum
    {
        var value = Byte();
        var named = (T)Enum.ToObject(typeof(T), value);
        return Enum.IsDefined(named) ? named : throw Bad($"{typeof(T).Name} {value}");
    }

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
                return next > 0 || shift == 0 ? value : throw Bad("a number with a leading zero");
            }
        }
        throw Bad("a number of more than 64 bits");
    }

    /// <summary>A sequence: 0 or more, below 2^63.</summary>
    public long Long()
    {
        var value = Unsigned();
        return value <= long.MaxValue ? (long)value : throw Bad($"sequence {value}");
    }

    /// <summary>0 or more, below 2^31.</summary>
    public int Number()
    {
        var value = Unsigned();
        return value <= int.MaxValue ? (int)value : throw Bad($"number {value}");
    }

    /// <summary>How many items follow: each takes a byte at least, so no more than there are bytes.</summary>
    public int Count()
    {
        var value = Number();
        return value <= _bytes.Length - Position ? value
            : throw Bad($"{value} items in {_bytes.Length - Position} bytes");
    }

    /// <summary>A place in a list of so many.</summary>
    public int Place(int count)
    {
        var value = Number();
        return value < count ? value : throw Bad($"place {value} of {count}");
    }

    public long Signed()
    {
        var value = Unsigned();
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    public UInt128 Wide() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text()
    {
        var bytes = Take(Number());
        try
        {
            return ByteSink.Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException($"at byte {Position}: {exception.Message}", exception);
        }
    }

    public ReadOnlySpan<byte> Bytes() => Take(Number());

    public decimal Decimal()
    {
        var header = Byte();
        var scale = header >> 2;
        if (scale > 28)
        {
            throw Bad($"scale {scale}");
        }
        var (isNegative, isWide) = ((header & 2) != 0, (header & 1) != 0);
        var low = isWide ? BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) : Unsigned();
        var high = isWide ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : 0u;
        // the sink writes neither zeros at the end nor −0, and twelve bytes only where eight do not do
        var canonical = isWide ? high != 0u : low != 0 || header == 0;
        if (canonical && scale > 0)
        {
            canonical = isWide ? new UInt128(high, low) % 10 != 0 : low % 10 != 0;
        }
        return canonical
            ? new decimal(unchecked((int)(uint)low), unchecked((int)(uint)(low >> 32)), unchecked((int)high),
                isNegative, (byte)scale)
            : throw Bad("a decimal in another form than its shortest");
    }

    public Price Price()
    {
        var value = Decimal();
        return Domain.Price.IsValid(value) ? new Price(value) : throw Bad($"price {value}");
    }

    public Quantity Quantity()
    {
        var value = Decimal();
        return Domain.Quantity.IsValid(value) ? new Quantity(value) : throw Bad($"quantity {value}");
    }

    /// <summary>The end must be here.</summary>
    public readonly void End()
    {
        if (!AtEnd)
        {
            throw Bad($"{_bytes.Length - Position} bytes too many");
        }
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
