using System.Collections.Concurrent;
using System.Numerics;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Status;

/// <summary>What one route did over a while. Times at most a sixteenth above the true ones, null where nobody asked.
/// </summary>
internal sealed record RouteFigures(string Route, long Requests, long Errors, double? P50Ms, double? P99Ms,
    double? MaxMs);

/// <summary>
/// How long requests take, by route, over the last minute in slices of a second. An error is an answer of 500 or
/// above, or none. Streams and health are not requests that anybody waits for, and are left out.
/// </summary>
internal sealed class RouteTimes(TimeProvider clock)
{
    public const int SecondsMax = 60;

    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly long _origin = clock.GetTimestamp();

    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Unhurried>() is not null)
        {
            await next(context);
            return;
        }
        var began = clock.GetTimestamp();
        var isError = true;
        try
        {
            await next(context);
            isError = context.Response.StatusCode >= StatusCodes.Status500InternalServerError;
        }
        finally
        {
            var tookUs = (long)(clock.GetElapsedTime(began).TotalMilliseconds * 1000.0);
            _routes.GetOrAdd(Surface.Of(context), name => new Route(name)).Add(Second, tookUs, isError);
        }
    }

    /// <summary>
    /// So many whole seconds and the one that is running, and how long that is; by route name. Routes without a request
    /// are left out.
    /// </summary>
    public (double Seconds, IReadOnlyList<RouteFigures> Routes) Last(int seconds)
    {
        var life = clock.GetElapsedTime(_origin).TotalSeconds;
        var first = Math.Max(0L, (long)life - seconds);
        return (life - first, [.. _routes.Values.Select(route => route.From(first)).Where(row => row.Requests > 0)
            .OrderBy(row => row.Route, StringComparer.Ordinal)]);
    }

    private long Second => (long)clock.GetElapsedTime(_origin).TotalSeconds;

    /// <summary>A ring of seconds, each with its counts by time: 16 buckets to a doubling of microseconds.</summary>
    private sealed class Route(string name)
    {
        private const int Slices = SecondsMax + 2;
        private const int SubBits = 4;
        private readonly Lock _gate = new();
        private readonly Slice[] _slices = [.. Enumerable.Range(0, Slices).Select(_ => new Slice())];

        public void Add(long second, long tookUs, bool isError)
        {
            lock (_gate)
            {
                var slice = _slices[second % Slices];
                if (slice.Second != second)
                {
                    slice.Begin(second);
                }
                slice.Counts[Bucket(tookUs)]++;
                slice.Errors += isError ? 1 : 0;
                slice.MaxUs = Math.Max(slice.MaxUs, tookUs);
            }
        }

        public RouteFigures From(long second)
        {
            var counts = new long[Slice.Buckets];
            var (errors, maxUs) = (0L, 0L);
            lock (_gate)
            {
                foreach (var slice in _slices.Where(slice => slice.Second >= second))
                {
                    for (var bucket = 0; bucket < counts.Length; bucket++)
                    {
                        counts[bucket] += slice.Counts[bucket];
                    }
                    errors += slice.Errors;
                    maxUs = Math.Max(maxUs, slice.MaxUs);
                }
            }
            var all = counts.Sum();
            return new RouteFigures(name, all, errors, Quantile(counts, all, 0.50, maxUs),
                Quantile(counts, all, 0.99, maxUs), all == 0 ? null : maxUs / 1000.0);
        }

        private static double? Quantile(long[] counts, long all, double part, long maxUs)
        {
            var (rank, seen) = (Math.Max(1L, (long)Math.Ceiling(all * part)), 0L);
            for (var bucket = 0; bucket < counts.Length && all > 0; bucket++)
            {
                seen += counts[bucket];
                if (seen >= rank)
                {
                    return Math.Min(maxUs, UpperUs(bucket)) / 1000.0;
                }
            }
            return null;
        }

        private static int Bucket(long us)
        {
            var shift = Math.Max(0, BitOperations.Log2((ulong)Math.Max(1L, us)) - SubBits);
            return Math.Min(Slice.Buckets - 1, (shift << SubBits) + (int)(us >> shift));
        }

        private static long UpperUs(int bucket)
        {
            var shift = Math.Max(0, (bucket >> SubBits) - 1);
            return ((bucket - (shift << SubBits) + 1L) << shift) - 1L;
        }
    }

    private sealed class Slice
    {
        /// <summary>Up to an hour and more; what takes longer is in the last.</summary>
        public const int Buckets = 512;

        public long Second { get; private set; } = -1;

        public int[] Counts { get; } = new int[Buckets];

        public long Errors { get; set; }

        public long MaxUs { get; set; }

        public void Begin(long second)
        {
            Array.Clear(Counts);
            (Second, Errors, MaxUs) = (second, 0L, 0L);
        }
    }
}
