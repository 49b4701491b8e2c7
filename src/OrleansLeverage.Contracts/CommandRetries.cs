using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Contracts;

/// <summary>
/// Tries a call again while the cluster moves what it is meant for: a silo has died, a gateway is busy, a store did not
/// answer. What has not answered for a while is sent again beside it, because what it waits for may be a silo that is
/// not known to be dead yet; the first that answers counts. Safe because every command is applied once under its id. At
/// the deadline the outcome is unknown, unless the grid itself said last that nothing was written.
/// </summary>
internal sealed class CommandRetries(TimeProvider time, TimeSpan deadline, TimeSpan patience)
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
                await PauseAsync(ids[0], attempt, cancellation);
            }
        }
    }

    /// <summary>For reads and what may be done twice.</summary>
    /// <exception cref="GridUnreachableException">The deadline came; it holds the last exception.</exception>
    public async Task<T> ReadAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call().WaitAsync(cancellation);
            }
            catch (Exception exception) when (IsPassing(exception, cancellation)
                && Left(start) > TimeSpan.FromMilliseconds(FirstPauseMs))
            {
                await PauseAsync(default, attempt, cancellation);
            }
            catch (Exception exception) when (IsPassing(exception, cancellation))
            {
                throw new GridUnreachableException($"not answered in time: {exception.Message}", exception);
            }
        }
    }

    /// <summary>
    /// Whether it is worth another try: whatever was not refused for what the call itself is. A call may have been lost
    /// on its way, in a silo that ended, or in front of a store.
    /// </summary>
    private static bool IsPassing(Exception exception, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && exception is not (ArgumentException or FormatException
            or NotSupportedException or InvalidDataException);

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

    private TimeSpan Left(long start)
    {
        var left = deadline - time.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Longer with every attempt, and not alike for two commands.</summary>
    private Task PauseAsync(CommandId id, int attempt, CancellationToken cancellation)
    {
        var pause = Math.Min(FirstPauseMs << Math.Min(attempt, 6), LastPauseMs);
        var jitter = (int)(unchecked((uint)id.Value.GetHashCode()) % (uint)Math.Max(1, pause / 2));
        return Task.Delay(TimeSpan.FromMilliseconds(pause - jitter), time, cancellation);
    }
}
