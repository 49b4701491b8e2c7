using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Indices;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Indices;

/// <summary>What a surface service made of a frame.</summary>
/// <param name="Build">The surface and what became of every expiry of it.</param>
/// <param name="Marks">Every series that is not quoted: its volatility, its mark, or why it has none.</param>
public sealed record SurfaceReading(FrameNumber Frame, SurfaceBuild Build, IReadOnlyList<SurfaceMark> Marks)
{
    public int Published => Marks.Count(mark => mark.Status == SurfaceMarkStatus.Published);
}

/// <summary>
/// Marks the option series of a grid that nobody quotes on the surface of those that somebody does: the quoted marks of
/// the newest frame make a smile of each expiry, and every other series is published at its volatility there, through
/// the port, like any price. A quote that may not decide is left out; while no smile can be made nothing is published,
/// and the marks grow stale. Series that the engine marks at a volatility of their own are neither.
/// </summary>
/// <param name="quoted">Whether a series' mark comes from elsewhere.</param>
/// <param name="source">Under which the oracle knows this service.</param>
/// <param name="method">Marks, VannaVolga or Svi.</param>
public sealed class SurfaceService(ILeverageGrid grid, AssetId underlying, Func<Instrument, bool> quoted,
    SourceId source, TimeProvider clock, SmileMethod method = SmileMethod.Svi)
{
    private readonly SurfaceMarkPublisher _publisher = new(
        [.. grid.Universe.Instruments.Where(i => IsOurs(i, underlying) && !quoted(i))], source,
        clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The newest; null before the first.</summary>
    public SurfaceReading? Reading { get; private set; }

    public async Task RunAsync(TimeSpan interval, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, clock);
        do
        {
            await PublishAsync(cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>One surface of the newest frame, and what it marks.</summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        var frame = grid.Frame;
        if (FrameChain.Of(frame, underlying, i => IsOurs(i, underlying) && quoted(i) && MayDecide(frame, i))
            is not { Quotes.Count: > 0 } chain)
        {
            return;
        }
        var build = SurfaceBuilder.Build(chain, method);
        var nowMs = Math.Max(frame.TimeMs, clock.GetUtcNow().ToUnixTimeMilliseconds());
        Reading = new SurfaceReading(frame.Number, build,
            build.Surface is { } surface ? _publisher.Publish(surface, move: 1.0, nowMs) : []);
        foreach (var mark in Reading.Marks)
        {
            if (mark.Update is { } update)
            {
                await grid.PublishAsync(update, cancellation);
            }
        }
    }

    private static bool IsOurs(Instrument instrument, AssetId underlying) =>
        instrument is { Option: { Marking: null }, Expiry: not null } && instrument.Base.Id == underlying;

    private static bool MayDecide(PriceFrame frame, Instrument instrument) =>
        frame[instrument.MarkFeed].State is PriceState.Fresh or PriceState.Degraded;
}
