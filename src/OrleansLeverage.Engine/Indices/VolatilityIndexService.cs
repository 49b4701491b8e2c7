using OrleansLeverage.Domain;
using OrleansLeverage.Market.Indices;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Indices;

/// <summary>
/// Publishes a grid's own volatility index into the grid, like any price: the chain of the newest frame, at a steady
/// pace, through the port, so that whoever hosts the grid, in one process or as a cluster, has the same index. What the
/// oracle thinks of it is in the frames; while a chain is incomplete nothing is published and the index grows stale.
/// </summary>
public sealed class VolatilityIndexService(ILeverageGrid grid, AssetId underlying, SourceId source, TimeProvider clock)
{
    private readonly VolatilityIndexPublisher _publisher = new(
        new VolatilityIndexSettings(FeedId.VolatilityIndexOf(underlying), source)
        {
            TickSize = TickOf(grid, FeedId.VolatilityIndexOf(underlying)),
        },
        clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The newest reading, published or not; null before the first.</summary>
    public IndexReading? Reading { get; private set; }

    public async Task RunAsync(TimeSpan interval, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, clock);
        do
        {
            await PublishAsync(cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>One reading of the newest frame.</summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        if (FrameChain.Of(grid.Frame, underlying) is not { } chain)
        {
            return;
        }
        var nowMs = Math.Max(grid.Frame.TimeMs, clock.GetUtcNow().ToUnixTimeMilliseconds());
        Reading = _publisher.Publish(chain, nowMs);
        if (Reading.Update is { } update)
        {
            await grid.PublishAsync(update, cancellation);
        }
    }

    private static decimal TickOf(ILeverageGrid grid, FeedId index) => grid.Universe.Feed(index)?.TickSize
        ?? throw new ArgumentException($"the universe has no feed {index}", nameof(grid));
}
