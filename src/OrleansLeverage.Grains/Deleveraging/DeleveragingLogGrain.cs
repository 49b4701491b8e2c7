using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Deleveraging;

/// <summary>
/// A page of the log of ended plans; it only grows.
/// <code>
/// version, (ordinal, record)*
/// </code>
/// </summary>
[Reentrant]
[GrainType("deleveraging-log")]
public sealed class DeleveragingLogGrain : Grain, IDeleveragingLogGrain
{
    private const byte Version = 1;

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly GroupWriter _writer;
    private readonly List<ArchivedPlan> _plans = [];

    public DeleveragingLogGrain(
        [PersistentState("deleveraging-log", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services)
    {
        (_state, _services) = (state, services);
        _writer = new GroupWriter(WriteStateAsync);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_state.State.Body.Length > 0)
        {
            var source = new ByteSource(_state.State.Body);
            BodyCodec.Version(ref source, Version, $"page {this.GetPrimaryKeyLong()} of the deleveraging log");
            for (var count = source.Count(); count > 0; count--)
            {
                _plans.Add(new ArchivedPlan(source.Long(), source.Bytes().ToArray()));
            }
            source.End();
        }
        return Task.CompletedTask;
    }

    public async Task AppendAsync(ArchivedPlan plan)
    {
        if (_plans.Find(p => p.Ordinal == plan.Ordinal) is { Record: { } known })
        {
            if (!known.AsSpan().SequenceEqual(plan.Record))
            {
                throw new InvalidDataException($"plan {plan.Ordinal} is in the log with another record");
            }
            if (!_writer.IsBusy)
            {
                return;
            }
        }
        else
        {
            _plans.Add(plan);
        }
        await _writer.WriteAsync();
    }

    public async Task<ArchivedPlan[]> ReadAsync()
    {
        if (_writer.IsBusy)
        {
            await _writer.WriteAsync();
        }
        return [.. _plans];
    }

    private Task WriteStateAsync()
    {
        var sink = new ByteSink();
        sink.Byte(Version);
        sink.Number(_plans.Count);
        foreach (var (ordinal, record) in _plans)
        {
            sink.Number(ordinal);
            sink.Bytes(record);
        }
        return _state.WriteAsync(sink.ToArray(), _services.Options, _ => DeactivateOnIdle());
    }
}
