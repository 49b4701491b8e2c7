using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>Jobs over HTTP: asked for, watched, cancelled, and what came of them.</summary>
internal sealed class JobEndpoints(ILeverageGrid grid, JobBoard board, TimeProvider clock)
{
    private const string ListName = "jobs";

    public Task<Answer> PostAsync(HttpContext context, RequestReading<JobRequest> reading)
    {
        var request = reading.Items[0].Value!;
        if (request.Check(grid.Universe) is { } impossible)
        {
            return Task.FromResult<Answer>(Refusal.Of(impossible.Code, impossible.Field));
        }
        var (job, isOld, fault) = board.Submit(request);
        if (job is null)
        {
            return Task.FromResult<Answer>(Refusal.Of(fault!));
        }
        AuditNote.Target(context, job.Id.ToString());
        context.Response.Headers.Location = $"{context.Request.Path}/{job.Id}";
        return Task.FromResult(new Answer(null, View(job),
            isOld ? StatusCodes.Status200OK : StatusCodes.Status202Accepted));
    }

    public Task<Answer> GetAllAsync(HttpContext context, ReadQuery query)
    {
        var jobs = board.All();
        var from = 0;
        if (query.CursorText is { } cursor)
        {
            if (Cursor.Words(cursor, ListName, 1) is not [var last])
            {
                return Task.FromResult<Answer>(Refusal.Of("bad_cursor", "cursor"));
            }
            from = 1 + jobs.ToList().FindIndex(job => job.Id.ToString() == last);
            if (from == 0)
            {
                return Task.FromResult<Answer>(Refusal.Of("cursor_gone"));
            }
        }
        var items = jobs.Skip(from).Take(query.Limit).Select(View).ToArray();
        var next = from + items.Length < jobs.Count ? Cursor.Of(ListName, items[^1].Id) : null;
        var frame = grid.Frame;
        return Task.FromResult(query.Format() is not ListFormat.Json and var format
            ? Answer.Of(items.Select(item => new
            {
                item.Id, item.Kind, item.State, item.Progress, Frame = item.AsOf?.Frame, item.SubmittedMs,
                item.StartedMs, item.EndedMs, item.Code,
            }), format) with { NextCursor = next, Headers = FrameHeaders.Of(frame) }
            : Answer.Of(new JobsView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), items, next)));
    }

    public Task<Answer> GetAsync(HttpContext context, ReadQuery query) =>
        Task.FromResult(Find(context) is { } job ? Answer.Of(View(job)) : Refusal.Of("not_found"));

    public Task<Answer> GetResultAsync(HttpContext context, ReadQuery query)
    {
        if (Find(context) is not { } job)
        {
            return Task.FromResult<Answer>(Refusal.Of("not_found"));
        }
        var (state, fault) = board.Look(job, j => (j.State, j.Fault));
        return Task.FromResult(state switch
        {
            JobState.Done => Result(job, query.Format()) with
            {
                // what came of a job never changes
                Tag = string.Create(CultureInfo.InvariantCulture, $"\"{job.Id}-{query.Format()}\""),
            },
            JobState.Failed => Refusal.Of("job_failed", detail: fault is null ? null : $"{fault.Code}: {fault.Detail}"),
            JobState.Cancelled => Refusal.Of("job_cancelled"),
            _ => Refusal.Of("job_not_done"),
        });
    }

    /// <summary>Cancels; one that is over stays as it is, so that asking twice is asking once.</summary>
    public Task<Answer> DeleteAsync(HttpContext context)
    {
        if (Find(context) is not { } job)
        {
            return Task.FromResult<Answer>(Refusal.Of("not_found"));
        }
        board.Cancel(job);
        return Task.FromResult(Answer.Of(View(job)));
    }

    public Task<Answer> GetLibraryAsync(HttpContext context, ReadQuery query)
    {
        var frame = grid.Frame;
        var feeds = grid.Universe.Feeds;
        IReadOnlyDictionary<string, double> Named(IReadOnlyList<double> moves) => feeds
            .Where(feed => moves[feed.Index] != 0.0).ToDictionary(feed => feed.Id.Value, feed => moves[feed.Index]);
        var items = Scenarios.Library(grid.Universe).Select(scenario => new ScenarioView(
            scenario.Name, ScenarioRow.Word(scenario.Kind), scenario.Note, Named(scenario.Moves),
            scenario.SeenMoves is { } seen ? Named(seen) : null, scenario.Basis, scenario.FundingRate)).ToArray();
        return Task.FromResult(query.Format() is not ListFormat.Json and var format
            ? Answer.Of(items.Select(item => new { item.Name, item.Kind, item.Note, item.Basis, item.FundingRate }),
                format)
            : Answer.Of(new LibraryView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), items, null)));
    }

    private static Answer Result(Job job, ListFormat format) => format == ListFormat.Json
        ? Answer.Of(JobResultView.Of(job, job.Frame!))
        : Answer.Of(job.Outcome!.Rows, format) with
        {
            Headers = [.. FrameHeaders.Of(job.Frame!), .. job.Reach!.Headers()],
        };

    private JobView View(Job job) => board.Look(job, j => JobView.Of(j, clock));

    private Job? Find(HttpContext context) =>
        CommandId.TryParse((string?)context.Request.RouteValues["id"], out var id) ? board.Find(id) : null;
}
