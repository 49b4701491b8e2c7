using System.Diagnostics.Metrics;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

/// <summary>The channels by name, who may read them, and who keeps them going.</summary>
internal sealed class StreamHub : BackgroundService
{
    /// <summary>Every name there is; one whose figures this server does not make is silent.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["system", "markets", "oracle", "at-risk", "events", "adl", "histogram"];

    private readonly IReadOnlyDictionary<string, StreamChannel> _channels;
    private readonly AccountChannels _accounts;
    private readonly TimeProvider _clock;
    private readonly Counter<long> _dropped;

    public StreamHub(IEnumerable<ChannelSource> sources, AccountChannels accounts, StreamSlots slots,
        GridServerOptions options, Meter meter, ILogger<StreamChannel> log)
    {
        (_accounts, _clock) = (accounts, options.Clock);
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

    /// <summary>
    /// The channel, or the code of why somebody does not get it: whoever may see only some accounts gets what names
    /// none, and the accounts that are theirs. An account of somebody else is as absent as one of nobody.
    /// </summary>
    public (StreamChannel? Channel, string? Fault) Find(string name, Principal who)
    {
        if (name.StartsWith(AccountChannels.Prefix, StringComparison.Ordinal))
        {
            return !AccountId.TryParse(name[AccountChannels.Prefix.Length..], out var account) ? (null, "bad_channel")
                : !who.MayTouch(account) ? (null, "not_found")
                : _accounts.Get(account) is { } own ? (own, null) : (null, "too_many_streams");
        }
        return Find(name) is not { } channel ? (null, "bad_channel")
            : who.Accounts is null || channel.IsAccountFree ? (channel, null) : (null, "not_entitled");
    }

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
