using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// The places of accounts in the order of their ids, kept while accounts are added: those that came are sorted and
/// merged in. For any thread.
/// </summary>
internal sealed class IdRanks(Func<int, AccountId> id)
{
    private readonly Lock _gate = new();
    private (int[] Order, int[] Ranks) _known = ([], []);

    public AccountId Id(int number) => id(number);

    /// <summary>Account numbers below a count in the order of their ids.</summary>
    public int[] OrderOf(int count)
    {
        var order = Known(count).Order;
        // a census of fewer accounts is older than the newest: its order is this one without those that came
        return order.Length == count ? order : [.. order.Where(n => n < count)];
    }

    /// <summary>By number, for numbers below a count: smaller is earlier. Who came since is ranked too.</summary>
    public int[] RanksOf(int count) => Known(count).Ranks;

    private (int[] Order, int[] Ranks) Known(int count)
    {
        lock (_gate)
        {
            var (order, ranks) = _known;
            if (order.Length < count)
            {
                var came = Enumerable.Range(order.Length, count - order.Length).ToArray();
                Array.Sort(came, (left, right) => id(left).CompareTo(id(right)));
                order = Merged(order, came);
                ranks = new int[count];
                for (var rank = 0; rank < count; rank++)
                {
                    ranks[order[rank]] = rank;
                }
                _known = (order, ranks);
            }
            return _known;
        }
    }

    private int[] Merged(int[] left, int[] right)
    {
        var merged = new int[left.Length + right.Length];
        for (var (i, j, at) = (0, 0, 0); at < merged.Length; at++)
        {
            merged[at] = j == right.Length || (i < left.Length && id(left[i]).CompareTo(id(right[j])) < 0)
                ? left[i++]
                : right[j++];
        }
        return merged;
    }
}
