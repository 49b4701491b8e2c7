using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>Jobs, newest first.</summary>
internal sealed record JobsView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<JobView> Items, string? NextCursor);

/// <summary>A job and how far it is.</summary>
/// <param name="State">QUEUED, RUNNING, DONE, FAILED or CANCELLED.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="EtaMs">Until it is done, as it goes now; null where that cannot be told yet.</param>
/// <param name="AsOf">The frame that it works on; null until it began.</param>
/// <param name="Reach">The accounts that it works on; null until they have been read.</param>
/// <param name="IsCancelling">It was told to stop and has not stopped yet.</param>
/// <param name="Code">Why it failed; null where it did not.</param>
/// <param name="Parameters">As they were sent.</param>
internal sealed record JobView(
    string Id, string Kind, string State, double Progress, long? EtaMs, AsOfJson? AsOf, long? Seq,
    MarketFreshness? Freshness, ReachView? Reach, long SubmittedMs, long? StartedMs, long? EndedMs, bool IsCancelling,
    string? Code, string? Detail, JsonElement Parameters)
{
    /// <summary>Share of the work from which on what is left can be told.</summary>
    private const double Told = 0.01;

    public static JobView Of(Job job, TimeProvider clock)
    {
        var progress = Math.Round(job.Progress, 4);
        var frame = job.Frame;
        return new JobView(job.Id.ToString(), job.Request.Kind, SnapshotJson.Word(job.State), progress,
            job.State == JobState.Running && progress >= Told
                ? (long)(clock.GetElapsedTime(job.Began).TotalMilliseconds * (1.0 - progress) / progress)
                : null,
            frame is null ? null : SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame?.Number.Sequence,
            frame is null ? null : MarketFreshness.Of(frame), job.Reach, job.SubmittedMs, job.StartedMs, job.EndedMs,
            job.IsCancelled && !job.IsOver, job.Fault?.Code, job.Fault?.Detail, job.Request.Parameters);
    }
}

/// <summary>What came of a job, of the frame that it began with.</summary>
/// <param name="Result">Figures of its kind.</param>
internal sealed record JobResultView(
    string Id, string Kind, AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView Reach, object Result)
{
    public static JobResultView Of(Job job, PriceFrame frame) => new(job.Id.ToString(), job.Request.Kind,
        SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence, MarketFreshness.Of(frame),
        job.Reach!, job.Outcome!.Figures);
}

/// <summary>The library of scenarios over this market.</summary>
internal sealed record LibraryView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<ScenarioView> Items, string? NextCursor);

/// <param name="Kind">GRID, CORRELATION_ONE, HISTORICAL, COLLATERAL_DEPEG, VENUE_OUTAGE, ...</param>
/// <param name="Moves">By feed: -0.2 is 20 % down. What happens.</param>
/// <param name="SeenMoves">What the venue sees, where that differs.</param>
internal sealed record ScenarioView(
    string Name, string Kind, string Note, IReadOnlyDictionary<string, double> Moves,
    IReadOnlyDictionary<string, double>? SeenMoves, double Basis, double FundingRate);
