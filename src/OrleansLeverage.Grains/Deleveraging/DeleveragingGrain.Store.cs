using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Deleveraging;

/// <summary>
/// What the desk keeps: plans that have not ended, and those that have until they are in the log.
/// <code>
/// version, next ordinal, plans in the log, (ordinal, plan)*
/// </code>
/// </summary>
public sealed partial class DeleveragingGrain
{
    private const byte Version = 1;

    /// <summary>Records of one page of the log.</summary>
    private const int PagePlans = 32;

    // plans that the log does not have, with their places in the order of arming
    private readonly SortedDictionary<long, CommandId> _kept = [];
    private long _nextOrdinal;
    private long _archived;
    private bool _isArchiving;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var plans = Read(_state.State.Body);
        foreach (var (ordinal, plan) in plans)
        {
            _kept.Add(ordinal, plan.Order.Plan);
        }
        plans.AddRange(await LoggedAsync(plans.ToDictionary(p => p.Plan.Order.Plan, p => p.Ordinal)));
        foreach (var (_, plan) in plans.OrderBy(p => p.Ordinal))
        {
            _ledger.Restore(plan);
        }
        if (_kept.Count > 0)
        {
            // an activation that still runs elsewhere can write nothing after this
            await _writer.WriteAsync();
            _ = ArchiveAsync();
        }
    }

    /// <summary>Takes an event into the ledger; durable with the next write.</summary>
    private void Take(SagaEvent happened)
    {
        _ledger.Apply(happened);
        if (happened is PlanArmed)
        {
            _kept.Add(_nextOrdinal++, happened.Plan);
        }
    }

    /// <summary>What was said is durable when this returns.</summary>
    private async Task DurableAsync()
    {
        if (_writer.IsBusy)
        {
            await _writer.WriteAsync();
        }
        if (_writer.Failure is { } failure)
        {
            throw new StoreUnavailableException($"read again: {failure.Message}", failure);
        }
    }

    /// <summary>Moves ended plans to the log, one after the other; what fails is moved with the next.</summary>
    private async Task ArchiveAsync()
    {
        if (_isArchiving)
        {
            return;
        }
        _isArchiving = true;
        try
        {
            while (_writer.Failure is null && _kept.FirstOrDefault(k =>
                _ledger.Ask(k.Value, p => p.State.IsEnd())) is { Value: var id } next && id != default)
            {
                await GrainFactory.GetGrain<IDeleveragingLogGrain>(_archived / PagePlans)
                    .AppendAsync(new ArchivedPlan(next.Key, Record(id)!));
                _archived++;
                _kept.Remove(next.Key);
                await _writer.WriteAsync();
            }
        }
        catch (Exception exception)
        {
            LogHeldUp(_services.Logger, default, $"the log takes nothing, {exception.Message}");
        }
        finally
        {
            _isArchiving = false;
        }
    }

    /// <summary>The newest ended plans of the log, without those that are still kept here.</summary>
    private async Task<List<(long Ordinal, SagaPlan Plan)>> LoggedAsync(Dictionary<CommandId, long> kept)
    {
        var found = new List<(long, SagaPlan)>();
        // a record may have been added that this does not count yet
        for (var page = _archived / PagePlans; page >= 0 && found.Count < DeleveragingLedger.EndedMax; page--)
        {
            foreach (var (ordinal, record) in
                await GrainFactory.GetGrain<IDeleveragingLogGrain>(page).ReadAsync())
            {
                var plan = DeleveragingTranslation.ReadRecord(record);
                if (!kept.ContainsKey(plan.Order.Plan))
                {
                    found.Add((ordinal, plan));
                }
            }
        }
        return [.. found.OrderByDescending(f => f.Item1).Take(DeleveragingLedger.EndedMax)];
    }

    private Task WriteStateAsync()
    {
        var sink = new ByteSink();
        sink.Byte(Version);
        sink.Number(_nextOrdinal);
        sink.Number(_archived);
        sink.Number(_kept.Count);
        foreach (var (ordinal, id) in _kept)
        {
            sink.Number(ordinal);
            sink.Bytes(Record(id)!);
        }
        return _state.WriteAsync(sink.ToArray(), _services.Options, _ => DeactivateOnIdle());
    }

    private List<(long Ordinal, SagaPlan Plan)> Read(ReadOnlySpan<byte> body)
    {
        var plans = new List<(long, SagaPlan)>();
        if (body.IsEmpty)
        {
            return plans;
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, Version, "the deleveraging desk's state");
        (_nextOrdinal, _archived) = (source.Long(), source.Long());
        for (var count = source.Count(); count > 0; count--)
        {
            plans.Add((source.Long(), DeleveragingTranslation.ReadRecord(source.Bytes())));
        }
        source.End();
        return plans;
    }
}
