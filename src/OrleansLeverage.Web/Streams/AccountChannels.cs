using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// Channels of single accounts, made when somebody asks for one: each is the GET of its account. There are so many at a
/// time; one that nobody reads makes room for another.
/// </summary>
internal sealed class AccountChannels(
    IServiceProvider services, StreamPaths paths, TimeProvider clock, ILogger<StreamChannel> log) : IAsyncDisposable
{
    public const string Prefix = "account:";
    public const int Max = 256;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Whoever was given a channel has joined it by then.</summary>
    private static readonly TimeSpan Joining = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<AccountId, Kept> _byAccount = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The channel of an account, whether there is such an account or not; null where there are too many.
    /// </summary>
    public StreamChannel? Get(AccountId account)
    {
        lock (_gate)
        {
            if (!_byAccount.TryGetValue(account, out var kept))
            {
                if (_byAccount.Count >= Max && !MakeRoom())
                {
                    return null;
                }
                _byAccount.Add(account, kept = Make(account));
            }
            kept.AskedAt = clock.GetTimestamp();
            return kept.Channel;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    private Kept Make(AccountId account)
    {
        var view = new EndpointView(services, $"{paths.Prefix}/accounts/{{id}}", ("id", account.Value));
        var channel = new StreamChannel(new ChannelSource(Prefix + account.Value, Pace, view.ReadAsync), clock, log);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _ = RunAsync(channel, stop.Token);
        return new Kept(channel, stop);
    }

    private static async Task RunAsync(StreamChannel channel, CancellationToken stop)
    {
        try
        {
            await channel.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // nobody reads it any more
        }
    }

    private bool MakeRoom()
    {
        foreach (var (account, kept) in _byAccount)
        {
            if (!kept.Channel.IsRead && clock.GetElapsedTime(kept.AskedAt) > Joining)
            {
                kept.Stop.Cancel();
                kept.Stop.Dispose();
                _byAccount.Remove(account);
                return true;
            }
        }
        return false;
    }

    private sealed class Kept(StreamChannel channel, CancellationTokenSource stop)
    {
        public StreamChannel Channel => channel;

        public CancellationTokenSource Stop => stop;

        public long AskedAt { get; set; }
    }
}
