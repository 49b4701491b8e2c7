using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>
/// Queues as they were ranked, so that the pages of one are of one frame. The newest few are kept; a first page within
/// a second of another of the same market and rule is the same.
/// </summary>
internal sealed class QueueSnapshots(ILeverageGrid grid, GridServerOptions options)
{
    private const int Kept = 8;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<Ranked> _ranked = new();
    private long _next;

    /// <summary>Null for a market that is none.</summary>
    public async ValueTask<Ranked?> NewAsync(InstrumentId market, DeleveragingRule rule, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_ranked.LastOrDefault(r => r.Queue.Instrument == market && r.Queue.Rule == rule) is { } known
                && options.Clock.GetElapsedTime(known.At) < Pace)
            {
                return known;
            }
        }
        if (await grid.Deleveraging.QueueAsync(market, rule, cancellation) is not { } queue)
        {
            return null;
        }
        lock (_gate)
        {
            var made = new Ranked(++_next, queue, options.Clock.GetTimestamp());
            _ranked.AddLast(made);
            if (_ranked.Count > Kept)
            {
                _ranked.RemoveFirst();
            }
            return made;
        }
    }

    /// <summary>Null where it is kept no longer.</summary>
    public Ranked? Find(long number)
    {
        lock (_gate)
        {
            return _ranked.FirstOrDefault(r => r.Number == number);
        }
    }

    /// <param name="At">Timestamp of the clock.</param>
    internal sealed record Ranked(long Number, DeleveragingQueue Queue, long At);
}
