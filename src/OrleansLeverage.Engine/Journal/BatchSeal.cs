using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace OrleansLeverage.Engine.Journal;

/// <summary>
/// The two seals of a batch. The CRC-32C (Castagnoli) tells damaged bytes from a broken order; the chain hash is
/// SHA-256 over the previous chain hash, the header and the payload, so that no batch can be changed, dropped,
/// swapped or brought in from elsewhere without every later one failing. Not thread-safe.
/// </summary>
/// <remarks>
/// Header, little endian: sequence 8, length 4, records 4, schema 4, crc 4. The crc covers the 20 bytes before it and
/// the payload.
/// </remarks>
internal sealed class BatchSeal : IDisposable
{
    public const int HashBytes = 32;
    private const int HeaderBytes = 24;
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose() => _sha.Dispose();

    /// <summary>The chain hash before the first batch: bound to the journal, so that two journals share no
    /// batch.</summary>
    public static byte[] Genesis(Guid journalId) => SHA256.HashData(journalId.ToByteArray());

    /// <summary>Seals a batch: returns its CRC and fills <paramref name="chainHash"/>.</summary>
    public uint Seal(
        long sequence, int recordCount, int schemaVersion, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> previousHash,
        Span<byte> chainHash)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt64LittleEndian(header, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], recordCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], schemaVersion);
        var crc = ~Crc32C(Crc32C(uint.MaxValue, header[..20]), payload);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], crc);
        _sha.AppendData(previousHash);
        _sha.AppendData(header);
        _sha.AppendData(payload);
        _sha.GetHashAndReset(chainHash);
        return crc;
    }

    /// <summary>CRC-32C of a small structure.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data) => ~Crc32C(uint.MaxValue, data);

    /// <summary>
    /// Believes a row or throws. <paramref name="expectedPrevious"/> is the chain hash of the batch before it.
    /// </summary>
    public void Verify(
        StoredBatch batch, long expectedSequence, ReadOnlySpan<byte> expectedPrevious, int schemaKnown, string file)
    {
        if (batch.Sequence != expectedSequence)
        {
            throw new JournalCorruptException(JournalFault.Gap, expectedSequence, $"a batch is missing in {file}",
                $"sequence {expectedSequence}", $"sequence {batch.Sequence}");
        }
        Span<byte> chain = stackalloc byte[HashBytes];
        var crc = Seal(
            batch.Sequence, batch.RecordCount, batch.SchemaVersion, batch.Payload, batch.PreviousHash, chain);
        if (batch.Length != batch.Payload.Length || crc != batch.Crc)
        {
            throw new JournalCorruptException(JournalFault.Checksum, batch.Sequence, $"damaged batch in {file}",
                $"{batch.Length} bytes with CRC {batch.Crc:x8}", $"{batch.Payload.Length} bytes with CRC {crc:x8}");
        }
        if (batch.SchemaVersion > schemaKnown)
        {
            throw new JournalCorruptException(JournalFault.SchemaTooNew, batch.Sequence, $"newer batch in {file}",
                $"schema version {schemaKnown} or older", $"schema version {batch.SchemaVersion}");
        }
        if (!expectedPrevious.SequenceEqual(batch.PreviousHash) || !chain.SequenceEqual(batch.ChainHash))
        {
            var follows = expectedPrevious.SequenceEqual(batch.PreviousHash);
            throw new JournalCorruptException(JournalFault.Chain, batch.Sequence, $"broken chain in {file}",
                $"chain hash {Convert.ToHexStringLower(follows ? chain : expectedPrevious)}"
                + (follows ? "" : " before it"),
                Convert.ToHexStringLower(follows ? batch.ChainHash : batch.PreviousHash));
        }
    }

    // The framework's own step (a processor instruction where there is one), eight bytes at a time.
    private static uint Crc32C(uint crc, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }
        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }
        return crc;
    }
}
