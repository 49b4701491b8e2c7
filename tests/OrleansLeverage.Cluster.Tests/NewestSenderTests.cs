using System.Collections.Concurrent;
using OrleansLeverage.Grains.Rows;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Frames and reports on their way: one at a time, and of what waits only the newest.</summary>
public sealed class NewestSenderTests
{
    private readonly ConcurrentQueue<string> _sent = [];
    private readonly List<string> _failures = [];

    [Fact]
    public async Task What_is_posted_while_one_is_under_way_replaces_what_waits()
    {
        var gate = new TaskCompletionSource();
        var sender = new NewestSender<string>(async item =>
        {
            _sent.Enqueue(item);
            await gate.Task;
        }, e => _failures.Add(e.Message));
        sender.Post("1");
        while (_sent.IsEmpty)
        {
            await Task.Yield();
        }
        sender.Post("2");
        sender.Post("3");
        sender.Post("4");
        Assert.False(sender.IdleAsync().IsCompleted);
        Assert.Equal(["1"], _sent);
        gate.SetResult();
        await sender.IdleAsync();

        Assert.Equal(["1", "4"], _sent);
        sender.Post("5");
        await sender.IdleAsync();
        Assert.Equal(["1", "4", "5"], _sent);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task One_that_fails_is_told_and_the_next_is_sent()
    {
        var gate = new TaskCompletionSource();
        var sender = new NewestSender<string>(async item =>
        {
            _sent.Enqueue(item);
            await gate.Task;
            if (item == "1")
            {
                throw new IOException("no way");
            }
        }, e => _failures.Add(e.Message));
        sender.Post("1");
        sender.Post("2");
        gate.SetResult();
        await sender.IdleAsync();

        Assert.Equal(["1", "2"], _sent);
        Assert.Equal(["no way"], _failures);
    }
}
