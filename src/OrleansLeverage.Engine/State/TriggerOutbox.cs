namespace OrleansLeverage.Engine.State;

/// <summary>
/// Triggers until every durable subscriber has acknowledged them. Nothing is dropped: what nobody acknowledges stays,
/// and is counted. One writer; readers take the lock.
/// </summary>
internal sealed class TriggerOutbox
{
    public const int SubscribersMax = 64;
    public const int SubscriberLengthMax = 64;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _acknowledged = new(StringComparer.Ordinal);
    private readonly Queue<Trigger> _triggers = [];

    /// <summary>Sequence of the newest trigger ever raised.</summary>
    public long LastSequence { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _triggers.Count;
            }
        }
    }

    public IReadOnlyList<(string Subscriber, long Acknowledged)> Subscribers
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged.Select(a => (a.Key, a.Value)).ToArray();
            }
        }
    }

    public IReadOnlyList<Trigger> Pending
    {
        get
        {
            lock (_lock)
            {
                return _triggers.ToArray();
            }
        }
    }

    /// <exception cref="ArgumentException">Not the name of a subscriber: 1 to 64 printable characters of
    /// ASCII.</exception>
    public static void Check(string subscriber)
    {
        if (subscriber.Length is 0 or > SubscriberLengthMax || subscriber.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException($"a subscriber is 1 to {SubscriberLengthMax} printable characters of ASCII",
                nameof(subscriber));
        }
    }

    /// <exception cref="InvalidOperationException">There are as many subscribers as there can be: what one leaves
    /// unread is kept.</exception>
    public void CheckRoom(string subscriber)
    {
        lock (_lock)
        {
            if (_acknowledged.Count >= SubscribersMax)
            {
                throw new InvalidOperationException(
                    $"{SubscribersMax} subscribers are possible, {subscriber} is one too many");
            }
        }
    }

    public bool IsSubscribed(string subscriber)
    {
        lock (_lock)
        {
            return _acknowledged.ContainsKey(subscriber);
        }
    }

    public IReadOnlyList<Trigger> For(string subscriber, int countMax)
    {
        lock (_lock)
        {
            return _acknowledged.TryGetValue(subscriber, out var upTo)
                ? _triggers.Where(t => t.Sequence > upTo).Take(countMax).ToArray()
                : [];
        }
    }

    public void Add(Trigger trigger)
    {
        lock (_lock)
        {
            LastSequence = trigger.Sequence;
            // without a subscriber nobody waits for it: the journal keeps it
            if (_acknowledged.Count > 0)
            {
                _triggers.Enqueue(trigger);
            }
        }
    }

    /// <summary>Subscribes, or moves a subscriber forward; never back.</summary>
    public void Acknowledge(string subscriber, long sequence)
    {
        lock (_lock)
        {
            _acknowledged[subscriber] = Math.Max(sequence, _acknowledged.GetValueOrDefault(subscriber));
            var everyone = _acknowledged.Values.Min();
            while (_triggers.TryPeek(out var oldest) && oldest.Sequence <= everyone)
            {
                _triggers.Dequeue();
            }
        }
    }

    public void Restore(long lastSequence, IEnumerable<(string Subscriber, long Acknowledged)> subscribers,
        IEnumerable<Trigger> pending)
    {
        lock (_lock)
        {
            LastSequence = lastSequence;
            foreach (var (subscriber, acknowledged) in subscribers)
            {
                _acknowledged[subscriber] = acknowledged;
            }
            foreach (var trigger in pending)
            {
                _triggers.Enqueue(trigger);
            }
        }
    }
}
