using OrleansLeverage.Contracts;
using OrleansLeverage.Grains.Storage;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>One write of a grain in flight, and what becomes of those who wait for it.</summary>
public sealed class GroupWriterTests
{
    private readonly List<TaskCompletionSource> _writes = [];

    [Fact]
    public async Task Whoever_comes_while_a_write_is_in_flight_joins_the_next_and_only_one()
    {
        var writer = Writer();
        var first = writer.WriteAsync();
        var others = Enumerable.Range(0, 5).Select(_ => writer.WriteAsync()).ToArray();
        Assert.Single(_writes);
        Assert.True(writer.IsBusy);
        _writes[0].SetResult();
        await first;
        await UntilAsync(() => _writes.Count == 2);
        Assert.All(others, o => Assert.False(o.IsCompleted));
        // who comes now is not in what is being written
        var late = writer.WriteAsync();
        _writes[1].SetResult();
        await Task.WhenAll(others);
        Assert.False(late.IsCompleted);
        await UntilAsync(() => _writes.Count == 3);
        _writes[2].SetResult();
        await late;
        Assert.False(writer.IsBusy);
    }

    [Fact]
    public async Task After_a_failure_nothing_is_written_and_who_waited_is_told_so()
    {
        var writer = Writer();
        var first = writer.WriteAsync();
        var waiting = writer.WriteAsync();
        var failed = writer.Failed;
        Assert.False(failed.IsCompleted);
        _writes[0].SetException(new IOException("no answer"));

        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<StoreUnavailableException>(writer.WriteAsync);
        Assert.IsType<IOException>(writer.Failure);
        await failed.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(_writes);
    }

    [Fact]
    public async Task Who_waits_for_something_else_gives_up_when_nothing_is_written_any_more()
    {
        var writer = Writer();
        var never = new TaskCompletionSource<int>();
        var waiting = writer.UnlessFailedAsync(never.Task);
        Assert.False(waiting.IsCompleted);
        writer.Fail(new IOException("gone"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        Assert.Equal(7, await writer.UnlessFailedAsync(Task.FromResult(7)));
        Assert.True(writer.Failed.IsCompleted);
    }

    private GroupWriter Writer() => new(() =>
    {
        _writes.Add(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return _writes[^1].Task;
    });

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Yield();
        }
    }
}
