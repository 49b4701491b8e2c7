using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// A summary as bytes, so that summaries of other processes merge to the bits that they would merge to in one. Little
/// endian, of one version of the program: it is sent, never kept.
/// </summary>
public sealed partial class SweepSummary
{
    private const int HeadBytes = 25;
    private const int RankedBytes = 48;

    /// <summary>The keys of the ranked accounts, in the order of <see cref="ToBytes"/>: notional, then ratio.</summary>
    public IEnumerable<long> RankedKeys => [.. _byNotional.Items.ToArray().Select(r => r.Key),
        .. _byRatio.Items.ToArray().Select(r => r.Key)];

    /// <param name="key">What a ranked account's key becomes: keys of one process mean nothing in another.</param>
    public byte[] ToBytes(Func<long, long> key)
    {
        using var stream = new MemoryStream();
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, Frame.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], Frame.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], InstrumentCount);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], _byNotional.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], _byRatio.Count);
        head[24] = HasInstruments ? (byte)1 : (byte)0;
        stream.Write(head);
        stream.Write(MemoryMarshal.AsBytes(_sums.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(_gross.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(_counts.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(_tierGross.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(_tierCounts.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(_instruments.AsSpan()));
        Write(stream, _byNotional, key);
        Write(stream, _byRatio, key);
        return stream.ToArray();
    }

    /// <summary>A summary to merge, of what <see cref="ToBytes"/> gave.</summary>
    /// <exception cref="FormatException">The bytes are none of this version's.</exception>
    public static SweepSummary FromBytes(ReadOnlySpan<byte> bytes, Func<long, long> key)
    {
        try
        {
            var summary = new SweepSummary();
            summary.Begin(new FrameNumber(BinaryPrimitives.ReadInt32LittleEndian(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[4..])),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]), bytes[24] != 0);
            var (byNotional, byRatio) = (BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]));
            bytes = bytes[HeadBytes..];
            Read(ref bytes, MemoryMarshal.AsBytes(summary._sums.AsSpan()));
            Read(ref bytes, MemoryMarshal.AsBytes(summary._gross.AsSpan()));
            Read(ref bytes, MemoryMarshal.AsBytes(summary._counts.AsSpan()));
            Read(ref bytes, MemoryMarshal.AsBytes(summary._tierGross.AsSpan()));
            Read(ref bytes, MemoryMarshal.AsBytes(summary._tierCounts.AsSpan()));
            Read(ref bytes, MemoryMarshal.AsBytes(summary._instruments.AsSpan()));
            Read(ref bytes, summary._byNotional, byNotional, key);
            Read(ref bytes, summary._byRatio, byRatio, key);
            return bytes.IsEmpty ? summary : throw new FormatException($"{bytes.Length} bytes too many in a summary");
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FormatException("a summary ends before its end", exception);
        }
    }

    private static void Write(MemoryStream stream, Largest<RankedAccount> list, Func<long, long> key)
    {
        Span<byte> item = stackalloc byte[RankedBytes];
        foreach (ref readonly var account in list.Items)
        {
            BinaryPrimitives.WriteInt64LittleEndian(item, key(account.Key));
            BinaryPrimitives.WriteDoubleLittleEndian(item[8..], account.GrossNotional);
            BinaryPrimitives.WriteDoubleLittleEndian(item[16..], account.Equity);
            BinaryPrimitives.WriteDoubleLittleEndian(item[24..], account.MarginRatio ?? double.NaN);
            BinaryPrimitives.WriteDoubleLittleEndian(item[32..], account.Rank);
            BinaryPrimitives.WriteInt64LittleEndian(item[40..], (long)account.Tier);
            stream.Write(item);
        }
    }

    private static void Read(ref ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        bytes[..into.Length].CopyTo(into);
        bytes = bytes[into.Length..];
    }

    private static void Read(ref ReadOnlySpan<byte> bytes, Largest<RankedAccount> list, int count,
        Func<long, long> key)
    {
        for (; count > 0; count--)
        {
            var ratio = BinaryPrimitives.ReadDoubleLittleEndian(bytes[24..]);
            list.Offer(new RankedAccount(key(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[16..]), double.IsNaN(ratio) ? null : ratio,
                (RiskTier)BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]))
                { Rank = BinaryPrimitives.ReadDoubleLittleEndian(bytes[32..]) });
            bytes = bytes[RankedBytes..];
        }
        list.Sort();
    }
}
