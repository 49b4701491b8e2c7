using System.Text.Json;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>A server with prices that move, and somebody who asks it how it is.</summary>
internal sealed class LoadSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PricePublisher _publisher;
    private readonly Task _publishing;

    private LoadSession(ServeProcess serve, LoadPlan plan)
    {
        (Serve, Plan) = (serve, plan);
        Client = Known(serve.Keys.Readers[0]);
        Operator = Known(serve.Keys.Operator);
        _publisher = new PricePublisher(serve);
        _publishing = _publisher.RunAsync(_stop.Token);
    }

    public ServeProcess Serve { get; }

    public LoadPlan Plan { get; }

    /// <summary>Who reads.</summary>
    public HttpClient Client { get; }

    /// <summary>Who has work done.</summary>
    public HttpClient Operator { get; }

    public int Refused => _publisher.Refused;

    /// <summary>Comes back once there are figures, and code has been compiled.</summary>
    public static async Task<LoadSession> StartAsync(LoadPlan plan)
    {
        var session = new LoadSession(await ServeProcess.StartAsync(plan.Accounts, plan.Clients), plan);
        while (!(await session.Client.GetAsync("v1/system")).IsSuccessStatusCode)
        {
            await Task.Delay(50);
        }
        using var warm = new CancellationTokenSource(TimeSpan.FromTicks(plan.Phase.Ticks / 4));
        var reads = new ReadLoad(session.Serve, plan);
        await reads.RunAsync(await reads.TargetsAsync(CancellationToken.None), warm.Token);
        return session;
    }

    /// <summary>How the server was over a while that begins now.</summary>
    public async Task<ServerMoment> PhaseAsync(TimeSpan time)
    {
        var processor = Serve.Processor;
        await Task.Delay(time);
        return await NowAsync(LoadPlan.Window(time), (Serve.Processor - processor).TotalSeconds / time.TotalSeconds);
    }

    /// <param name="seconds">What frames are of.</param>
    public async Task<ServerMoment> NowAsync(int seconds, double cores = double.NaN)
    {
        using var status = JsonDocument.Parse(await Client.GetStringAsync($"v1/status?seconds={seconds}"));
        return ServerMoment.Of(status.RootElement, Serve.ResidentBytes, cores);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _publishing;
        _stop.Dispose();
        Client.Dispose();
        Operator.Dispose();
        await Serve.DisposeAsync();
    }

    private HttpClient Known(string key)
    {
        var client = new HttpClient { BaseAddress = Serve.Address, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }
}
