using System.Globalization;
using System.Text;

namespace OrleansLeverage.Engine.Journal;

/// <summary>Something the operator should know although the journal is usable.</summary>
public enum JournalNotice
{
    /// <summary>An incomplete batch at the end was dropped; nobody was told that it was durable.</summary>
    TornTail,

    /// <summary>The head file is missing or unreadable, so the loss of the last batches could not have been
    /// noticed.</summary>
    NoWitness,

    /// <summary>A snapshot cannot be used and an older one, or the whole journal, is used instead.</summary>
    SnapshotUnusable,

    /// <summary>Acknowledged batches were given up by an explicit repair.</summary>
    BatchesLost,

    /// <summary>Batches before the newest snapshot are damaged or gone: the state is whole, its history is
    /// not.</summary>
    HistoryLost,
}

/// <remarks>
/// Sequence: The batch it is about.<br/>
/// Text: A sentence for a human.
/// </remarks>
public sealed record JournalFinding(JournalNotice Notice, long Sequence, string Text);

/// <summary>What opening, reopening or repairing found.</summary>
/// <remarks>
/// LastSequence: The last durable batch, 0 for none.<br/>
/// ChainHash: Hash over everything up to it.
/// </remarks>
public sealed record RecoveryReport(
    long LastSequence, ReadOnlyMemory<byte> ChainHash, IReadOnlyList<JournalFinding> Findings)
{
    /// <summary>After a reopen: the sequence of the commit that failed, null where none had.</summary>
    public long? AttemptedSequence { get; init; }

    /// <summary>After a reopen: whether that commit is durable all the same.</summary>
    public bool AttemptLanded { get; init; }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"journal recovered to sequence {LastSequence}");
        if (AttemptedSequence is { } attempted)
        {
            text.Append(CultureInfo.InvariantCulture, $"; batch {attempted}, whose commit failed, ");
            text.Append(AttemptLanded ? "is durable" : "was not written");
        }
        foreach (var finding in Findings)
        {
            text.Append("; ").Append(finding.Text);
        }
        return text.ToString();
    }
}

/// <summary>What a walk over everything found.</summary>
/// <remarks>
/// FirstSequence: Where the archive begins, 1 unless history was lost.<br/>
/// LastSequence: The last batch that was verified.<br/>
/// Bytes: Payload bytes.<br/>
/// Corruption: The first batch or file that cannot be believed; null when everything is whole.
/// </remarks>
public sealed record VerifyReport(
    long FirstSequence, long LastSequence, long Batches, long Records, long Bytes, int Segments, int Snapshots,
    ReadOnlyMemory<byte> ChainHash, JournalCorruptException? Corruption, IReadOnlyList<JournalFinding> Findings)
{
    public bool IsClean => Corruption is null && Findings.Count == 0;
}
