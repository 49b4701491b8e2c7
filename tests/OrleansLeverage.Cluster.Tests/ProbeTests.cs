using System.Diagnostics.Metrics;
using System.Net;
using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Silo;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What a silo tells of itself when not all is well, and what it measures.</summary>
public sealed class ProbeTests : IAsyncLifetime
{
    private readonly GridOptions _options = new()
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Workers = 1, FrameIntervalMs = 20,
    };

    private GridCluster _cluster = null!;
    private SiloGrid _rows = null!;

    public async Task InitializeAsync()
    {
        _cluster = await GridCluster.StartAsync(_options);
        await GridFixture.EventuallyAsync(() => Task.FromResult(_cluster.Grid.Frame.Number), n => n != default,
            "no frame comes");
        _rows = new SiloGrid(_options);
    }

    public async Task DisposeAsync()
    {
        _rows.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_silo_is_started_with_its_first_frame_and_ready_while_its_sweeps_succeed()
    {
        var settings = new SiloSettings { HealthPort = Servers.FreePort(), HttpPort = -1 };
        var endpoints = new Endpoints(_cluster.Grid, _rows, settings);
        await endpoints.StartAsync(CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{settings.HealthPort}/healthz/") };
        async Task<string> SaysAsync(string probe)
        {
            using var answer = await http.GetAsync(probe);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(text.StartsWith("not", StringComparison.Ordinal) ? HttpStatusCode.ServiceUnavailable
                : HttpStatusCode.OK, answer.StatusCode);
            return text;
        }

        Assert.Equal(("live", "not started", "not ready"),
            (await SaysAsync("live"), await SaysAsync("startup"), await SaysAsync("ready")));
        Take(1);
        await _rows.SweptAsync(new FrameNumber(1, 1));
        Assert.Equal(("live", "started", "ready"),
            (await SaysAsync("live"), await SaysAsync("startup"), await SaysAsync("ready")));
        _rows.Swept = _ => throw new IOException("no sweep");
        Take(2);
        await GridFixture.EventuallyAsync(() => Task.FromResult(_rows.Fault), fault => fault is not null, "no fault");
        Assert.Equal(("live", "started", "not ready"),
            (await SaysAsync("live"), await SaysAsync("startup"), await SaysAsync("ready")));
        _rows.Swept = null;
        Take(3);
        await GridFixture.EventuallyAsync(() => SaysAsync("ready"), text => text == "ready", "it does not recover");
        await _cluster.Grid.DisposeAsync();
        Assert.Equal(("live", "not ready"), (await SaysAsync("live"), await SaysAsync("ready")));
        await endpoints.StopAsync(CancellationToken.None);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("live"));
    }

    [Fact]
    public void Gauges_are_of_the_rows_the_frame_and_what_waits()
    {
        for (var i = 0; i < 3; i++)
        {
            _rows.Put(default, null, new Account(new AccountId($"a-{i}")), 0, 1, []);
        }
        _rows.SetUndelivered(new AccountId("a-1"), this, true);
        Take(41);
        using var metrics = new SiloMetrics(_rows, _cluster.Grid, new SiloSettings());
        var found = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "OrleansLeverage.Silo")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((i, value, _, _) => found[i.Name] = value);
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => found[i.Name] = value);
        listener.SetMeasurementEventCallback<double>((i, value, _, _) => found[i.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal((3d, 1d, 41d), (found["leveragegrid.silo.rows"], found["leveragegrid.silo.undelivered"],
            found["leveragegrid.silo.frame"]));
        _rows.SetUndelivered(new AccountId("a-1"), this, false);
        listener.RecordObservableInstruments();
        Assert.Equal(0d, found["leveragegrid.silo.undelivered"]);
    }

    private void Take(long sequence) => _rows.Take(new PriceFrame(new FrameNumber(1, sequence), sequence,
        GridFixture.Universe, new FramePrice[GridFixture.Universe.Feeds.Count]).ToMessage(isReported: false));
}
