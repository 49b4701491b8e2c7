using System.Diagnostics.Metrics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Web.Metrics;

/// <summary>One look at a grid: what all gauges of one collection are of.</summary>
internal sealed record GridLook(SystemFigures? Figures, IReadOnlyList<FeedQuote> Quotes, GridHealth Health,
    GridTelemetry? Telemetry, double? Fund, PriceFrame Frame, long NowMs)
{
    /// <summary>Markets that get series of their own; of more, the first by their number.</summary>
    public const int MarketsMax = 256;

    public static GridLook At(ILeverageGrid grid, TimeProvider clock)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new GridLook(grid.System, [.. grid.Oracle.Take(MarketsMax)], grid.Health, grid.Telemetry,
            grid.Market?.Fund, grid.Frame, nowMs);
    }

    /// <summary>Memory left to the process, as the collector last saw it; unknown before its first run.</summary>
    public static double? MemoryLeft
    {
        get
        {
            var memory = GC.GetGCMemoryInfo();
            return memory is { Index: > 0, TotalAvailableMemoryBytes: > 0 }
                ? Math.Max(0.0, 1.0 - (double)memory.MemoryLoadBytes / memory.TotalAvailableMemoryBytes)
                : null;
        }
    }

    /// <summary>Seconds by which the figures are behind the newest frame.</summary>
    public double? FiguresLag => Figures is null ? null : Math.Max(0L, Frame.TimeMs - Figures.FrameTimeMs) / 1e3;

    /// <summary>Seconds by which the newest frame is behind the clock.</summary>
    public double FrameLag => Math.Max(0L, NowMs - Frame.TimeMs) / 1e3;

    /// <summary>Rows for every market there is; without figures where nobody holds it.</summary>
    public IEnumerable<Measurement<double>> ByMarket(
        Func<string, AssetLeverage?, IEnumerable<Measurement<double>>> rows)
    {
        if (Figures is null)
        {
            return [];
        }
        var held = Figures.Assets.ToDictionary(asset => asset.Asset);
        return Frame.Universe.Markets.Take(MarketsMax)
            .SelectMany(feed => rows(feed.Id.Value, held.GetValueOrDefault(feed.Id)));
    }
}
