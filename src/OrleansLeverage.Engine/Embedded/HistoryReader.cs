using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// What was applied to one account, newest first: the last commands from memory, older ones from the journal, which is
/// read backwards, so much at a time and one reader at a time.
/// </summary>
internal sealed class HistoryReader(RecentRecords recent, DurableJournal? journal, Universe universe) : IDisposable
{
    private const int Window = 64;
    private const int BatchesMax = 2_048;
    private const long BytesMax = 8L << 20;

    private readonly SemaphoreSlim _turn = new(1);

    public async Task<AccountHistory> ReadAsync(AccountId account, HistoryPlace? place, int countMax,
        CancellationToken cancellation)
    {
        var below = place?.Sequence ?? long.MaxValue;
        var (found, older) = recent.Before(account, below, countMax);
        if (older is not { } newest)
        {
            return new AccountHistory(account, found, null, IsWhole: true);
        }
        newest = Math.Min(newest, place?.Batch ?? long.MaxValue);
        below = found.Count > 0 ? found[^1].Sequence : below;
        if (found.Count == countMax)
        {
            return new AccountHistory(account, found, new HistoryPlace(below, newest), IsWhole: true);
        }
        if (journal is null)
        {
            return new AccountHistory(account, found, null, IsWhole: false);
        }
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Older(account, found, new HistoryPlace(below, newest), countMax, cancellation),
                cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private AccountHistory Older(AccountId account, List<AppliedCommand> found, HistoryPlace place, int countMax,
        CancellationToken cancellation)
    {
        var (first, through, bytes) = (journal!.FirstSequence, Math.Min(place.Batch, journal.LastSequence), 0L);
        var (resume, isFirst, frames) = (through, false, new Dictionary<FrameNumber, long>());
        bool IsFull() => found.Count == countMax || isFirst;
        // a full page may still want the time of its oldest frame, which is told once, when the frame is first used
        bool Wants() => !IsFull() || found.Exists(c => c.FrameTimeMs is null && !frames.ContainsKey(c.Frame));
        for (var read = 0; through >= first && Wants() && read < BatchesMax && bytes < BytesMax; read += Window)
        {
            cancellation.ThrowIfCancellationRequested();
            var from = Math.Max(first, through - Window + 1);
            var commands = InBatches(account, from, through, frames, ref bytes);
            for (var at = commands.Count - 1; at >= 0 && !IsFull(); at--)
            {
                if (commands[at].Sequence < place.Sequence)
                {
                    found.Add(commands[at]);
                    isFirst = commands[at].AccountSequence == 1;
                    resume = through;
                }
            }
            through = from - 1;
            resume = IsFull() ? resume : through;
        }
        var isOver = isFirst || resume < first;
        for (var at = 0; at < found.Count; at++)
        {
            found[at] = found[at].FrameTimeMs is null && frames.TryGetValue(found[at].Frame, out var timeMs)
                ? found[at] with { FrameTimeMs = timeMs }
                : found[at];
        }
        return new AccountHistory(account, found, isOver
            ? null
            : new HistoryPlace(found.Count > 0 ? found[^1].Sequence : place.Sequence, resume),
            IsWhole: !isOver || isFirst || first == 1);
    }

    /// <summary>The account's commands in some batches, oldest first, and the times of frames told there.</summary>
    private List<AppliedCommand> InBatches(
        AccountId account, long from, long through, Dictionary<FrameNumber, long> frames, ref long bytes)
    {
        var commands = new List<AppliedCommand>();
        foreach (var batch in journal!.ReadAll(from).TakeWhile(batch => batch.Sequence <= through))
        {
            bytes += batch.Payload.Length;
            foreach (var record in JournalReader.Records(batch, universe))
            {
                if (record is FrameRecord frame)
                {
                    frames[frame.Number] = frame.TimeMs;
                }
                else if (record is AppliedRecord applied)
                {
                    commands.AddRange(applied.Changes.Where(change => change.Account == account)
                        .Select(change => RecentRecords.Command(applied, change, null)));
                }
            }
        }
        return commands;
    }
}
