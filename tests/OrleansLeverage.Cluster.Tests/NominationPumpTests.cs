using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Rows;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>How accounts are asked to look at themselves: few at once, the worst first, by the newest sweep.</summary>
public sealed class NominationPumpTests
{
    private readonly ConcurrentQueue<(string Account, long Frame)> _asked = [];
    private int _atOnce;
    private int _most;

    [Fact]
    public async Task The_worst_is_asked_first()
    {
        var pump = Pump(_ => Task.CompletedTask, atOnce: 1);
        pump.Take(Frame(1), Accounts("c", "a", "b"));
        await pump.IdleAsync();

        Assert.Equal([("c", 1L), ("a", 1L), ("b", 1L)], _asked);
    }

    [Fact]
    public async Task So_many_are_asked_at_once_and_no_more_however_many_are_due()
    {
        var gate = new TaskCompletionSource();
        var pump = Pump(_ => gate.Task, atOnce: 4);
        pump.Take(Frame(1), [.. Enumerable.Range(0, 2_000).Select(i => new AccountId($"a-{i}"))]);
        await UntilAsync(() => Volatile.Read(ref _atOnce) == 4);
        pump.Take(Frame(2), [.. Enumerable.Range(0, 2_000).Select(i => new AccountId($"a-{i}"))]);
        gate.SetResult();
        await pump.IdleAsync();

        Assert.Equal(4, _most);
        Assert.Equal(2_000, _asked.Select(a => a.Account).Distinct().Count());
    }

    [Fact]
    public async Task What_waits_gives_way_to_a_newer_sweep_and_who_is_being_asked_is_not_asked_twice()
    {
        var gate = new TaskCompletionSource();
        var pump = Pump(_ => gate.Task, atOnce: 1);
        pump.Take(Frame(1), Accounts("x", "y"));
        await UntilAsync(() => _asked.Count == 1);
        pump.Take(Frame(2), Accounts("x", "z"));
        gate.SetResult();
        await pump.IdleAsync();

        // y is not due any more, x is under way, and z is looked at by the frame that nominated it
        Assert.Equal([("x", 1L), ("z", 2L)], _asked);
    }

    [Fact]
    public async Task One_that_fails_holds_nobody_up_and_is_asked_again_when_it_is_due_again()
    {
        var pump = Pump(a => a == "bad" ? throw new IOException("no") : Task.CompletedTask, atOnce: 1);
        pump.Take(Frame(1), Accounts("bad", "good"));
        await pump.IdleAsync();
        pump.Take(Frame(2), Accounts("bad"));
        await pump.IdleAsync();

        Assert.Equal([("bad", 1L), ("good", 1L), ("bad", 2L)], _asked);
    }

    private NominationPump Pump(Func<string, Task> ask, int atOnce) => new(async (account, frame) =>
    {
        _asked.Enqueue((account.Value, frame.Sequence));
        var now = Interlocked.Increment(ref _atOnce);
        lock (_asked)
        {
            _most = Math.Max(_most, now);
        }
        try
        {
            await ask(account.Value);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }, atOnce, NullLogger.Instance);

    private static FrameNumber Frame(long sequence) => new(1, sequence);

    private static AccountId[] Accounts(params string[] names) => [.. names.Select(n => new AccountId(n))];

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Yield();
        }
    }
}
