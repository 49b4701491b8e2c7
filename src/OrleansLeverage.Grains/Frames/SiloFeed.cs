using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Grains.Frames;

/// <summary>
/// Frames to all active silos: one message under way to each, and of what waits only the newest. A silo that does not
/// answer in time delays nobody.
/// </summary>
internal sealed class SiloFeed(GridServiceClient services, ISiloStatusOracle silos, Universe universe)
{
    private readonly Dictionary<SiloAddress, NewestSender<FrameMessage>> _senders = [];
    private readonly Dictionary<SiloAddress, decimal[]> _longs = [];

    public SiloAddress[] Active => [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()];

    /// <summary>Returns when every silo has the frame, or the patience is over.</summary>
    public async Task PublishAsync(FrameMessage frame, TimeSpan patience)
    {
        var active = Active;
        foreach (var gone in _senders.Keys.Except(active).ToArray())
        {
            _senders.Remove(gone);
            _longs.Remove(gone);
        }
        foreach (var silo in active)
        {
            if (!_senders.TryGetValue(silo, out var sender))
            {
                sender = new NewestSender<FrameMessage>(f => services.At(silo).PublishAsync(f), static _ => { });
                _senders.Add(silo, sender);
            }
            sender.Post(frame);
        }
        await Task.WhenAny(Task.WhenAll(_senders.Values.Select(s => s.IdleAsync())), Task.Delay(patience));
    }

    /// <summary>Asks all silos for the contracts held long there; of one that does not answer the last answer counts.
    /// </summary>
    public async Task AskLongsAsync(TimeSpan patience) => await Task.WhenAny(Task.Delay(patience),
        Task.WhenAll(Active.Select(async silo =>
        {
            try
            {
                _longs[silo] = await services.At(silo).LongsAsync();
            }
            catch (Exception)
            {
                // asked again with the next
            }
        })));

    /// <summary>Contracts held long, by instrument, over all silos.</summary>
    public decimal[] Longs()
    {
        var sum = new decimal[universe.Instruments.Count];
        foreach (var longs in _longs.Values)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += longs[i];
            }
        }
        return sum;
    }

    /// <summary>
    /// Prices of the newest frame that a silo has, stale: what was last known, shown with its age and deciding nothing.
    /// </summary>
    public async Task<FramePrice[]> LastKnownAsync(TimeSpan patience)
    {
        FrameMessage? newest = null;
        await Task.WhenAny(Task.Delay(patience), Task.WhenAll(Active.Select(async silo =>
        {
            try
            {
                var frame = await services.At(silo).NewestAsync();
                if (frame is not null && (newest is null || frame.Number().CompareTo(newest.Number()) > 0))
                {
                    newest = frame;
                }
            }
            catch (Exception)
            {
                // another may know
            }
        })));
        return newest is null ? new FramePrice[universe.Feeds.Count]
            : [.. newest.ToFrame(universe).Prices.Select(p => p.State is PriceState.Fresh or PriceState.Degraded
                ? p with { State = PriceState.Stale } : p)];
    }

    /// <summary>Accounts of all silos that fail and are due, by id.</summary>
    public async Task<string[]> FailingAsync() =>
    [
        .. (await Task.WhenAll(Active.Select(s => services.At(s).FailingAsync()))).SelectMany(f => f)
            .Order(StringComparer.Ordinal),
    ];

    public Task SettleAsync(FrameNumber frame) =>
        Task.WhenAll(Active.Select(s => services.At(s).SettleAsync(frame.Epoch, frame.Sequence)));
}
