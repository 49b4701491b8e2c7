using System.Collections.Concurrent;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;

namespace OrleansLeverage.Grains.Rows;

/// <summary>Exact looks at the durable states of the accounts here.</summary>
public sealed partial class SiloGrid
{
    // with the activation that said so: one that ends takes back nothing of the next
    private readonly ConcurrentDictionary<AccountId, object> _undelivered = new();
    private readonly ConcurrentDictionary<AccountId, object> _inDebt = new();
    private readonly ConcurrentDictionary<AccountId, (object Owner, HouseAmount[] Amounts)> _insurance = new();

    // until when nothing is tried
    private readonly ConcurrentDictionary<AccountId, (object Owner, long NotBeforeMs)> _failing = new();

    /// <summary>Accounts with triggers that the desk has not taken.</summary>
    public ICollection<AccountId> Undelivered => _undelivered.Keys;

    /// <summary>How many accounts here were confirmed bankrupt and have not recovered, and of which rows.</summary>
    internal DebtorsMessage Debtors()
    {
        // rows first: whoever leaves meanwhile is missing from them
        var buckets = _rows.Buckets;
        return new DebtorsMessage(_inDebt.Count, buckets);
    }

    /// <summary>Accounts here that fail and are due at the newest frame, by id.</summary>
    internal AccountId[] Failing => _failing.IsEmpty ? []
        : [.. _failing.Where(f => f.Value.NotBeforeMs <= _frame.TimeMs).Select(f => f.Key).Order()];

    public void SetUndelivered(AccountId account, object owner, bool any) => Set(_undelivered, account, owner, any);

    internal void SetInDebt(AccountId account, object owner, bool isInDebt) => Set(_inDebt, account, owner, isInDebt);

    internal void SetFailing(AccountId account, object owner, bool isFailing)
    {
        if (isFailing)
        {
            _failing.AddOrUpdate(account, static (_, owner) => (owner, 0L),
                static (_, before, owner) => (owner, before.NotBeforeMs), owner);
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
            _failing.TryUpdate(account, (before.Owner, timeMs), before);
        }
    }

    /// <summary>What lies with an account for the insurance fund.</summary>
    internal void SetInsurance(AccountId account, object owner, HouseAmount[] amounts)
    {
        if (amounts.Length > 0)
        {
            _insurance[account] = (owner, amounts);
        }
        else
        {
            _insurance.TryRemove(account, out _);
        }
    }

    /// <summary>Accounts here with something for the insurance fund, in no order.</summary>
    internal SharesMessage Insurance(string asset)
    {
        // rows first: whoever leaves meanwhile is missing from them
        var buckets = _rows.Buckets;
        return new SharesMessage([.. _insurance
            .Select(a => new ShareMessage(a.Key.Value,
                a.Value.Amounts.Where(h => h.Asset == asset).Sum(h => h.Amount)))
            .Where(s => s.Amount > 0m)], buckets);
    }

    /// <summary>Accounts here that gain in a market at a mark, from durable states, in no order.</summary>
    internal SharesMessage Gains(Instrument market, Price mark)
    {
        var (buckets, states) = _rows.Holders(market);
        var gains = new ShareMessage[states.Length];
        Parallel.For(0, states.Length, i =>
        {
            var (account, _) = AccountBook.Peek(states[i].Id, states[i].State, _options.Universe);
            gains[i] = new ShareMessage(states[i].Id.Value,
                account is null ? 0m : MarketGain.Of(account, market, mark));
        });
        return new SharesMessage([.. gains.Where(g => g.Amount > 0m)], buckets);
    }

    /// <summary>Takes back what an activation said that has ended.</summary>
    internal void Forget(AccountId account, object owner)
    {
        Forget(_undelivered, account, value => ReferenceEquals(value, owner));
        Forget(_inDebt, account, value => ReferenceEquals(value, owner));
        Forget(_insurance, account, value => ReferenceEquals(value.Owner, owner));
        Forget(_failing, account, value => ReferenceEquals(value.Owner, owner));
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

    private static void Set(ConcurrentDictionary<AccountId, object> of, AccountId account, object owner, bool any)
    {
        if (any)
        {
            of[account] = owner;
        }
        else
        {
            of.TryRemove(account, out _);
        }
    }

    private static void Forget<T>(ConcurrentDictionary<AccountId, T> of, AccountId account, Func<T, bool> isItsOwn)
    {
        if (of.TryGetValue(account, out var value) && isItsOwn(value))
        {
            of.TryRemove(KeyValuePair.Create(account, value));
        }
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
