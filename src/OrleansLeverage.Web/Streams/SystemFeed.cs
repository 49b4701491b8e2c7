using System.Text.Json;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// One state of the channel: its members as JSON, so that a delta is what differs from a state seen before.
/// </summary>
internal sealed record SystemEvent(long Seq, IReadOnlyList<KeyValuePair<string, string>> Members)
{
    public static SystemEvent Of(long seq, SystemView view)
    {
        var members = JsonSerializer.SerializeToElement(view, Answer.Json).EnumerateObject()
            .Select(member => KeyValuePair.Create(member.Name, member.Value.GetRawText()));
        return new SystemEvent(seq, [.. members]);
    }

    /// <summary>Everything, or only what differs from <paramref name="seen"/>, as one JSON object.</summary>
    public string Contents(SystemEvent? seen)
    {
        var changed = Members.Where((member, at) => seen is null || seen.Members[at].Value != member.Value);
        return $"{{{string.Join(',', changed.Select(member => $"\"{member.Key}\":{member.Value}"))}}}";
    }
}

/// <summary>
/// The system channel, read from the grid once for all its readers. Numbers go up by one per event and go on where the
/// clock stands after a restart, so a cursor of an earlier life is old, never in the future. Keeps the last
/// <see cref="Kept"/> events for those who come back.
/// </summary>
internal sealed partial class SystemFeed(ILeverageGrid grid, GridServerOptions options, ILogger<SystemFeed> log)
    : BackgroundService
{
    public const int Kept = 256;

    /// <summary>At most ten events a second: more than anybody can read.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Queue<SystemEvent> _ring = new();
    private SystemEvent? _latest;
    private long _next = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The newest event, null before the first, and what ends when there is a newer one.</summary>
    public (SystemEvent? Latest, Task Changed) Now
    {
        get
        {
            lock (_gate)
            {
                return (_latest, _changed.Task);
            }
        }
    }

    /// <summary>The event a cursor names, or the code of why there is none.</summary>
    public (SystemEvent? Event, string? Fault) Find(string cursor)
    {
        if (cursor.Length is 0 or > 18 || !cursor.All(char.IsAsciiDigit))
        {
            return (null, "bad_cursor");
        }
        var seq = long.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        lock (_gate)
        {
            return seq >= _next ? (null, "bad_cursor")
                : _ring.FirstOrDefault(kept => kept.Seq == seq) is { } found ? (found, null)
                : (null, "resume_gap");
        }
    }

    public void Publish(SystemView view)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            _latest = SystemEvent.Of(_next++, view);
            _ring.Enqueue(_latest);
            if (_ring.Count > Kept)
            {
                _ring.Dequeue();
            }
            signal = _changed;
            _changed = NewSignal();
        }
        signal.SetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var figures in grid.WatchSystemAsync(stoppingToken))
            {
                Publish(SystemView.Of(figures, grid.Universe.Feeds.Count, options.Mode));
                await Task.Delay(Pace, options.Clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server stops
        }
        catch (Exception fault)
        {
            LogEnded(fault);
        }
    }

    [LoggerMessage(3, LogLevel.Critical, "the grid's figures ended: streams show the last ones")]
    private partial void LogEnded(Exception fault);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
