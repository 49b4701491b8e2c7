using System.Diagnostics.Metrics;

namespace OrleansLeverage.Web.Streams;

/// <summary>The channels by name, and who keeps them going.</summary>
internal sealed class StreamHub : BackgroundService
{
    /// <summary>Every name there is; one whose figures this server does not make is silent.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["system", "markets", "oracle", "at-risk", "events", "adl", "histogram"];

    private readonly IReadOnlyDictionary<string, StreamChannel> _channels;
    private readonly TimeProvider _clock;
    private readonly Counter<long> _dropped;

    public StreamHub(IEnumerable<ChannelSource> sources, StreamSlots slots, GridServerOptions options, Meter meter,
        ILogger<StreamChannel> log)
    {
        _clock = options.Clock;
        var made = sources.ToDictionary(source => source.Name);
        _channels = Names.ToDictionary(name => name, name => new StreamChannel(
            made.GetValueOrDefault(name) ?? new ChannelSource(name, TimeSpan.FromSeconds(1), _ => new((object?)null)),
            options.Clock, log));
        _dropped = meter.CreateCounter<long>("leveragegrid.stream.dropped", "{event}",
            "Events that slow readers did not get");
        meter.CreateObservableUpDownCounter("leveragegrid.stream.subscriber.count", () => slots.Open, "{subscriber}",
            "Open streams");
    }

    public StreamChannel? Find(string name) => _channels.GetValueOrDefault(name);

    public StreamSubscriber NewReader() => new(_clock, missed => _dropped.Add(missed));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(_channels.Values.Select(channel => channel.RunAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server stops
        }
    }
}
