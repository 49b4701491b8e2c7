using Microsoft.Data.Sqlite;

namespace OrleansLeverage.Engine.Journal;

/// <summary>
/// The segments of one directory: sealed ones, opened one at a time as a reader needs them, and the live one at the
/// end. Not thread-safe.
/// </summary>
internal sealed class SegmentSet(JournalOptions options) : IDisposable
{
    private const long ChunkBytes = 1 << 20;
    private readonly List<long> _firsts = SegmentFile.List(options.Directory);
    private SegmentFile? _sealed;

    public IReadOnlyList<long> Firsts => _firsts;

    public SegmentFile? Live { get; private set; }

    public string PathOf(long first) => Path.Combine(options.Directory, SegmentFile.NameOf(first));

    public void Dispose()
    {
        Close();
        _sealed?.Dispose();
        _sealed = null;
    }

    /// <summary>Opens the last segment for writing.</summary>
    public SegmentFile OpenLive()
    {
        _sealed?.Dispose();
        _sealed = null;
        return Live = Guard(_firsts[^1], "open", () => SegmentFile.OpenLive(PathOf(_firsts[^1]), options));
    }

    public void Close()
    {
        Live?.Dispose();
        Live = null;
    }

    /// <summary>Creates the segment after the last one, which has been sealed and closed, and opens it.</summary>
    public SegmentFile Begin(SegmentHeader header)
    {
        Guard(header.FirstSequence, "create", () =>
        {
            SegmentFile.Create(options.Directory, header, options);
            return true;
        });
        _firsts.Add(header.FirstSequence);
        return OpenLive();
    }

    /// <summary>Takes in a last segment that was created but not opened.</summary>
    public void Adopt(long first) => _firsts.Add(first);

    /// <summary>Forgets the segments at and after a sequence, whose files are gone.</summary>
    public void Forget(long first) => _firsts.RemoveAll(f => f >= first);

    /// <summary>Rows at and after a sequence, from the segment that should hold it.</summary>
    public SegmentChunk ReadChunk(long sequence) =>
        Guard(sequence, "read", () => SegmentOf(sequence).ReadFrom(sequence, ChunkBytes));

    /// <summary>Chain hash after a sequence: the one stored with it, or the one its successor's segment begins
    /// with.</summary>
    public byte[]? HashAt(long sequence) => Guard(sequence, "read", () =>
        _firsts.Contains(sequence + 1) ? SegmentOf(sequence + 1).Header.PreviousHash
        : sequence < _firsts[0] ? null
        : SegmentOf(sequence).HashAt(sequence));

    /// <summary>The chain hash in the row of a batch, null where it has none.</summary>
    public byte[]? RowHashAt(long sequence) => Guard(sequence, "read", () =>
        _firsts.Count == 0 || sequence < _firsts[0] ? null : SegmentOf(sequence).HashAt(sequence));

    /// <summary>The last batch of the segment whose first sequence is given, null where it holds none.</summary>
    public StoredBatch? LastOf(long first) => Guard(first, "read", () => SegmentOf(first).Last());

    private SegmentFile SegmentOf(long sequence)
    {
        var index = _firsts.FindLastIndex(first => first <= sequence);
        if (index < 0)
        {
            throw new JournalCorruptException(JournalFault.MissingSegment, sequence, "a segment is missing",
                $"a segment that holds sequence {sequence}", $"none before {SegmentFile.NameOf(_firsts[0])}");
        }
        if (Live is not null && index == _firsts.Count - 1)
        {
            return Live;
        }
        var path = PathOf(_firsts[index]);
        if (_sealed?.Path != path)
        {
            _sealed?.Dispose();
            _sealed = null;
            _sealed = SegmentFile.OpenSealed(path, options);
        }
        return _sealed;
    }

    private T Guard<T>(long sequence, string doing, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            var index = Math.Max(0, _firsts.FindLastIndex(first => first <= sequence));
            var file = SegmentFile.NameOf(_firsts.Count == 0 ? sequence : _firsts[index]);
            throw SqliteFaults.IsDamage(exception) ? SqliteFaults.Corrupt(exception, file, sequence)
                : SqliteFaults.IsInUse(exception) ? new JournalInUseException(options.Directory, exception)
                : SqliteFaults.Unavailable(exception, $"{doing} {file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DurableFiles.Unavailable(exception, $"{doing} a segment in '{options.Directory}'");
        }
    }
}
