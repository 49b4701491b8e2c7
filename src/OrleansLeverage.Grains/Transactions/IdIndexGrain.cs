using Orleans.Concurrency;
using OrleansLeverage.Contracts;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>The newest ids of a bucket; the oldest leave first, and all with the silo.</summary>
[KeepAlive]
[Reentrant]
[GrainType("id-index")]
public sealed class IdIndexGrain : Grain, IIdIndexGrain
{
    /// <summary>Ids kept by a bucket: half a million in all.</summary>
    internal const int Capacity = 32_768;

    private readonly Dictionary<Ulid, RememberedMessage> _taken = [];
    private readonly Queue<Ulid> _order = [];

    public Task<IdAnswer[]> ClaimAsync(RememberedMessage[] ids)
    {
        var answers = new IdAnswer[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            if (_taken.TryGetValue(ids[i].Command, out var first))
            {
                answers[i] = new IdAnswer(IdStanding.Remembered, first);
                continue;
            }
            _taken.Add(ids[i].Command, ids[i]);
            _order.Enqueue(ids[i].Command);
            // one that was freed and taken again stands in the line twice, and may leave early
            while (_order.Count > Capacity)
            {
                _taken.Remove(_order.Dequeue());
            }
        }
        return Task.FromResult(answers);
    }

    public Task FreeAsync(RememberedMessage[] ids)
    {
        foreach (var id in ids)
        {
            if (_taken.TryGetValue(id.Command, out var first) && first.Whole == id.Whole)
            {
                _taken.Remove(id.Command);
            }
        }
        return Task.CompletedTask;
    }
}
