using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api;

/// <summary>Whether the service is well.</summary>
internal sealed class HealthEndpoints(ILeverageGrid grid)
{
    /// <summary>Up once recovery is over, and from then on.</summary>
    public Task<Answer> GetStartupAsync(HttpContext context) =>
        Health(grid.Health, grid.Health.Condition != GridCondition.Recovering);

    /// <summary>Commands are taken; what does not work beside them is in the reason.</summary>
    public Task<Answer> GetReadyAsync(HttpContext context) =>
        Health(grid.Health, grid.Health.Condition is GridCondition.Ready or GridCondition.Degraded);

    /// <summary>Only that the process answers: no storage, no grid, so that a shared fault restarts nobody.</summary>
    public Task<Answer> GetLiveAsync(HttpContext context) => Task.FromResult(Answer.Of(new LiveView("LIVE")));

    private static Task<Answer> Health(GridHealth health, bool isGood) => Task.FromResult(new Answer(null,
        new HealthView(SnapshotJson.Word(health.Condition), health.Reason, health.Accounts, health.CommandsApplied,
            health.Frames),
        isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
}

internal sealed record LiveView(string Status);

/// <param name="Status">RECOVERING, READY, DEGRADED, READ_ONLY or STOPPED.</param>
/// <param name="Reason">What is wrong, in words; empty where nothing is.</param>
internal sealed record HealthView(string Status, string Reason, long Accounts, long CommandsApplied, long Frames);
