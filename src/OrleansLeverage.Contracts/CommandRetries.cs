using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Contracts;

/// <summary>
/// Tries a call again while the cluster moves what it is meant for: a silo has died, a gateway is busy, a store did not
/// answer. Safe because every command is applied once under its id. At the deadline the outcome is unknown, unless the
/// grid itself said last that nothing was written.
/// </summary>
internal sealed class CommandRetries(TimeProvider time, TimeSpan deadline)
{
    private const int FirstPauseMs = 20;
    private const int LastPauseMs = 500;

    public async Task<CommandResult> RunAsync(CommandId id, FrameNumber frame, Func<Task<CommandResult>> call,
        CancellationToken cancellation) =>
        (await RunAllAsync([id], frame, async () => [await call()], cancellation))[0];

    public async Task<CommandResult[]> RunAllAsync(CommandId[] ids, FrameNumber frame,
        Func<Task<CommandResult[]>> call, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var unknown = false;
        for (var attempt = 0; ; attempt++)
        {
            CommandResult[]? answers = null;
            try
            {
                answers = await call().WaitAsync(Left(start), cancellation);
            }
            catch (Exception exception) when (IsPassing(exception, cancellation))
            {
                unknown = true;
            }
            unknown |= answers?[0].Status == CommandStatus.OutcomeUnknown;
            var passing = answers is null || answers[0].Status is CommandStatus.OutcomeUnknown
                or CommandStatus.StorageUnavailable or CommandStatus.Overloaded;
            if (!passing)
            {
                return answers!;
            }
            if (Left(start) <= TimeSpan.FromMilliseconds(FirstPauseMs))
            {
                return answers is not null && !unknown ? answers
                    : [.. ids.Select(id => new CommandResult(id, CommandStatus.OutcomeUnknown, 0L, frame))];
            }
            await PauseAsync(ids[0], attempt, cancellation);
        }
    }

    /// <summary>For reads and what may be done twice; at the deadline the last exception is the caller's.</summary>
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
        }
    }

    /// <summary>
    /// Whether it is worth another try: whatever was not refused for what the call itself is. A call may have been lost
    /// on its way, in a silo that ended, or in front of a store.
    /// </summary>
    private static bool IsPassing(Exception exception, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && exception is not (ArgumentException or FormatException
            or NotSupportedException or InvalidDataException);

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
