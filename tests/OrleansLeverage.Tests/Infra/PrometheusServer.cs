using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OrleansLeverage.Tests.Repository;

namespace OrleansLeverage.Tests.Infra;

/// <summary>One series of an answer: its labels and its value now.</summary>
internal sealed record Series(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// Debian's Prometheus on a free loopback port, with the committed configuration: only the target, the pace and the
/// folder are changed. Ends with the test.
/// </summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const string Source = "infra/prometheus";
    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _client;

    private PrometheusServer(Process process, string folder, int port)
    {
        (_process, _folder) = (process, folder);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    public static async Task<PrometheusServer> StartAsync(Uri target)
    {
        var folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
        var config = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, Source, "prometheus.yml"));
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config
            .Replace("127.0.0.1:5080", target.Authority, StringComparison.Ordinal)
            .Replace("_interval: 5s", "_interval: 1s", StringComparison.Ordinal)
            .Replace("_timeout: 4s", "_timeout: 1s", StringComparison.Ordinal));
        File.Copy(Path.Combine(RepositoryFiles.Root, Source, "alerts.yml"), Path.Combine(folder, "alerts.yml"));
        for (var tries = 0; ; tries++)
        {
            var server = Start(folder, FreePort());
            if (await server.IsReadyAsync())
            {
                return server;
            }
            await server.StopAsync();
            if (tries == 3)
            {
                throw new InvalidOperationException("prometheus does not start: is it installed, does it like the "
                    + $"configuration? {await Promtool.RunAsync(null, "check", "config", $"{Source}/prometheus.yml")}");
            }
        }
    }

    public async Task<IReadOnlyList<Series>> QueryAsync(string expression)
    {
        using var answer = await _client.PostAsync("api/v1/query",
            new FormUrlEncodedContent([KeyValuePair.Create("query", expression)]));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        if (json.RootElement.GetProperty("status").GetString() != "success")
        {
            throw new FormatException($"{json.RootElement.GetProperty("error")} in: {expression}");
        }
        var data = json.RootElement.GetProperty("data");
        return data.GetProperty("resultType").GetString() == "vector"
            ? [.. data.GetProperty("result").EnumerateArray().Select(Of)]
            : [new Series(new Dictionary<string, string>(), Number(data.GetProperty("result")))];
    }

    public async Task<JsonElement> RulesAsync() => JsonDocument.Parse(await _client.GetStringAsync("api/v1/rules"))
        .RootElement.GetProperty("data").GetProperty("groups");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static PrometheusServer Start(string folder, int port) => new(Process.Start(new ProcessStartInfo(
        "prometheus",
        [
            $"--config.file={Path.Combine(folder, "prometheus.yml")}",
            $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
        ]))!, folder, port);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        for (var tries = 0; tries < 300 && !_process.HasExited; tries++)
        {
            try
            {
                if ((await _client.GetAsync("-/ready")).IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (HttpRequestException)
            {
                // not there yet
            }
            await Task.Delay(100);
        }
        return false;
    }

    private async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static Series Of(JsonElement row) => new(
        row.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name,
            label => label.Value.GetString()!),
        Number(row.GetProperty("value")));

    private static double Number(JsonElement pair) => pair[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text!, System.Globalization.CultureInfo.InvariantCulture),
    };
}
