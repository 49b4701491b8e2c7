using System.Diagnostics;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>
/// Reads at a fixed rate, whatever the server does: each request has a time at which it is due, and what it took counts
/// from then, so that a server that stands still is seen to.
/// </summary>
internal sealed class ReadLoad(ServeProcess serve, LoadPlan plan)
{
    private const int Connections = 48;

    /// <summary>Of a hundred reads, how many are of what; those that the server does not have are left out.</summary>
    private static readonly (int Share, string Target)[] Mix =
    [
        (60, "/v1/accounts/{id}"), (10, "/v1/system"), (8, "/v1/markets"), (5, "/v1/at-risk?limit=50"),
        (5, "/v1/accounts?sort=risk&limit=50"), (4, "/v1/oracle"), (3, "/v1/skew"), (2, "/v1/histogram"),
        (2, "/v1/liquidation-map/BTC-USD"), (1, "/v1/events"),
    ];

    private List<double> _latencies = [];
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _statuses = new(StringComparer.Ordinal);

    /// <summary>Answers by target and status, where the status is not 200.</summary>
    public IReadOnlyDictionary<string, int> NotOk => _statuses;

    /// <summary>What is asked, each as often as its share says.</summary>
    public async Task<IReadOnlyList<string>> TargetsAsync(CancellationToken cancellation)
    {
        using var probe = await RawClient.ConnectAsync(serve.Address, 0);
        var targets = new List<string>();
        foreach (var (share, target) in Mix)
        {
            var (status, _) = await probe.AskAsync(RawClient.Get(serve.Address, serve.Keys.Readers[0],
                Concrete(target, serve, new Random(0))), cancellation);
            if (status == 200)
            {
                targets.AddRange(Enumerable.Repeat(target, share));
            }
        }
        return targets;
    }

    public async Task RunAsync(IReadOnlyList<string> targets, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(at => Task.Run(
            () => AskAsync(at, targets, began, cancellation), CancellationToken.None)));
    }

    /// <summary>What reads took since the last call, in milliseconds, sorted.</summary>
    public List<double> Take()
    {
        List<double> taken;
        lock (_gate)
        {
            (taken, _latencies) = (_latencies, []);
        }
        taken.Sort();
        return taken;
    }

    /// <summary>A target with some account in it.</summary>
    public static string Concrete(string target, ServeProcess serve, Random random) => target.Replace("{id}",
        serve.Accounts[random.Next(serve.Accounts.Count)].Value, StringComparison.Ordinal);

    private async Task AskAsync(int at, IReadOnlyList<string> targets, long began, CancellationToken cancellation)
    {
        var (random, key) = (new Random(at), serve.Keys.Readers[at % plan.Clients]);
        using var client = await RawClient.ConnectAsync(serve.Address, at % plan.Clients);
        try
        {
            for (var turn = 0L; ; turn++)
            {
                var dueMs = ((turn * Connections) + at) * 1000.0 / plan.ReadsPerSecond;
                var ahead = dueMs - Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                if (ahead >= 1.0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds((int)ahead), cancellation);
                }
                // a timer fires up to a millisecond late, which is not the server's
                dueMs = Math.Max(dueMs, Math.Min(Stopwatch.GetElapsedTime(began).TotalMilliseconds, dueMs + 1.5));
                var target = targets[random.Next(targets.Count)];
                var (status, _) = await client.AskAsync(RawClient.Get(serve.Address, key,
                    Concrete(target, serve, random)), cancellation);
                var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds - dueMs;
                lock (_gate)
                {
                    _latencies.Add(took);
                    if (status != 200)
                    {
                        var row = $"{target} {status}";
                        _statuses[row] = _statuses.GetValueOrDefault(row) + 1;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // enough
        }
    }
}
