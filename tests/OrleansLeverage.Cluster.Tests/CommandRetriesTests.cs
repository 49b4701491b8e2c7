using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What a client makes of calls that fail, stand still, or come back twice.</summary>
public sealed class CommandRetriesTests
{
    private static readonly CommandId Id = CommandId.Series(1, 1, 1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private int _calls;

    [Fact]
    public async Task What_stands_still_is_sent_again_and_the_first_answer_counts()
    {
        var result = await RunAsync(call => call == 1 ? Never() : Answer(CommandStatus.Applied));

        Assert.Equal((CommandStatus.Applied, 2), (result.Status, _calls));
    }

    [Fact]
    public async Task The_first_attempt_may_still_be_the_one_that_answers()
    {
        var first = new TaskCompletionSource<CommandResult>();
        var result = await RunAsync(call =>
        {
            if (call == 3)
            {
                first.SetResult(Result(CommandStatus.Applied));
            }
            return call == 1 ? first.Task : Never();
        });

        Assert.Equal((CommandStatus.Applied, 3), (result.Status, _calls));
    }

    [Fact]
    public async Task No_more_than_three_are_on_their_way()
    {
        var result = await RunAsync(_ => Never(), TimeSpan.FromMilliseconds(600));

        Assert.Equal((CommandStatus.OutcomeUnknown, 3), (result.Status, _calls));
    }

    [Fact]
    public async Task A_refusal_that_is_not_remembered_waits_for_what_could_still_be_applied()
    {
        var first = new TaskCompletionSource<CommandResult>();
        var run = RunAsync(call => call == 1 ? first.Task : Answer(CommandStatus.UnknownAccount));
        while (Volatile.Read(ref _calls) < 2)
        {
            await Task.Yield();
        }
        Assert.NotSame(run, await Task.WhenAny(run, Task.Delay(Moment * 4)));
        first.SetResult(Result(CommandStatus.Applied));

        Assert.Equal((CommandStatus.Applied, 2), ((await run).Status, _calls));
    }

    [Fact]
    public async Task A_refusal_that_is_remembered_is_the_answer_at_once()
    {
        var result = await RunAsync(call => call == 1 ? Never() : Answer(CommandStatus.InsufficientBalance));

        Assert.Equal((CommandStatus.InsufficientBalance, 2), (result.Status, _calls));
    }

    [Fact]
    public async Task Where_nothing_was_written_the_deadline_says_so_and_otherwise_nobody_knows()
    {
        var unavailable = await RunAsync(_ => Answer(CommandStatus.StorageUnavailable), Moment * 4);
        Assert.Equal(CommandStatus.StorageUnavailable, unavailable.Status);
        _calls = 0;
        var unknown = await RunAsync(call => call == 1 ? Task.FromException<CommandResult>(new TimeoutException())
            : Answer(CommandStatus.StorageUnavailable), Moment * 4);

        Assert.Equal(CommandStatus.OutcomeUnknown, unknown.Status);
    }

    /// <summary>"Nothing was written" is the word of one attempt; what another did, that still runs, nobody
    /// knows.</summary>
    [Fact]
    public async Task While_an_attempt_is_still_on_its_way_nobody_knows_whatever_another_says()
    {
        var unknown = await RunAsync(call => call == 1 ? Never() : Answer(CommandStatus.StorageUnavailable),
            Moment * 8);

        Assert.Equal(CommandStatus.OutcomeUnknown, unknown.Status);
        Assert.True(_calls > 1);
    }

    [Fact]
    public async Task What_the_call_itself_is_refused_for_is_not_tried_again()
    {
        await Assert.ThrowsAsync<ArgumentException>(() =>
            RunAsync(_ => Task.FromException<CommandResult>(new ArgumentException("no"))));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_read_that_nobody_answers_says_so_at_the_deadline_with_the_last_reason()
    {
        var retries = new CommandRetries(TimeProvider.System, Long, Moment * 4, Moment);
        var silent = await Assert.ThrowsAsync<GridUnreachableException>(() => retries.ReadAsync(
            () => Task.FromException<int>(new InvalidOperationException($"try {++_calls}")), default));
        Assert.True(_calls > 1, $"{_calls} tries");
        Assert.Equal($"not answered in time: try {_calls}", silent.Message);
        Assert.IsType<InvalidOperationException>(silent.InnerException);

        await Assert.ThrowsAsync<ArgumentException>(() => retries.ReadAsync(
            () => Task.FromException<int>(new ArgumentException("no")), default));
    }

    /// <summary>A call that never comes back holds a read up for its time and no longer.</summary>
    [Fact]
    public async Task A_read_whose_call_stands_still_ends_at_its_own_deadline()
    {
        var retries = new CommandRetries(TimeProvider.System, Long, Moment * 4, Moment);
        var (never, began) = (new TaskCompletionSource<int>().Task, TimeProvider.System.GetTimestamp());
        await Assert.ThrowsAsync<GridUnreachableException>(() => retries.ReadAsync(() => never, default));
        await Assert.ThrowsAsync<GridUnreachableException>(() => retries.ReadAsync(() => never, default,
            beside: () => never));
        // timers may be a little early
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), Moment * 7, Long);
        using var stop = new CancellationTokenSource(Moment);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CommandRetries(TimeProvider.System, Long,
            Long, Moment).ReadAsync(() => never, stop.Token, beside: () => never));
    }

    [Fact]
    public async Task What_knows_the_same_is_asked_beside_a_read_that_stands_still_or_fails()
    {
        var retries = new CommandRetries(TimeProvider.System, Long, Long, Moment);
        var never = new TaskCompletionSource<int>().Task;
        Assert.Equal(2, await retries.ReadAsync(() => never, default, () => Task.FromResult(2)));
        Assert.Equal(2, await retries.ReadAsync(() => Task.FromException<int>(new TimeoutException()), default,
            () => Task.FromResult(2)));
        // who answers in time is asked alone
        Assert.Equal(1, await retries.ReadAsync(() => Task.FromResult(1), default,
            () => throw new InvalidOperationException()));
        // the other fails, and the first answers after all
        var first = new TaskCompletionSource<int>();
        Assert.Equal(3, await retries.ReadAsync(() => first.Task, default, () =>
        {
            first.TrySetResult(3);
            return Task.FromException<int>(new TimeoutException());
        }));
        // both fail, and another try does not
        Assert.Equal(4, await retries.ReadAsync(() => ++_calls < 3
            ? Task.FromException<int>(new TimeoutException()) : Task.FromResult(4), default,
            () => Task.FromException<int>(new StoreUnavailableException("no store"))));
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task What_is_not_for_clients_is_not_tried_again()
    {
        var retries = new CommandRetries(TimeProvider.System, Long, Long, Moment);
        await Assert.ThrowsAsync<CallRefusedException>(() => retries.ReadAsync(() =>
        {
            _calls++;
            return Task.FromException<int>(new CallRefusedException("no"));
        }, default));
        Assert.Equal(1, _calls);
    }

    private Task<CommandResult> RunAsync(Func<int, Task<CommandResult>> call, TimeSpan? deadline = null) =>
        new CommandRetries(TimeProvider.System, deadline ?? Long, Long, Moment).RunAsync(Id, default,
            () => call(Interlocked.Increment(ref _calls)), default);

    private static CommandResult Result(CommandStatus status) => new(Id, status, 1L, default);

    private static Task<CommandResult> Answer(CommandStatus status) => Task.FromResult(Result(status));

    private static Task<CommandResult> Never() => new TaskCompletionSource<CommandResult>().Task;
}
