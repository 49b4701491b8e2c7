using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace OrleansLeverage.Engine.Journal;

/// <summary>A point of the journal: a sequence and the chain hash up to and including it.</summary>
internal sealed record JournalPosition(long Sequence, ReadOnlyMemory<byte> ChainHash, Guid JournalId);

/// <summary>
/// The witness beside the journal: the last batch that was synced, written after each commit and before it is
/// acknowledged. A journal that ends before its witness has lost an acknowledged batch.
/// </summary>
/// <remarks>
/// It is written without a sync (2 µs), and synced by time, on sealing and on closing. After a killed process it is
/// exact; after a power cut it may be old, by <see cref="JournalOptions.HeadSyncInterval"/> while commits go on, but
/// never ahead of the journal, because the batch it names was synced before it was written. Two slots take turns, a
/// page apart, so that a torn write leaves the one before.
/// Slot, little endian: magic 8, journal 16, sequence 8, time ms 8, chain hash 32, crc 4.
/// </remarks>
internal sealed class HeadFile : IDisposable
{
    public const string Name = "head";
    private const int SlotBytes = 76;
    private const int SlotStride = 4096;
    private const ulong Magic = 0x3130_4441_4548_4c4f;
    private readonly SafeFileHandle _handle;
    private readonly byte[] _slot = new byte[SlotBytes];

    private HeadFile(SafeFileHandle handle) => _handle = handle;

    public void Dispose() => _handle.Dispose();

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, Name));

    /// <summary>The newest whole slot; null where the file is missing or neither slot is whole.</summary>
    public static JournalPosition? Read(string directory)
    {
        if (!Exists(directory))
        {
            return null;
        }
        var bytes = File.ReadAllBytes(Path.Combine(directory, Name));
        JournalPosition? newest = null;
        foreach (var start in (int[])[0, SlotStride])
        {
            if (bytes.Length >= start + SlotBytes && Parse(bytes.AsSpan(start, SlotBytes)) is { } slot
                && (newest is null || slot.Sequence > newest.Sequence))
            {
                newest = slot;
            }
        }
        return newest;
    }

    /// <summary>Replaces the file by one that says only <paramref name="position"/>, and keeps it open.</summary>
    public static HeadFile Create(string directory, JournalPosition position, long timeMs)
    {
        var path = Path.Combine(directory, Name);
        using (var handle = File.OpenHandle(DurableFiles.Temporary(path), FileMode.Create, FileAccess.Write))
        {
            using var first = new HeadFile(handle);
            RandomAccess.SetLength(handle, 2 * SlotStride);
            first.Write(position, timeMs);
            first.Sync();
        }
        DurableFiles.Publish(path);
        return new HeadFile(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read));
    }

    public void Write(JournalPosition position, long timeMs) =>
        Write(position.JournalId, position.Sequence, position.ChainHash.Span, timeMs);

    public void Write(Guid journalId, long sequence, ReadOnlySpan<byte> chainHash, long timeMs)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_slot, Magic);
        journalId.TryWriteBytes(_slot.AsSpan(8));
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(24), sequence);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(32), timeMs);
        chainHash.CopyTo(_slot.AsSpan(40));
        BinaryPrimitives.WriteUInt32LittleEndian(_slot.AsSpan(72), BatchSeal.Crc32C(_slot.AsSpan(0, 72)));
        RandomAccess.Write(_handle, _slot, (sequence & 1) * SlotStride);
    }

    public void Sync() => RandomAccess.FlushToDisk(_handle);

    private static JournalPosition? Parse(ReadOnlySpan<byte> slot) =>
        BinaryPrimitives.ReadUInt64LittleEndian(slot) == Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(slot[72..]) == BatchSeal.Crc32C(slot[..72])
            ? new JournalPosition(
                BinaryPrimitives.ReadInt64LittleEndian(slot[24..]), slot[40..72].ToArray(), new Guid(slot[8..24]))
            : null;
}
