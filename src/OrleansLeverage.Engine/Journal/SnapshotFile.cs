using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace OrleansLeverage.Engine.Journal;

/// <summary>A snapshot whose every byte has been checked against its own hash.</summary>
/// <remarks>
/// Sequence: The last batch the state contains.<br/>
/// StateHash: 32 bytes the writer gave, to compare with the state once it is loaded.
/// </remarks>
internal sealed record JournalSnapshot(
    long Sequence, int SchemaVersion, Guid JournalId, DateTimeOffset CreatedAt, ReadOnlyMemory<byte> ChainHash,
    ReadOnlyMemory<byte> StateHash, long PayloadBytes, string Path)
{
    /// <summary>The payload, from its first byte to its last.</summary>
    public Stream OpenRead() => SnapshotFile.OpenPayload(Path);
}

/// <summary>
/// Snapshot files. Layout, little endian: magic 8, format 4, schema 4, journal 16, sequence 8, created ms 8, payload
/// bytes 8, chain hash 32, state hash 32, payload SHA-256 32, crc 4; then the payload to the end of the file.
/// </summary>
internal static class SnapshotFile
{
    private const ulong Magic = 0x3150_414e_534c_4f00;
    private const int Format = 1;
    private const int HeaderBytes = 156;
    private const int BufferBytes = 1 << 18;

    public static string NameOf(long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"snapshot-{sequence:D16}.bin");

    /// <summary>Sequences of the snapshot files in a directory, newest first.</summary>
    public static List<long> List(string directory)
    {
        var found = new List<long>();
        foreach (var path in Directory.EnumerateFiles(directory, "snapshot-*.bin"))
        {
            var name = Path.GetFileNameWithoutExtension(path)["snapshot-".Length..];
            if (name.Length == 16
                && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                found.Add(sequence);
            }
        }
        found.Sort();
        found.Reverse();
        return found;
    }

    /// <summary>Writes all of it, or nothing: the name appears when the file is whole and synced.</summary>
    public static void Write(
        string directory, JournalPosition position, int schemaVersion, long createdMs, ReadOnlySpan<byte> stateHash,
        Action<Stream> writePayload)
    {
        var path = Path.Combine(directory, NameOf(position.Sequence));
        try
        {
            using (var file = new FileStream(DurableFiles.Temporary(path), FileMode.Create, FileAccess.ReadWrite,
                FileShare.None, BufferBytes))
            {
                file.Write(new byte[HeaderBytes]);
                using var sha = SHA256.Create();
                using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
                {
                    writePayload(hashing);
                }
                file.Flush();
                Span<byte> header = stackalloc byte[HeaderBytes];
                BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
                BinaryPrimitives.WriteInt32LittleEndian(header[8..], Format);
                BinaryPrimitives.WriteInt32LittleEndian(header[12..], schemaVersion);
                position.JournalId.TryWriteBytes(header[16..]);
                BinaryPrimitives.WriteInt64LittleEndian(header[32..], position.Sequence);
                BinaryPrimitives.WriteInt64LittleEndian(header[40..], createdMs);
                BinaryPrimitives.WriteInt64LittleEndian(header[48..], file.Length - HeaderBytes);
                position.ChainHash.Span.CopyTo(header[56..]);
                stateHash.CopyTo(header[88..]);
                sha.Hash!.CopyTo(header[120..]);
                BinaryPrimitives.WriteUInt32LittleEndian(header[152..], BatchSeal.Crc32C(header[..152]));
                file.Position = 0;
                file.Write(header);
                file.Flush(flushToDisk: true);
            }
            DurableFiles.Publish(path);
        }
        catch
        {
            File.Delete(DurableFiles.Temporary(path));
            throw;
        }
    }

    /// <summary>Reads and checks a snapshot; null with the reason where it cannot be believed.</summary>
    public static JournalSnapshot? Read(string directory, long sequence, bool headerOnly, out string reason)
    {
        var path = Path.Combine(directory, NameOf(sequence));
        using var file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        reason = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes ? "its head is cut off"
            : BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic
                || BinaryPrimitives.ReadUInt32LittleEndian(header[152..]) != BatchSeal.Crc32C(header[..152])
                ? "its head is damaged"
            : BinaryPrimitives.ReadInt32LittleEndian(header[8..]) > Format ? "it is of a newer release"
            : BinaryPrimitives.ReadInt64LittleEndian(header[32..]) != sequence ? "it is not the one its name says"
            : BinaryPrimitives.ReadInt64LittleEndian(header[48..]) != file.Length - HeaderBytes ? "its length is wrong"
            : headerOnly || SHA256.HashData(file).AsSpan().SequenceEqual(header[120..152]) ? ""
            : "its bytes do not match its hash";
        return reason.Length > 0 ? null : new JournalSnapshot(
            sequence, BinaryPrimitives.ReadInt32LittleEndian(header[12..]), new Guid(header[16..32]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(header[40..])),
            header[56..88].ToArray(), header[88..120].ToArray(), BinaryPrimitives.ReadInt64LittleEndian(header[48..]),
            path);
    }

    public static Stream OpenPayload(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            BufferBytes);
        file.Position = HeaderBytes;
        return file;
    }
}
