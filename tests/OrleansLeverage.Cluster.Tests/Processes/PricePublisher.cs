using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using Xunit;
using Xunit.Sdk;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>One feed's price, published for as long as a test runs, whichever silos live.</summary>
internal sealed class PricePublisher : IDisposable
{
    private static readonly SourceId Source = new("test");

    private readonly SiloProcesses _silos;
    private readonly FeedId _feed;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private decimal _price;
    private long _sequence;

    public PricePublisher(SiloProcesses silos, FeedId feed, decimal price, TimeSpan patience)
    {
        (_silos, _feed, _price, _patience) = (silos, feed, price, patience);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Publishes this from now on, and does not wait for anybody to see it.</summary>
    public void Set(decimal price) => _price = price;

    /// <summary>The same, until the grid has it in a frame.</summary>
    public async Task SetAsync(decimal price)
    {
        Set(price);
        var feed = SiloProcesses.Universe.Feed(_feed)!;
        var until = NowMs() + (long)_patience.TotalMilliseconds;
        while (_silos.Grid.Frame[feed] is not { State: PriceState.Fresh, Price: { } now } || now.Value != price)
        {
            Assert.True(NowMs() < until, $"{_feed} does not become {price}: {_silos.Grid.Frame[feed]}");
            await Task.Delay(20);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.Wait(_patience);
        _stop.Dispose();
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _silos.Grid.PublishAsync(
                    new PriceUpdate(_feed, _price, Source, 1, NowMs() * 16 + ++_sequence % 16, NowMs()));
            }
            catch (Exception exception) when (exception is not XunitException)
            {
                // the next is as good
            }
            await Task.Delay(100);
        }
    }
}
