namespace OrleansLeverage.Engine.Journal;

/// <summary>One verified group commit.</summary>
/// <remarks>
/// Sequence: From 1, without gaps.<br/>
/// RecordCount: How many records the engine put into Payload.<br/>
/// SchemaVersion: Version the payload was written with, never newer than the one known here.
/// </remarks>
internal sealed record JournalBatch(
    long Sequence, int RecordCount, int SchemaVersion, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> ChainHash);

/// <summary>A row as it lies in the file, not yet believed.</summary>
internal sealed record StoredBatch(
    long Sequence, int Length, int RecordCount, int SchemaVersion, uint Crc, byte[] PreviousHash, byte[] ChainHash,
    byte[] Payload);

/// <summary>What a segment says about itself.</summary>
/// <remarks>
/// JournalId: The same in every file of one journal.<br/>
/// FirstSequence: Sequence of its first batch, there or not yet.<br/>
/// PreviousHash: Chain hash of the batch before that.
/// </remarks>
internal sealed record SegmentHeader(Guid JournalId, long FirstSequence, byte[] PreviousHash, long CreatedMs)
{
    /// <summary>Layout of the SQLite tables; raised when they change.</summary>
    public const int Format = 1;
}

/// <summary>Consecutive rows of one segment.</summary>
/// <remarks>
/// PreviousHash: Chain hash of what precedes the first row, null where that row is missing.
/// </remarks>
internal sealed record SegmentChunk(
    SegmentHeader Header, string FileName, bool IsLive, byte[]? PreviousHash, IReadOnlyList<StoredBatch> Batches);
