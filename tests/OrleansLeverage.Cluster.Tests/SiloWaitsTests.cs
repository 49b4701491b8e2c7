using System.Net;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Reads;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Jobs;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

public sealed class SiloWaitsTests
{
    private const int PatienceMs = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(PatienceMs);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);
    private static readonly SiloAddress Frozen = SiloAddress.New(IPAddress.Loopback, 11_111, 1);
    private static readonly SiloAddress Other = SiloAddress.New(IPAddress.Loopback, 11_112, 1);

    private readonly FiringClock _clock = new();
    private readonly SiloWaits _waits;

    public SiloWaitsTests() => _waits = new SiloWaits(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, SiloPatienceMs = PatienceMs, Time = _clock,
    });

    [Fact]
    public async Task A_silo_that_was_waited_for_in_vain_is_waited_for_a_moment_until_an_answer_of_it_comes()
    {
        Assert.Null(await AfterAsync(Patience, Frozen, Never()));
        Assert.Null(await AfterAsync(Moment, Frozen, Never()));
        // the others have their time
        Assert.Null(await AfterAsync(Patience, Other, Never()));

        Assert.Equal("in time", await _waits.AnswerAsync(Frozen, () => Task.FromResult<string?>("in time")));
        Assert.Null(await AfterAsync(Patience, Frozen, Never()));
    }

    [Fact]
    public async Task A_late_answer_is_enough_to_be_waited_for_again()
    {
        var late = new TaskCompletionSource<string?>();
        Assert.Null(await AfterAsync(Patience, Frozen, late.Task));
        late.SetResult(null);
        Assert.Null(await AfterAsync(Patience, Frozen, Never()));
    }

    [Fact]
    public async Task A_silo_that_fails_is_not_waited_for_and_one_that_is_gone_is_forgotten()
    {
        Assert.Null(await _waits.AnswerAsync<string>(Frozen, () => throw new InvalidOperationException()));
        Assert.Null(await _waits.AnswerAsync(Frozen, () => Task.FromException<string?>(new TimeoutException())));
        Assert.Null(await AfterAsync(Patience, Frozen, Never()));
        _waits.Keep([Other]);
        Assert.Null(await AfterAsync(Patience, Frozen, Never()));
    }

    private static Task<string?> Never() => new TaskCompletionSource<string?>().Task;

    /// <summary>An answer that is waited for until this much time is over; it must not be over before.</summary>
    private async Task<string?> AfterAsync(TimeSpan due, SiloAddress silo, Task<string?> answer)
    {
        var waiting = _waits.AnswerAsync(silo, () => answer);
        _clock.Fire(due == Patience ? Moment : Patience);
        Assert.False(waiting.IsCompleted);
        _clock.Fire(due);
        return await waiting.WaitAsync(Hang);
    }
}
