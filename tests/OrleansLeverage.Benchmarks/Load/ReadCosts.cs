namespace OrleansLeverage.Benchmarks.Load;

/// <summary>
/// What a read of each kind allocates in the server, and an event of a stream: one after the other, less what the
/// server allocates by itself meanwhile.
/// </summary>
internal static class ReadCosts
{
    private const int Reads = 2_000;

    public static async Task RunAsync(LoadSession session, TextWriter output)
    {
        var reads = new ReadLoad(session.Serve, session.Plan);
        var targets = (await reads.TargetsAsync(CancellationToken.None)).Distinct().ToArray();
        var quiet = await RateAsync(session, () => Task.Delay(session.Plan.Phase));
        output.WriteLine($"by itself, watched by nobody: {quiet.BytesPerSecond / 1e6:F2} MB/s");
        output.WriteLine("| read | a second | allocated each |");
        output.WriteLine("|---|---|---|");
        using var client = await RawClient.ConnectAsync(session.Serve.Address, 0);
        var count = session.Plan == LoadPlan.Tiny ? 20 : Reads;
        foreach (var target in targets)
        {
            var random = new Random(1);
            // a key may ask so often, and no more
            await Task.Delay(session.Plan == LoadPlan.Tiny ? TimeSpan.Zero : TimeSpan.FromSeconds(2));
            var (bytesPerSecond, seconds) = await RateAsync(session, async () =>
            {
                for (var i = 0; i < count; i++)
                {
                    await client.AskAsync(RawClient.Get(session.Serve.Address, session.Serve.Keys.Readers[0],
                        ReadLoad.Concrete(target, session.Serve, random)), CancellationToken.None);
                }
            });
            output.WriteLine($"| {target} | {count / seconds:F0} | "
                + $"{(bytesPerSecond - quiet.BytesPerSecond) * seconds / count / 1e3:F1} kB |");
        }
    }

    private static async Task<(double BytesPerSecond, double Seconds)> RateAsync(LoadSession session, Func<Task> work)
    {
        var before = await session.NowAsync(1);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        await work();
        var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
        return (((await session.NowAsync(1)).Allocated - before.Allocated) / seconds, seconds);
    }
}
