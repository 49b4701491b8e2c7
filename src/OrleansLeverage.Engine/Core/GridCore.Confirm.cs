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
    /// Looks at a nominated account at the nominating frame, as it is now, and records the trigger and the account's
    /// new episode; nothing where nothing changes.
    /// </summary>
    public void Confirm(AccountId id, PriceFrame frame)
    {
        if (Find(id) is { } account)
        {
            Confirm(LookAt(account, frame));
        }
    }

    /// <summary>The same of an account that has been looked at as it is now.</summary>
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
    /// The same as <see cref="Confirm(AccountId, PriceFrame)"/>, where an account that cannot be looked at must not
    /// keep the others from being: null, or what is wrong with it.
    /// </summary>
    public string? TryConfirm(AccountId id, PriceFrame frame)
    {
        var mark = Pending.Here();
        try
        {
            Confirm(id, frame);
            return null;
        }
        catch (Exception exception)
        {
            Pending.Return(mark);
            return $"account {id} cannot be valued at frame {frame.Number}: {exception.Message}";
        }
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
