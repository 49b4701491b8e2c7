using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// From decided to durable. A commit that fails ends the right to acknowledge until the journal has been read back:
/// <code>
/// reopened at once, batch is there      Applied
/// reopened at once, batch is not        StorageUnavailable: nothing happened, retry with the same id
/// cannot be reopened now                OutcomeUnknown where the commit had begun, StorageUnavailable where it had
/// not;
///                                       a later reopen finds out, and what is there is taken in before anything else
/// </code>
/// </summary>
internal sealed partial class CommandWriter
{
    private CommandStatus Write()
    {
        if (_core.Pending.Records.Count == 0)
        {
            return CommandStatus.Applied;
        }
        if (_broken is not null)
        {
            var applied = _journal!.LastSequence;
            if (!TryReopen() || _journal.LastSequence != applied)
            {
                // what was decided, was decided without the batch that has just been found
                _core.Discard();
                return CommandStatus.StorageUnavailable;
            }
        }
        try
        {
            _journal?.Commit(_sink.Written, _core.Pending.Records.Count);
        }
        catch (JournalUnavailableException exception)
        {
            return Recover(exception);
        }
        Publish();
        return CommandStatus.Applied;
    }

    private void Publish()
    {
        Volatile.Write(ref _unsnapshottedBytes, _unsnapshottedBytes + _sink.Length);
        _core.Commit(_published);
    }

    private CommandStatus Recover(JournalUnavailableException exception)
    {
        _broken = exception.Message;
        try
        {
            var report = _journal!.Reopen();
            _broken = null;
            if (report.AttemptLanded)
            {
                Publish();
                return CommandStatus.Applied;
            }
            _core.Discard();
            return CommandStatus.StorageUnavailable;
        }
        catch (Exception again) when (again is JournalUnavailableException or JournalCorruptException)
        {
            _broken = again.Message;
            _core.Discard();
            return exception.OutcomeUnknown ? CommandStatus.OutcomeUnknown : CommandStatus.StorageUnavailable;
        }
    }

    /// <summary>
    /// Nothing waits: a store that failed is tried all the same, so that health says when it is back.
    /// </summary>
    private void Probe()
    {
        if (_broken is null || _fatal is not null)
        {
            return;
        }
        try
        {
            TryReopen();
        }
        catch (Exception exception)
        {
            _fatal = $"stopped until it is restarted: {exception.Message}";
        }
    }

    private bool TryReopen()
    {
        try
        {
            var report = _journal!.Reopen();
            if (report is { AttemptLanded: true, AttemptedSequence: { } landed })
            {
                TakeIn(landed);
            }
            _broken = null;
            return true;
        }
        catch (Exception exception) when (exception is JournalUnavailableException or JournalCorruptException)
        {
            _broken = exception.Message;
            return false;
        }
    }

    /// <summary>A batch whose callers were not told that it is durable turned out to be: it happened.</summary>
    private void TakeIn(long sequence)
    {
        foreach (var batch in _journal!.ReadAll(sequence))
        {
            foreach (var record in JournalReader.Records(batch, _core.Frame.Universe))
            {
                _core.State.Recover(record);
                foreach (var account in JournalReader.Accounts(record))
                {
                    _published(_core.State.Accounts.Read(account)!, _core.State.Accounts.Number(account));
                }
            }
        }
    }
}
