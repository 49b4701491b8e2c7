using System.Collections.Concurrent;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;

namespace OrleansLeverage.Grains.Rows;

/// <summary>Exact looks at the durable states of the accounts here.</summary>
public sealed partial class SiloGrid
{
    // until when nothing is tried, by account
    private readonly ConcurrentDictionary<AccountId, long> _failing = new();

    /// <summary>Accounts here that fail and are due at the newest frame, by id.</summary>
    internal AccountId[] Failing => _failing.IsEmpty ? []
        : [.. _failing.Where(f => f.Value <= _frame.TimeMs).Select(f => f.Key).Order()];

    internal void SetFailing(AccountId account, bool isFailing)
    {
        if (isFailing)
        {
            _failing.TryAdd(account, 0L);
        }
        else
        {
            _failing.TryRemove(account, out _);
        }
    }

    /// <summary>Nothing is tried for a failing account before that time.</summary>
    internal void Later(AccountId account, long timeMs)
    {
        if (_failing.TryGetValue(account, out var before))
        {
            _failing.TryUpdate(account, timeMs, before);
        }
    }

    /// <summary>
    /// Holders of a market among the accounts here, by bucket of the roster, from durable states, exactly, in parallel.
    /// </summary>
    internal BucketHolders[] Holders(PriceFrame frame, Instrument market, int fromBucket, int buckets) =>
        [.. _rows.States(fromBucket, buckets).Select(b => Holders(frame, market, b.Rows, b.States))];

    /// <summary>The accounts here of a bucket of the roster, as they are committed.</summary>
    internal BucketCut Cut(int bucket)
    {
        var (rows, states) = _rows.States(bucket, 1)[0];
        var (accounts, bytes) = (new List<string>(states.Count), new List<byte[]>(states.Count));
        var house = new HouseLedger();
        foreach (var (id, state) in states)
        {
            var (account, share) = AccountBook.Slice(id, state, _options.Universe);
            foreach (var (of, asset, amount) in share.Balances)
            {
                house.Add(of, asset, amount);
            }
            if (account is not null)
            {
                accounts.Add(id.Value);
                bytes.Add(account);
            }
        }
        return new BucketCut(rows, new CutMessage([.. accounts], [.. bytes],
            [.. house.Balances.Select(h => new HouseAmount((byte)h.Account, h.Asset.Value, h.Amount))]));
    }

    private BucketHolders Holders(PriceFrame frame, Instrument market, RowCount rows,
        List<(AccountId Id, byte[] State)> states)
    {
        var found = new HolderMessage?[states.Count];
        var insurance = new decimal[states.Count];
        Parallel.For(0, states.Count, i =>
        {
            var (account, house) = AccountBook.Peek(states[i].Id, states[i].State, _options.Universe);
            insurance[i] = house[HouseAccount.Insurance, market.Settlement.Id];
            found[i] = account is null ? null : HolderView.Of(account, market, frame)?.ToMessage(account.Id);
        });
        return new BucketHolders(rows, insurance.Sum(), [.. found.Where(h => h is not null).Select(h => h!)]);
    }
}
