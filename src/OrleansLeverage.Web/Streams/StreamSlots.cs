using System.Collections.Concurrent;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Streams;

/// <summary>Open streams, counted per client.</summary>
internal sealed class StreamSlots(EdgeLimits limits)
{
    private readonly ConcurrentDictionary<string, int> _open = new();

    public int Open => _open.Values.Sum();

    public bool TryTake(string client)
    {
        if (_open.AddOrUpdate(client, 1, (_, open) => open + 1) <= limits.StreamsPerClient)
        {
            return true;
        }
        Return(client);
        return false;
    }

    public void Return(string client)
    {
        var left = _open.AddOrUpdate(client, 0, (_, open) => open - 1);
        if (left == 0)
        {
            _open.TryRemove(KeyValuePair.Create(client, 0));
        }
    }
}
