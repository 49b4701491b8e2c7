using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// Triggers in one order for all subscribers. What an account offers is durable here before it may forget it; how far
/// each account has got is remembered for ten minutes, so that an offer repeated within them is taken once. Full, it
/// takes no more: the rest waits at the accounts, where it is durable too.
/// <code>
/// version, last sequence, (subscriber, acknowledged)*, triggers, (account, its last trigger, at)*
/// </code>
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("trigger-desk")]
public sealed class TriggerDeskGrain : Grain, ITriggerDeskGrain
{
    private const byte Version = 1;
    private const long RememberMs = 600_000;
    private const int RecentMax = 1_024;

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly GroupWriter _writer;
    private readonly TriggerOutbox _outbox = new();
    private readonly SortedDictionary<string, (long Last, long AtMs)> _taken = new(StringComparer.Ordinal);

    // the newest durable ones, for whoever looks
    private readonly Queue<TriggerMessage> _recent = [];

    // subscribers see what is durable
    private TriggerOutbox _durable = new();

    public TriggerDeskGrain([PersistentState("trigger-desk", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services)
    {
        (_state, _services) = (state, services);
        _writer = new GroupWriter(WriteStateAsync);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Read(_state.State.Body);
        Publish();
        Remember(_durable.Pending.Select(TriggerMessage.Of));
        return Task.CompletedTask;
    }

    public async Task<long> RaiseAsync(string account, TriggerMessage[] triggers)
    {
        var nowMs = _services.NowMs;
        var added = new List<Engine.Trigger>();
        var last = _taken.TryGetValue(account, out var taken) ? taken.Last : 0L;
        foreach (var trigger in triggers)
        {
            if (trigger.Sequence <= last)
            {
                continue;
            }
            if (_outbox.Count >= _services.Options.TriggersMax)
            {
                break;
            }
            added.Add(trigger.ToTrigger() with { Sequence = _outbox.LastSequence + 1 });
            _outbox.Add(added[^1]);
            last = trigger.Sequence;
        }
        if (last > taken.Last)
        {
            _taken[account] = (last, nowMs);
            await _writer.WriteAsync();
            Remember(added.Select(TriggerMessage.Of));
        }
        else if (_writer.IsBusy)
        {
            await _writer.WriteAsync();
        }
        return last;
    }

    public async Task<TriggerMessage[]> PendingAsync(string subscriber, int countMax)
    {
        TriggerOutbox.Check(subscriber);
        if (!_durable.IsSubscribed(subscriber))
        {
            if (!_outbox.IsSubscribed(subscriber))
            {
                _outbox.CheckRoom(subscriber);
                _outbox.Acknowledge(subscriber, _outbox.LastSequence);
            }
            await _writer.WriteAsync();
        }
        return [.. _durable.For(subscriber, countMax).Select(TriggerMessage.Of)];
    }

    public Task<TriggerMessage[]> RecentAsync(long after, int countMax) => Task.FromResult<TriggerMessage[]>(
        [.. _recent.Where(t => t.Sequence > after).OrderBy(t => t.Sequence).TakeLast(Math.Max(0, countMax))]);

    public async Task AcknowledgeAsync(string subscriber, long sequence)
    {
        TriggerOutbox.Check(subscriber);
        if (_outbox.IsSubscribed(subscriber) && sequence > 0)
        {
            _outbox.Acknowledge(subscriber, Math.Min(sequence, _outbox.LastSequence));
            await _writer.WriteAsync();
        }
    }

    public Task<TriggerBooks> BooksAsync() => Task.FromResult(new TriggerBooks(_durable.LastSequence,
        [.. _durable.Subscribers.Select(s => new SubscriberMessage(s.Subscriber, s.Acknowledged))],
        [.. _durable.Pending.Select(TriggerMessage.Of)]));

    private void Remember(IEnumerable<TriggerMessage> triggers)
    {
        foreach (var trigger in triggers)
        {
            _recent.Enqueue(trigger);
        }
        while (_recent.Count > RecentMax)
        {
            _recent.Dequeue();
        }
    }

    private async Task WriteStateAsync()
    {
        var nowMs = _services.NowMs;
        foreach (var account in _taken.Where(t => nowMs - t.Value.AtMs > RememberMs).Select(t => t.Key).ToArray())
        {
            _taken.Remove(account);
        }
        var sink = AccountServices.Sink;
        sink.Clear();
        sink.Byte(Version);
        WriteOutbox(sink);
        sink.Number(_taken.Count);
        foreach (var (account, (last, atMs)) in _taken)
        {
            sink.Text(account);
            sink.Number(last);
            sink.Signed(atMs);
        }
        await _state.WriteAsync(sink.ToArray(), _services.Options, _ => DeactivateOnIdle());
        Publish();
    }

    private void WriteOutbox(ByteSink sink)
    {
        sink.Number(_outbox.LastSequence);
        var subscribers = _outbox.Subscribers;
        sink.Number(subscribers.Count);
        foreach (var (subscriber, acknowledged) in subscribers)
        {
            sink.Text(subscriber);
            sink.Number(acknowledged);
        }
        BodyCodec.WriteTriggers(sink, [.. _outbox.Pending]);
    }

    private void Publish()
    {
        var source = new ByteSource(_state.State.Body);
        _durable = new TriggerOutbox();
        if (!source.AtEnd)
        {
            source.Byte();
            ReadOutbox(ref source, _durable);
        }
    }

    private void Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return;
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, Version, "the trigger desk's state");
        ReadOutbox(ref source, _outbox);
        for (var count = source.Count(); count > 0; count--)
        {
            _taken.Add(source.Text(), (source.Long(), source.Signed()));
        }
        source.End();
    }

    private static void ReadOutbox(ref ByteSource source, TriggerOutbox outbox)
    {
        var last = source.Long();
        var subscribers = new (string, long)[source.Count()];
        for (var i = 0; i < subscribers.Length; i++)
        {
            subscribers[i] = (source.Text(), source.Long());
        }
        outbox.Restore(last, subscribers, BodyCodec.ReadTriggers(ref source));
    }
}
