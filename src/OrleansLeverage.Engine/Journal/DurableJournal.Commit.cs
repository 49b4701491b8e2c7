using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    /// <summary>Largest batch: what one transaction and one row are allowed to weigh.</summary>
    public const int BatchBytesMax = 64 << 20;

    private const int LogBytesPerCommit = 3 * 8192; // pages that each commit rewrites besides its payload, about
    private readonly LatencyHistogram _commitLatency = new();
    private readonly LatencyHistogram _syncLatency = new();
    private long _commits, _records, _bytes, _syncs, _checkpoints, _failures;

    /// <summary>
    /// Makes one batch durable and returns its sequence. Everything before the return survives a power cut.
    /// </summary>
    /// <param name="batch">1 to <see cref="BatchBytesMax"/> bytes: the records, in whatever form the caller reads
    /// back.</param>
    /// <param name="recordCount">How many records that is, at least 1; stored and sealed, not interpreted.</param>
    /// <exception cref="JournalUnavailableException">
    /// Nothing may be acknowledged until <see cref="Reopen"/> has succeeded. The outcome of this batch is unknown where
    /// the exception says so.
    /// </exception>
    public long Commit(ReadOnlySpan<byte> batch, int recordCount)
    {
        if (batch.Length is 0 or > BatchBytesMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch), batch.Length, $"a batch has 1 to {BatchBytesMax} bytes");
        }
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(recordCount);
        lock (_gate)
        {
            ThrowIfFailed();
            if (!_isRead)
            {
                throw new InvalidOperationException(
                    $"batches up to {_last} have not been read back and verified yet; read the journal first");
            }
            var started = Stopwatch.GetTimestamp();
            var sequence = _last + 1;
            var crc = _seal.Seal(sequence, recordCount, _options.SchemaVersion, batch, _chain, _nextChain);
            _attempted = sequence;
            var live = _segments.Live!;
            try
            {
                live.Insert(sequence, recordCount, _options.SchemaVersion, crc, _chain, _nextChain, batch);
            }
            catch (SqliteException exception)
            {
                throw Fail(exception, sequence, committing: false);
            }
            var inserted = Stopwatch.GetTimestamp();
            try
            {
                live.Commit();
            }
            catch (SqliteException exception)
            {
                throw Fail(exception, sequence, committing: true);
            }
            _syncLatency.Add(Stopwatch.GetElapsedTime(inserted));
            _attempted = null;
            _last = sequence;
            _nextChain.CopyTo(_chain, 0);
            _commits++;
            _syncs++;
            _records += recordCount;
            _bytes += batch.Length;
            _segmentBytes += batch.Length;
            _logBytes += batch.Length + LogBytesPerCommit;
            AfterCommit();
            _commitLatency.Add(Stopwatch.GetElapsedTime(started));
            return sequence;
        }
    }

    // The batch is durable and will be acknowledged whatever happens here; a failure ends the right to take the next.
    private void AfterCommit()
    {
        try
        {
            WriteHead(sync: _options.TimeProvider.GetElapsedTime(_headSyncedAt) >= _options.HeadSyncInterval);
            if (_segmentBytes >= _options.SegmentBytesMax)
            {
                SealLive();
            }
            else if (_logBytes >= _options.CheckpointBytes)
            {
                _segments.Live!.Checkpoint();
                _checkpoints++;
                _logBytes = 0;
            }
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            _failure = exception;
            _failures++;
        }
    }

    private JournalUnavailableException Fail(SqliteException exception, long sequence, bool committing)
    {
        var failure = SqliteFaults.Unavailable(exception, $"commit batch {sequence}", committing);
        _failure = failure;
        _failures++;
        return failure;
    }

    /// <summary>Ends the live segment and begins the next one. A crash at any point leaves a journal that
    /// opens.</summary>
    private void SealLive()
    {
        if (_last < _segments.Live!.Header.FirstSequence)
        {
            return;
        }
        WriteHead(sync: true);
        _segments.Live.Seal();
        _segments.Close();
        _segments.Begin(new SegmentHeader(_journalId, _last + 1, _chain.ToArray(), NowMs()));
        _segmentBytes = 0;
        _logBytes = 0;
        _checkpoints++;
    }
}
