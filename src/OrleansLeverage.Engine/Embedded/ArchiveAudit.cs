using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>One look at a whole journal. What it finds wrong is said in words and never repaired.</summary>
internal sealed class ArchiveAudit(DurableJournal journal, Universe universe, Action<long, long>? progress)
{
    /// <summary>The window of ids is not part of what is proven, so a short one does.</summary>
    private const int WindowCapacity = 1024;

    private readonly List<string> _faults = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<InstrumentId, decimal> _oneSided = [];

    public ArchiveReport Run()
    {
        var snapshot = NewestSnapshot();
        var verified = journal.Verify();
        if (verified.Corruption is { } corruption)
        {
            _faults.Add(corruption.Message);
        }
        _faults.AddRange(verified.Findings.Where(f => f.Notice != JournalNotice.HistoryLost).Select(f => f.Text));
        _notes.AddRange(verified.Findings.Where(f => f.Notice == JournalNotice.HistoryLost).Select(f => f.Text));
        _notes.AddRange(journal.Report.Findings.Where(f => f.Notice != JournalNotice.SnapshotUnusable)
            .Select(f => f.Text));
        var fromStart = verified.FirstSequence == 1 ? Walk("the journal", snapshot) : null;
        var recovered = Recover(snapshot);
        var books = recovered is null ? null : Check(recovered, fromStart is not null);
        var (whole, restored) = (fromStart?.Hash(), recovered?.Hash());
        if (whole is not null && restored is not null && whole != restored)
        {
            _faults.Add($"the journal tells state {whole}, the newest snapshot and what follows it {restored}");
        }
        return new ArchiveReport(verified, whole, restored, snapshot?.Sequence, recovered?.Accounts.Count ?? 0,
            recovered?.Applied ?? 0, recovered?.Refused ?? 0, recovered?.Outbox.LastSequence ?? 0, books,
            _faults, _notes);
    }

    private JournalSnapshot? NewestSnapshot()
    {
        try
        {
            return journal.LatestSnapshot();
        }
        catch (JournalCorruptException exception)
        {
            _faults.Add(exception.Message);
            return null;
        }
    }

    /// <summary>
    /// The state from the first batch on; on the way, that a snapshot holds what the journal says at its place.
    /// </summary>
    private GridState? Walk(string what, JournalSnapshot? snapshot)
    {
        var state = new GridState(universe, WindowCapacity);
        return Try(what, () =>
        {
            foreach (var batch in journal.ReadAll())
            {
                foreach (var record in JournalReader.Records(batch, universe))
                {
                    if (record is AppliedRecord applied && applied.House.Any(e => e.Account == HouseAccount.Clearing))
                    {
                        OneSided(state, applied);
                    }
                    state.Recover(record);
                }
                if (batch.Sequence == snapshot?.Sequence
                    && Convert.ToHexStringLower(snapshot.StateHash.Span) is var stored && state.Hash() != stored)
                {
                    _faults.Add(
                        $"at batch {batch.Sequence} the journal tells state {state.Hash()}, its snapshot {stored}");
                }
                progress?.Invoke(batch.Sequence, journal.LastSequence);
            }
            return state;
        });
    }

    private GridState? Recover(JournalSnapshot? snapshot) =>
        Try(snapshot is null ? "the journal" : $"the snapshot at batch {snapshot.Sequence} and what follows it",
            () => JournalReader.Recover(journal, universe, WindowCapacity));

    private GridState? Try(string what, Func<GridState> rebuild)
    {
        try
        {
            return rebuild();
        }
        catch (Exception exception) when (
            exception is FormatException or InvalidDataException or JournalCorruptException
            or InvalidOperationException or ArgumentException or OverflowException)
        {
            var words = $"{what} cannot be read into a state: {exception.Message}";
            if (!_faults.Contains(words) && !_faults.Contains(exception.Message))
            {
                _faults.Add(words);
            }
            return null;
        }
    }

    /// <summary>Contracts that came in from one side, per instrument.</summary>
    private void OneSided(GridState state, AppliedRecord applied)
    {
        foreach (var change in applied.Changes)
        {
            var held = state.Accounts.Read(change.Account) ?? new Account(change.Account);
            foreach (var after in change.Events.OfType<PositionChanged>()
                .GroupBy(p => p.After.Instrument.Id).Select(g => g.Last().After))
            {
                _oneSided[after.Instrument.Id] = _oneSided.GetValueOrDefault(after.Instrument.Id)
                    + after.Quantity.Value - held.Position(after.Instrument).Quantity.Value;
            }
        }
    }

    private ConservationReport Check(GridState state, bool isWhole)
    {
        var books = Conservation.Check(state);
        foreach (var asset in books.Unbalanced)
        {
            var (name, amount) = (asset.Asset, Decimals.Text(asset.Imbalance));
            _faults.Add($"the books of {name} do not close: {amount} {name} too much");
        }
        foreach (var open in books.Contracts)
        {
            var (net, oneSided) = (open.Long - open.Short, _oneSided.GetValueOrDefault(open.Instrument));
            if (isWhole && net != oneSided)
            {
                _faults.Add($"{open.Instrument}: {Decimals.Text(open.Long)} long and "
                    + $"{Decimals.Text(open.Short)} short, while {Decimals.Text(oneSided)} came in from one side");
            }
            else if (net != 0m)
            {
                _notes.Add($"{open.Instrument}: {Decimals.Text(net)} contracts net, from imports or expiries");
            }
        }
        return books;
    }
}
