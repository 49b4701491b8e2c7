using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Contracts;

/// <summary>
/// Tries a call again while the cluster moves what it is meant for: a silo has died, a gateway is busy, a store did not
/// answer. What has not answered for a while is sent again beside it, because what it waits for may be a silo that is
/// not known to be dead yet; the first that answers counts. Safe because every command is applied once under its id. At
/// the deadline the outcome is unknown, unless the grid itself said last that nothing was written.
/// </summary>
/// <param name="deadline">Of a command.</param>
/// <param name="reads">Of a read.</param>
/// <param name="patience">How long one attempt is waited for before another is made beside it.</param>
internal sealed class CommandRetries(TimeProvider time, TimeSpan deadline, TimeSpan reads, TimeSpan patience)
{
    private const int FirstPauseMs = 20;
    private const int LastPauseMs = 500;

    /// <summary>Of one command, on their way at once.</summary>
    private const int AtOnce = 3;

    public async Task<CommandResult> RunAsync(CommandId id, FrameNumber frame, Func<Task<CommandResult>> call,
        CancellationToken cancellation) =>
        (await RunAllAsync([id], frame, async () => [await call()], isList: false, cancellation))[0];

    public Task<CommandResult[]> RunAllAsync(CommandId[] ids, FrameNumber frame, Func<Task<CommandResult[]>> call,
        CancellationToken cancellation) => RunAllAsync(ids, frame, call, isList: true, cancellation);

    private async Task<CommandResult[]> RunAllAsync(CommandId[] ids, FrameNumber frame,
        Func<Task<CommandResult[]>> call, bool isList, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var unknown = false;
        CommandResult[]? refused = null;
        var running = new List<Task<CommandResult[]>>(1);
        for (var attempt = 0; ; attempt++)
        {
            if (refused is null && running.Count < AtOnce)
            {
                running.Add(call());
            }
            CommandResult[]? answers = null;
            var ended = await FirstAsync(running, Shorter(patience, Left(start)), cancellation);
            if (ended is not null)
            {
                running.Remove(ended);
                try
                {
                    answers = await ended;
                }
                catch (Exception exception) when (IsPassing(exception, cancellation))
                {
                    unknown = true;
                }
            }
            unknown |= answers?[0].Status == CommandStatus.OutcomeUnknown;
            if (answers is not null && answers[0].Status is not (CommandStatus.OutcomeUnknown
                or CommandStatus.StorageUnavailable or CommandStatus.Overloaded))
            {
                refused = answers;
                if (IsForEver(answers[0], isList))
                {
                    running.ForEach(Forget);
                    return answers;
                }
            }
            // a refusal that is not remembered holds once no other attempt can do what it refused
            if (refused is not null && running.Count == 0)
            {
                return refused;
            }
            if (Left(start) <= TimeSpan.FromMilliseconds(FirstPauseMs))
            {
                unknown |= running.Count > 0;
                running.ForEach(Forget);
                return answers is not null && !unknown ? answers
                    : [.. ids.Select(id => new CommandResult(id, CommandStatus.OutcomeUnknown, 0L, frame))];
            }
            if (ended is not null && refused is null)
            {
                await PauseAsync(ids[0], attempt, Left(start), cancellation);
            }
        }
    }

    /// <summary>For what is read, and what may be done twice, within the time that reads have.</summary>
    /// <param name="beside">
    /// Another that knows the same: asked as well where the first stands still, or instead where it fails.
    /// </param>
    /// <exception cref="GridUnreachableException">The time is over; it holds the last exception.</exception>
    public Task<T> ReadAsync<T>(Func<Task<T>> call, CancellationToken cancellation, Func<Task<T>>? beside = null) =>
        ReadAsync(call, reads, cancellation, beside);

    /// <summary>The same within a command's time: for what is worked out first.</summary>
    public Task<T> MakeAsync<T>(Func<Task<T>> call, CancellationToken cancellation) =>
        ReadAsync(call, deadline, cancellation);

    /// <summary>The same within a time of its own, which is over whether or not a call has come back.</summary>
    public async Task<T> ReadAsync<T>(Func<Task<T>> call, TimeSpan within, CancellationToken cancellation,
        Func<Task<T>>? beside = null)
    {
        var start = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await OnceAsync(call, beside, Left(start, within), cancellation);
            }
            catch (Exception exception) when (IsPassing(exception, cancellation))
            {
                if (Left(start, within) <= TimeSpan.FromMilliseconds(FirstPauseMs))
                {
                    throw new GridUnreachableException($"not answered in time: {exception.Message}", exception);
                }
            }
            await PauseAsync(default, attempt, Left(start, within), cancellation);
        }
    }

    private async Task<T> OnceAsync<T>(Func<Task<T>> call, Func<Task<T>>? beside, TimeSpan left,
        CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var first = call();
        Forget(first);
        if (beside is null)
        {
            return await first.WaitAsync(left, time, cancellation);
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waited = Task.Delay(Shorter(patience, left), time, stop.Token);
        await Task.WhenAny(first, waited);
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (first.IsCompletedSuccessfully)
        {
            return await first;
        }
        var second = beside();
        Forget(second);
        var either = await Task.WhenAny(first.IsCompleted ? second : first, second)
            .WaitAsync(Left(start, left), time, cancellation);
        return either.IsCompletedSuccessfully ? await either
            : await (either == second ? first : second).WaitAsync(Left(start, left), time, cancellation);
    }

    /// <summary>
    /// Whether it is worth another try: whatever was not refused for what the call itself is. A call may have been lost
    /// on its way, in a silo that ended, or in front of a store.
    /// </summary>
    private static bool IsPassing(Exception exception, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && exception is not (ArgumentException or FormatException
            or NotSupportedException or InvalidDataException or CallRefusedException);

    /// <summary>The first that has ended; null where none has in time.</summary>
    private async Task<Task<CommandResult[]>?> FirstAsync(List<Task<CommandResult[]>> running, TimeSpan within,
        CancellationToken cancellation)
    {
        if (running.Find(r => r.IsCompleted) is { } ended)
        {
            return ended;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = await Task.WhenAny([.. running, Task.Delay(within, time, stop.Token)]);
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return first as Task<CommandResult[]>;
    }

    /// <summary>Whether any other attempt comes to the same: it was applied, or its refusal is remembered.</summary>
    private static bool IsForEver(CommandResult answer, bool isList) => answer.IsApplied
        || (!isList && (answer.Status.IsRecorded()
            || answer.Status is CommandStatus.IdAlreadyFailed or CommandStatus.CommandIdReused));

    /// <summary>What it comes to is known from another.</summary>
    private static void Forget(Task attempt) => attempt.ContinueWith(static t => _ = t.Exception,
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private TimeSpan Left(long start) => Left(start, deadline);

    private TimeSpan Left(long start, TimeSpan within)
    {
        var left = within - time.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Longer with every attempt, and not alike for two commands.</summary>
    private Task PauseAsync(CommandId id, int attempt, TimeSpan left, CancellationToken cancellation)
    {
        var pause = Math.Min(FirstPauseMs << Math.Min(attempt, 6), LastPauseMs);
        var jitter = (int)(unchecked((uint)id.Value.GetHashCode()) % (uint)Math.Max(1, pause / 2));
        return Task.Delay(Shorter(TimeSpan.FromMilliseconds(pause - jitter), left), time, cancellation);
    }
}
