using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// Exact decides, fast nominates: what the columns point at is looked at here in decimal before anything is told.
/// </summary>
internal sealed partial class GridCore
{
    /// <summary>
    /// An account valued at a frame and what follows for its episode. Decides nothing: any thread may look.
    /// </summary>
    public static Look LookAt(Account account, PriceFrame frame)
    {
        var valuation = AccountValuation.Of(account, frame);
        var (episode, trigger) = RiskEpisodes.Next(account.Episode, valuation, frame.Universe.Rules);
        return new Look(account, valuation, episode, trigger);
    }

    /// <summary>
    /// Records what a look at an account as it is now has found: the trigger and the account's new episode; nothing
    /// where nothing changes.
    /// </summary>
    public void Confirm(in Look look)
    {
        var (account, frame) = (look.Account, look.Valuation.Frame);
        if (look.Episode == account.Episode)
        {
            return;
        }
        RecordFrame(frame);
        _read.TryAdd(account.Id, account);
        var trigger = look.Told(State.Outbox.LastSequence + Pending.Triggers + 1);
        var change = new AccountChange(account.Id, account.Sequence, [new EpisodeChanged(look.Episode)]);
        Pending.Put(change.ApplyTo(account));
        Add(new TriggerRecord(trigger, change, frame.Number));
    }

    /// <summary>
    /// Looks at nominated accounts, each once, at the nominating frame and as they are now, and confirms them in their
    /// order. One that cannot be looked at does not keep the others from being: null, or what is wrong with it.
    /// </summary>
    /// <param name="inParallel">Calls so many times, in any order and at once.</param>
    public string? Confirm(ReadOnlySpan<int> accounts, PriceFrame frame, Action<int, Action<int>> inParallel)
    {
        var numbers = accounts.ToArray();
        var looks = new Look?[numbers.Length];
        var faults = new Exception?[numbers.Length];
        inParallel(numbers.Length, i =>
        {
            try
            {
                looks[i] = LookAt(Peek(numbers[i]), frame);
            }
            catch (Exception exception)
            {
                faults[i] = exception;
            }
        });
        string? fault = null;
        for (var i = 0; i < numbers.Length; i++)
        {
            var mark = Pending.Here();
            try
            {
                if (looks[i] is { } look)
                {
                    Confirm(look);
                }
            }
            catch (Exception exception)
            {
                Pending.Return(mark);
                faults[i] = exception;
            }
            fault = faults[i] is null ? fault
                : $"account {State.Accounts.Id(numbers[i])} cannot be valued at frame {frame.Number}: "
                    + faults[i]!.Message;
        }
        return fault;
    }

    /// <summary>An account as it will be when the pending batch is durable; changes nothing.</summary>
    private Account Peek(int number)
    {
        var id = State.Accounts.Id(number);
        return Pending.Find(id) ?? _read.GetValueOrDefault(id) ?? State.Accounts.Read(number);
    }

    /// <summary>From now on the subscriber is told; nothing changes for one that already is.</summary>
    public void Subscribe(string subscriber)
    {
        if (!IsSubscribed(subscriber))
        {
            State.Outbox.CheckRoom(subscriber);
            Add(new AcknowledgedRecord(subscriber, State.Outbox.LastSequence + Pending.Triggers));
        }
    }

    /// <summary>
    /// The subscriber has dealt with everything up to a sequence; means nothing from one that is none.
    /// </summary>
    public void Acknowledge(string subscriber, long sequence)
    {
        if (IsSubscribed(subscriber) && sequence > 0)
        {
            Add(new AcknowledgedRecord(subscriber, Math.Min(sequence, State.Outbox.LastSequence)));
        }
    }

    private bool IsSubscribed(string subscriber) => State.Outbox.IsSubscribed(subscriber)
        || Pending.Records.Exists(r => r is AcknowledgedRecord acknowledged && acknowledged.Subscriber == subscriber);
}

/// <summary>What a look at an account found: its episode from here on, and the trigger to raise, if any.</summary>
internal readonly record struct Look(
    Account Account, AccountValuation Valuation, RiskEpisode Episode, TriggerKind? Trigger)
{
    /// <summary>The trigger as it is told, under a sequence; null where none is raised.</summary>
    public Trigger? Told(long sequence) => Trigger is not { } kind ? null
        : new(sequence, Account.Id, kind, Valuation.Tier(Valuation.Frame.Universe.Rules), Valuation.Frame.Number,
            Valuation.Frame.TimeMs, Account.Sequence, Valuation.Equity, Valuation.MarginBalance,
            Valuation.MaintenanceMargin, Valuation.GrossNotional);
}
