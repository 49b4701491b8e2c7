namespace OrleansLeverage.Engine.Journal;

internal sealed partial class DurableJournal
{
    /// <summary>
    /// After a failure: closes the files, opens them again, reads the end back and tells whether the batch whose commit
    /// failed is durable. Only then does the right to acknowledge return. Harmless on a healthy journal.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The storage still fails; call again later.</exception>
    /// <exception cref="JournalCorruptException">What was acknowledged is no longer there.</exception>
    public RecoveryReport Reopen()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var (acknowledged, expected, attempted) = (_last, _chain.ToArray(), _attempted);
            _failure ??= new IOException("a reopen did not finish");
            _segments.Close();
            var landed = false;
            try
            {
                ResumeSealing(acknowledged);
                ReadTail(_segments.OpenLive());
                landed = attempted is not null && _last == attempted && _chain.AsSpan().SequenceEqual(_nextChain);
                CheckReopened(landed ? _nextChain : expected, landed ? acknowledged + 1 : acknowledged);
                MakeDurable();
                WriteHead(sync: true);
            }
            catch (Exception exception)
            {
                // until a reopen succeeds the journal is where it was when it failed
                _last = acknowledged;
                expected.CopyTo(_chain, 0);
                if (exception is IOException or UnauthorizedAccessException)
                {
                    throw DurableFiles.Unavailable(exception, $"reopen the journal in '{_options.Directory}'");
                }
                throw;
            }
            _failure = null;
            _attempted = null;
            return new RecoveryReport(_last, _chain.ToArray(), [])
            {
                AttemptedSequence = attempted, AttemptLanded = landed,
            };
        }
    }

    // A segment may have been named just before the failure without having been opened or counted.
    private void ResumeSealing(long acknowledged)
    {
        if (File.Exists(_segments.PathOf(acknowledged + 1)) && !_segments.Firsts.Contains(acknowledged + 1))
        {
            _segments.Adopt(acknowledged + 1);
        }
    }

    private void CheckReopened(ReadOnlySpan<byte> expected, long sequence)
    {
        if (_last != sequence || !expected.SequenceEqual(_chain))
        {
            throw new JournalCorruptException(
                _last < sequence ? JournalFault.Regressed : JournalFault.Chain, Math.Min(_last, sequence) + 1,
                "the journal changed while it was reopened",
                $"sequence {sequence}, chain hash {Convert.ToHexStringLower(expected)}",
                $"sequence {_last}, chain hash {Convert.ToHexStringLower(_chain)}");
        }
    }
}
