namespace OrleansLeverage.Web.Streams;

/// <summary>What a reader is sent next.</summary>
/// <param name="Dropped">Events of the channel since the reader's last one that it does not get.</param>
/// <param name="Contents">One JSON object; for a batch one per event, oldest first; none yet known.</param>
internal sealed record StreamMessage(
    StreamChannel Channel, StreamMessageType Type, long Seq, long Dropped, IReadOnlyList<byte[]> Contents);

internal enum StreamMessageType
{
    Snapshot,
    Delta,
    Batch,

    /// <summary>The reader fell behind what is kept; nothing comes after it.</summary>
    Lagged,

    /// <summary>The channel is joined and has no figures yet.</summary>
    Empty,
}

/// <summary>
/// Where one connection stands in each of its channels. A reader that is slower than a channel gets the newest state
/// each time and is told how many it missed; nothing is queued for it.
/// </summary>
internal sealed class StreamSubscriber(TimeProvider clock, Action<long> dropped) : IDisposable
{
    public static readonly TimeSpan BatchEvery = TimeSpan.FromSeconds(1);

    private readonly List<Place> _places = [];
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly Lock _gate = new();
    private int _turn;

    public int Count => _places.Count;

    /// <summary>The numbers of the last events, 0 where there was none, in the order of the channels.</summary>
    public string Cursor => string.Join(',', _places.Select(place => place.Seen?.Seq ?? 0));

    public bool Has(StreamChannel channel) => _places.Exists(place => place.Channel == channel);

    public void Join(StreamChannel channel, ChannelEvent? seen = null, bool isBatched = false)
    {
        _places.Add(new Place(channel) { Seen = seen, IsBatched = isBatched, IsToldOf = seen is not null });
        channel.Join(this);
        Wake();
    }

    public void Leave(StreamChannel channel)
    {
        _places.RemoveAll(place => place.Channel == channel);
        channel.Leave(this);
    }

    /// <summary>There is something to look at.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_news.CurrentCount == 0)
            {
                _news.Release();
            }
        }
    }

    /// <summary>True when something may have come, false after <paramref name="patience"/>.</summary>
    public Task<bool> WaitAsync(TimeSpan patience, CancellationToken ends)
    {
        var isBatching = _places.Exists(place => place is { IsBatched: true, Seen: not null });
        return _news.WaitAsync(isBatching && patience > BatchEvery ? BatchEvery : patience, ends);
    }

    /// <summary>The next message, channels taking turns; null where everything was sent.</summary>
    public StreamMessage? Next()
    {
        for (var i = 0; i < _places.Count; i++)
        {
            var place = _places[_turn++ % _places.Count];
            if (Next(place) is { } message)
            {
                return message;
            }
        }
        return null;
    }

    public void Dispose()
    {
        foreach (var place in _places)
        {
            place.Channel.Leave(this);
        }
        // the semaphore is left to the collector: a channel that is just publishing may still wake this reader
    }

    private StreamMessage? Next(Place place)
    {
        var (latest, isFresh) = place.Channel.Now;
        if (!isFresh || (latest is not null && latest.Seq == place.Seen?.Seq))
        {
            return null;
        }
        if (latest is null)
        {
            var told = place.IsToldOf;
            place.IsToldOf = true;
            return told ? null : new StreamMessage(place.Channel, StreamMessageType.Empty, 0, 0, []);
        }
        var seen = place.Seen;
        if (seen is null)
        {
            return Sent(place, latest, StreamMessageType.Snapshot, 0, [latest.Whole]);
        }
        var missed = latest.Seq - seen.Seq - 1;
        if (missed > StreamChannel.Kept)
        {
            return Sent(place, latest, StreamMessageType.Lagged, missed, []);
        }
        return place.IsBatched ? Batch(place, seen, latest)
            : Sent(place, latest, StreamMessageType.Delta, missed, [latest.Since(seen)]);
    }

    private StreamMessage? Batch(Place place, ChannelEvent seen, ChannelState latest)
    {
        if (clock.GetElapsedTime(place.SentAt) < BatchEvery)
        {
            return null;
        }
        return place.Channel.Between(seen, latest.Event) is { } changes
            ? Sent(place, latest, StreamMessageType.Batch, 0, changes)
            : Sent(place, latest, StreamMessageType.Batch, latest.Seq - seen.Seq - 1, [latest.Since(seen)]);
    }

    private StreamMessage Sent(
        Place place, ChannelState latest, StreamMessageType type, long missed, IReadOnlyList<byte[]> contents)
    {
        if (missed > 0)
        {
            dropped(missed);
        }
        (place.Seen, place.SentAt, place.IsToldOf) = (latest.Event, clock.GetTimestamp(), true);
        return new StreamMessage(place.Channel, type, latest.Seq, missed, contents);
    }

    private sealed class Place(StreamChannel channel)
    {
        public StreamChannel Channel => channel;

        public ChannelEvent? Seen { get; set; }

        public bool IsBatched { get; init; }

        public bool IsToldOf { get; set; }

        public long SentAt { get; set; }
    }
}
