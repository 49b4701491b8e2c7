using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// A ladder as bytes, so that those of other processes can be added up. Little endian, of one version of the program:
/// it is sent, never kept. Most cells are empty and are left out.
/// <code>
/// from, to (epoch 4, sequence 8), time 8, accounts 8, unknown 8, solved 8, feeds 4, price 8 each, (cell 4, value 8)*
/// </code>
/// </summary>
public sealed partial class LiquidationLadder
{
    private const int HeadBytes = 60;
    private const int CellBytes = 12;

    private LiquidationLadder(long[] cells, double[] prices)
    {
        (_cells, _prices) = (cells, prices);
    }

    public byte[] ToBytes()
    {
        var used = _cells.Count(c => c != 0L);
        var bytes = new byte[HeadBytes + sizeof(double) * _prices.Length + CellBytes * used];
        var at = bytes.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(at, From.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(at[4..], From.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(at[12..], To.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(at[16..], To.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(at[24..], TimeMs);
        BinaryPrimitives.WriteInt64LittleEndian(at[32..], Accounts);
        BinaryPrimitives.WriteInt64LittleEndian(at[40..], Unknown);
        BinaryPrimitives.WriteInt64LittleEndian(at[48..], Solved);
        BinaryPrimitives.WriteInt32LittleEndian(at[56..], _prices.Length);
        MemoryMarshal.AsBytes(_prices.AsSpan()).CopyTo(at[HeadBytes..]);
        at = at[(HeadBytes + sizeof(double) * _prices.Length)..];
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            if (_cells[cell] != 0L)
            {
                BinaryPrimitives.WriteInt32LittleEndian(at, cell);
                BinaryPrimitives.WriteInt64LittleEndian(at[4..], _cells[cell]);
                at = at[CellBytes..];
            }
        }
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are none of this version's.</exception>
    public static LiquidationLadder FromBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var feeds = BinaryPrimitives.ReadInt32LittleEndian(bytes[56..]);
            var prices = new double[feeds];
            bytes.Slice(HeadBytes, sizeof(double) * feeds).CopyTo(MemoryMarshal.AsBytes(prices.AsSpan()));
            var ladder = new LiquidationLadder(new long[feeds * Places * CellWidth], prices)
            {
                From = Number(bytes), To = Number(bytes[12..]),
                TimeMs = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
                Accounts = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
                Unknown = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
                Solved = BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            };
            for (bytes = bytes[(HeadBytes + sizeof(double) * feeds)..]; !bytes.IsEmpty; bytes = bytes[CellBytes..])
            {
                ladder._cells[BinaryPrimitives.ReadInt32LittleEndian(bytes)] =
                    BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]);
            }
            return ladder;
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException
            or IndexOutOfRangeException)
        {
            throw new FormatException("a ladder's bytes are none of this version's", exception);
        }
    }

    /// <summary>
    /// Ladders of several tables whose passes began at one frame, so that their steps are counted from the same prices,
    /// in one: whole numbers are added, so their order leaves no trace.
    /// </summary>
    /// <exception cref="ArgumentException">There are none, or they began at different frames.</exception>
    public static LiquidationLadder Merge(IReadOnlyList<LiquidationLadder> parts)
    {
        if (parts.Count == 0 || parts.Any(p => p.From != parts[0].From || p.Feeds != parts[0].Feeds))
        {
            throw new ArgumentException($"ladders from {string.Join(", ", parts.Select(p => $"{p.From}"))} cannot be "
                + "added up: their steps are of different prices", nameof(parts));
        }
        var last = parts.MaxBy(p => p.To)!;
        var cells = new long[parts[0]._cells.Length];
        var prices = (double[])parts[0]._prices.Clone();
        foreach (var part in parts)
        {
            for (var cell = 0; cell < cells.Length; cell++)
            {
                cells[cell] = checked(cells[cell] + part._cells[cell]);
            }
            for (var feed = 0; feed < prices.Length; feed++)
            {
                prices[feed] = double.IsNaN(prices[feed]) ? part._prices[feed] : prices[feed];
            }
        }
        return new LiquidationLadder(cells, prices)
        {
            From = last.From, To = last.To, TimeMs = last.TimeMs, Accounts = parts.Sum(p => p.Accounts),
            Unknown = parts.Sum(p => p.Unknown), Solved = parts.Sum(p => p.Solved),
        };
    }

    private static FrameNumber Number(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]));
}
