using System.Globalization;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.OpenApi;

namespace OrleansLeverage.Web.Status;

/// <summary><c>GET /v1/status?seconds=15</c>: how the service itself is.</summary>
internal sealed class StatusEndpoint(ILeverageGrid grid, GridServerOptions options, RouteTimes routes,
    MeterTotals totals)
{
    private const int SecondsDefault = 15;
    private readonly DateTimeOffset _startedAt = options.Clock.GetUtcNow();
    private readonly long _started = options.Clock.GetTimestamp();

    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new CountParameter("seconds", "What rates, routes and frames are of", 1, RouteTimes.SecondsMax, SecondsDefault),
    ];

    public Task<Answer> GetAsync(HttpContext context, ReadQuery query) =>
        Task.FromResult(Answer.Of(View((int)(query.Count("seconds") ?? SecondsDefault))));

    private StatusView View(int seconds)
    {
        var (frame, health, telemetry) = (grid.Frame, grid.Health, grid.Telemetry);
        var uptime = options.Clock.GetElapsedTime(_started).TotalSeconds;
        var (window, rows) = routes.Last(seconds);
        return new StatusView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
            MarketFreshness.Of(frame), Build.Version, options.Mode, grid.GetType().Name,
            _startedAt.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), uptime,
            new StatusHealth(SnapshotJson.Word(health.Condition), health.Reason),
            new StatusCounts(health.Accounts, health.CommandsApplied, health.Frames,
                grid.Universe.Instruments.Count, grid.Universe.Markets.Count, telemetry?.Triggers),
            window, rows.Sum(row => row.Requests) / window,
            [.. rows.Select(row => new RouteStatus(row.Route, row.Requests / window, row.Errors / window, row.P50Ms,
                row.P99Ms, row.MaxMs))],
            telemetry is null ? null : Frames(telemetry, window, frame.TimeMs),
            telemetry is null ? null : new QueueStatus(telemetry.CommandsQueued, telemetry.CommandsQueuedMax,
                telemetry.OldestQueuedMs),
            telemetry?.Journal is { } journal ? Of(journal) : null, Collector(),
            new MemoryStatus(Environment.WorkingSet, telemetry?.RowBytes, telemetry?.StateBytes),
            new ThreadStatus(ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount),
            new StreamStatus(totals.Now("leveragegrid.stream.subscriber.count"),
                totals.Count("leveragegrid.stream.dropped")),
            [.. totals.ByReason("leveragegrid.input.rejected")
                .Select(row => new RejectedStatus(row.Reason, row.Count))],
            Configuration());
    }

    private FrameStatus Frames(GridTelemetry telemetry, double window, long frameTimeMs)
    {
        var now = options.Clock.GetTimestamp();
        var frames = telemetry.Frames.After(0)
            .Where(frame => options.Clock.GetElapsedTime(frame.EndedAt, now).TotalSeconds <= window).ToArray();
        var intervals = frames.Where(frame => frame.IntervalMs is not null)
            .Select(frame => frame.IntervalMs!.Value).Order().ToArray();
        var sweeps = frames.Select(frame => frame.SweepMs).Order().ToArray();
        var lagMs = Math.Max(0L, options.Clock.GetUtcNow().ToUnixTimeMilliseconds() - frameTimeMs);
        return new FrameStatus(frames.Length / window, Quantile(intervals, 0.5), Quantile(intervals, 0.99),
            Quantile(sweeps, 0.5), Quantile(sweeps, 0.99), Quantile(sweeps, 1.0),
            Quantile([.. frames.Select(frame => frame.StepMs).Order()], 0.99), lagMs);
    }

    /// <summary>The smallest value that at least that part does not exceed; null of none.</summary>
    private static double? Quantile(double[] sorted, double part) => sorted.Length == 0
        ? null
        : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * part) - 1)];

    private static JournalStatus Of(JournalTelemetry journal) => new(journal.Commits, journal.Records, journal.Bytes,
        journal.Failures, journal.CommitP50Ms, journal.CommitP99Ms, journal.SyncP50Ms, journal.SyncP99Ms,
        journal.SinceSnapshotBytes);

    private static CollectorStatus Collector()
    {
        var memory = GC.GetGCMemoryInfo();
        return new CollectorStatus(GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2),
            GC.GetTotalPauseDuration().TotalMilliseconds, memory.PauseTimePercentage, GC.GetTotalMemory(false),
            memory.TotalCommittedBytes, GC.GetTotalAllocatedBytes());
    }

    private SortedDictionary<string, string?> Configuration()
    {
        var shown = new SortedDictionary<string, string?>(StringComparer.Ordinal)
        {
            ["port"] = options.Port.ToString(CultureInfo.InvariantCulture),
            ["hosts"] = string.Join(' ', options.Hosts),
            ["otlp"] = SecretMask.Of("otlp", options.Otlp?.Endpoint.ToString()),
        };
        foreach (var limit in typeof(EdgeLimits).GetProperties().Where(property => property.PropertyType.IsValueType))
        {
            shown["limits." + char.ToLowerInvariant(limit.Name[0]) + limit.Name[1..]] =
                Convert.ToString(limit.GetValue(options.Limits), CultureInfo.InvariantCulture);
        }
        foreach (var (name, value) in options.Settings)
        {
            shown[name] = SecretMask.Of(name, value);
        }
        return shown;
    }
}

internal static class StatusRoutes
{
    public static IServiceCollection AddGridStatus(this IServiceCollection services) => services
        .AddSingleton<RouteTimes>().AddSingleton<MeterTotals>().AddSingleton<StatusEndpoint>();

    public static void MapGridStatus(this IEndpointRouteBuilder app, string prefix) =>
        app.MapRead(prefix + "/status", StatusEndpoint.Parameters,
                app.ServiceProvider.GetRequiredService<StatusEndpoint>().GetAsync)
            .RequireScope(Scope.Read).ShowsNoAccounts()
            .Describe("status", "How the service itself is: requests, frames, queues, memory, settings",
                typeof(StatusView));
}
