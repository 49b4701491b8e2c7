using OrleansLeverage.Grains.Systemic;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>How many accounts are asked for at once, over stores that a test answers for by hand.</summary>
public sealed class RecoveryPaceTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Accounts = [.. Enumerable.Range(0, 1_000).Select(i => $"acc-{i}")];

    private readonly StepTime _time = new();
    private readonly List<TaskCompletionSource> _asked = [];
    private readonly List<string> _order = [];
    private readonly List<string> _failed = [];

    [Fact]
    public async Task A_store_that_answers_is_asked_more_and_never_more_than_is_allowed()
    {
        var pace = new RecoveryPace(32, Slow, _time);
        var run = Start(pace);
        var most = 0;
        while (!run.IsCompleted)
        {
            most = Math.Max(most, _asked.Count);
            await AnswerAsync(run, static a => a.SetResult());
        }

        Assert.Equal((32, 32, 1_000), (most, pace.AtOnce, await run));
        Assert.Equal(Accounts, _order);
    }

    [Fact]
    public async Task A_store_that_holds_four_is_asked_for_about_four()
    {
        var pace = new RecoveryPace(32, Slow, _time);
        var run = Start(pace);
        var most = 0;
        while (!run.IsCompleted)
        {
            most = _order.Count > 100 ? Math.Max(most, _asked.Count) : most;
            var isTooMany = _asked.Count > 4;
            await AnswerAsync(run, a =>
            {
                if (isTooMany)
                {
                    a.SetException(new TimeoutException("busy"));
                }
                else
                {
                    a.SetResult();
                }
            });
        }

        Assert.InRange(most, 4, 6);
        // with 32 at once all of them would fail
        Assert.InRange(_failed.Count, 1, 500);
        Assert.Equal(1_000 - _failed.Count, await run);
    }

    [Fact]
    public async Task Many_that_fail_together_halve_once()
    {
        var pace = new RecoveryPace(32, Slow, _time);
        var run = Start(pace);
        Assert.Equal(8, _asked.Count);
        await AnswerAsync(run, static a => a.SetException(new TimeoutException("busy")));

        Assert.Equal(4, pace.AtOnce);
    }

    [Fact]
    public async Task A_slow_store_is_not_asked_more()
    {
        var pace = new RecoveryPace(32, Slow, _time);
        var run = Start(pace);
        for (var round = 0; round < 20; round++)
        {
            _time.Advance(300);
            await AnswerAsync(run, static a => a.SetResult());
        }

        Assert.Equal(8, pace.AtOnce);
    }

    [Fact]
    public async Task Nothing_is_begun_after_the_time_is_over()
    {
        var pace = new RecoveryPace(32, Slow, _time);
        var run = Start(pace);
        _time.Advance(5_000);
        await AnswerAsync(run, static a => a.SetResult());

        Assert.Equal(Accounts[..8], _order);
        Assert.True(run.IsCompleted, "it goes on");
        Assert.Equal(8, await run);
    }

    private Task<int> Start(RecoveryPace pace) => pace.RunAsync(Accounts, TimeSpan.FromSeconds(5), account =>
    {
        var asked = new TaskCompletionSource();
        _asked.Add(asked);
        _order.Add(account);
        return asked.Task;
    }, (account, _) => _failed.Add(account));

    /// <summary>Answers all that have been asked, each before what follows from it is asked.</summary>
    private async Task AnswerAsync(Task run, Action<TaskCompletionSource> answer)
    {
        var asked = _asked.ToArray();
        _asked.Clear();
        Array.ForEach(asked, a => answer(a));
        for (var i = 0; i < 1_000 && _asked.Count == 0 && !run.IsCompleted; i++)
        {
            await Task.Yield();
        }
    }

    /// <summary>A clock of milliseconds that stands still in between.</summary>
    private sealed class StepTime : TimeProvider
    {
        private long _ms;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _ms;

        public void Advance(long ms) => _ms += ms;
    }
}
