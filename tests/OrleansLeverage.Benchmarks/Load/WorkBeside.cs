using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>Frames while the server does what reads every account: each kind of work as long as a phase.</summary>
internal static class WorkBeside
{
    public static async Task RunAsync(LoadSession session, TextWriter output)
    {
        var time = session.Plan.Phase;
        var (names, moments, notes) = (new List<string>(), new List<ServerMoment>(), new List<string>());
        await MeasureAsync("quiet", _ => Task.FromResult(""));
        await MeasureAsync("cascade", stop => CascadesAsync(session, stop));
        await MeasureAsync("adl board, 1 Hz", stop => LooksAsync(session, stop));
        await MeasureAsync("accounts export", stop => ExportsAsync(session, stop));
        await MeasureAsync("quiet again", _ => Task.FromResult(""));
        MomentTable.Write(output, names, moments);
        output.WriteLine();
        output.WriteLine(string.Join("; ", notes.Where(note => note.Length > 0)));

        async Task MeasureAsync(string name, Func<CancellationToken, Task<string>> work)
        {
            using var stop = new CancellationTokenSource();
            var working = work(stop.Token);
            names.Add(name);
            moments.Add(await session.PhaseAsync(time));
            await stop.CancelAsync();
            notes.Add(await working);
        }
    }

    /// <summary>One cascade after the other.</summary>
    private static async Task<string> CascadesAsync(LoadSession session, CancellationToken stop)
    {
        var (done, seconds) = (0, 0.0);
        while (!stop.IsCancellationRequested)
        {
            using var answer = await session.Operator.PostAsJsonAsync("v1/jobs",
                new { kind = "cascade", shock = -0.2, ticks = 600, runs = 5, seed = 1 }, CancellationToken.None);
            var id = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>())
                .GetProperty("id").GetString()!;
            JsonElement job;
            do
            {
                await Task.Delay(100, CancellationToken.None);
                job = await session.Operator.GetFromJsonAsync<JsonElement>($"v1/jobs/{id}");
                if (stop.IsCancellationRequested)
                {
                    using var _ = await session.Operator.DeleteAsync($"v1/jobs/{id}");
                    break;
                }
            }
            while (job.GetProperty("state").GetString() is "QUEUED" or "RUNNING");
            if (job.GetProperty("state").GetString() == "DONE")
            {
                done++;
                seconds += (job.GetProperty("endedMs").GetInt64() - job.GetProperty("startedMs").GetInt64()) / 1e3;
            }
        }
        return $"{done} cascades of 5 runs over 600 ticks, {seconds / Math.Max(1, done):F1} s each";
    }

    private static async Task<string> LooksAsync(LoadSession session, CancellationToken stop)
    {
        var took = new List<double>();
        while (!stop.IsCancellationRequested)
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            (await session.Client.GetAsync("v1/adl", CancellationToken.None)).EnsureSuccessStatusCode();
            took.Add(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.WhenAny(Task.Delay(1_000, stop));
        }
        took.Sort();
        return $"{took.Count} looks, p50 {Machine.Percentile(took, 50):F1} ms, the longest {took[^1]:F1}";
    }

    private static async Task<string> ExportsAsync(LoadSession session, CancellationToken stop)
    {
        var (done, bytes, seconds) = (0, 0L, 0.0);
        while (!stop.IsCancellationRequested)
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            await using var rows = await session.Client.GetStreamAsync("v1/export/accounts", CancellationToken.None);
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await rows.ReadAsync(buffer, CancellationToken.None)) > 0)
            {
                bytes += read;
            }
            done++;
            seconds += System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        return $"{done} exports of {bytes / done / 1e6:F1} MB, {seconds / done:F1} s each";
    }
}
