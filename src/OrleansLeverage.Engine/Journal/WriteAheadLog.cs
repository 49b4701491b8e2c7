using System.Buffers.Binary;

namespace OrleansLeverage.Engine.Journal;

/// <summary>
/// What lies in SQLite's write-ahead log, read before SQLite opens it. SQLite keeps the log up to its last whole
/// transaction and drops the rest without a word; this says how much, and whether that can have been acknowledged.
/// </summary>
/// <remarks>
/// Frames: Whole frames that SQLite will keep.<br/>
/// TornBytes: Bytes of this round of the log after those: an incomplete transaction.<br/>
/// HeaderDamaged: There are frames and their header cannot be read: SQLite would drop them all.<br/>
/// DamagedInside: A bad frame lies before a later transaction. Transactions are synced one by one, so the bad frame
/// was synced, and acknowledged, before the later one was begun.<br/>
/// Format: SQLite documentation, "WAL-mode File Format". All integers big endian.
/// </remarks>
internal sealed record WriteAheadLog(int Frames, long TornBytes, bool HeaderDamaged, bool DamagedInside)
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private static readonly WriteAheadLog Empty = new(0, 0, false, false);

    public static WriteAheadLog Inspect(string path)
    {
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (bytes.Length <= HeaderBytes)
        {
            return Empty with { TornBytes = bytes.Length % HeaderBytes };
        }
        var magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var pageBytes = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        var sum = new Checksum((magic & 1) != 0);
        sum.Add(bytes.AsSpan(0, 24));
        if ((magic & ~1u) != 0x377f0682 || pageBytes is < 512 or > 65536 || !sum.Matches(bytes.AsSpan(24)))
        {
            return Empty with { HeaderDamaged = true };
        }
        return InspectFrames(bytes, FrameHeaderBytes + (int)pageBytes, sum);
    }

    private static WriteAheadLog InspectFrames(byte[] bytes, int frameBytes, Checksum sum)
    {
        var salts = bytes.AsSpan(16, 8);
        int kept = 0, index = 0;
        bool bad = false, committedAfterBad = false, damagedInside = false;
        long end = HeaderBytes, keptEnd = HeaderBytes;
        for (var start = HeaderBytes; start + FrameHeaderBytes <= bytes.Length; start += frameBytes, index++)
        {
            var frame = bytes.AsSpan(start, Math.Min(frameBytes, bytes.Length - start));
            if (!frame.Slice(8, 8).SequenceEqual(salts))
            {
                bad = true; // an earlier round of the log, or damage; later frames of this round tell which
                continue;
            }
            end = start + frame.Length;
            damagedInside |= committedAfterBad;
            var isCommit = BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != 0;
            if (!bad && frame.Length == frameBytes)
            {
                sum.Add(frame[..8]);
                sum.Add(frame[FrameHeaderBytes..]);
            }
            bad |= frame.Length < frameBytes || !sum.Matches(frame[16..]);
            committedAfterBad |= bad && isCommit;
            if (!bad && isCommit)
            {
                kept = index + 1;
                keptEnd = end;
            }
        }
        return new WriteAheadLog(kept, end - keptEnd, HeaderDamaged: false, damagedInside);
    }

    private struct Checksum(bool bigEndian)
    {
        private uint _first, _second;

        public void Add(ReadOnlySpan<byte> data)
        {
            for (; data.Length >= 8; data = data[8..])
            {
                unchecked
                {
                    _first += Word(data) + _second;
                    _second += Word(data[4..]) + _first;
                }
            }
        }

        public readonly bool Matches(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first
            && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        private readonly uint Word(ReadOnlySpan<byte> data) => bigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(data)
            : BinaryPrimitives.ReadUInt32LittleEndian(data);
    }
}
