using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// Exact decides, fast nominates: what the columns point at is looked at here in decimal before anything is told.
/// </summary>
internal sealed partial class GridCore
{
    /// <summary>
    /// Looks at a nominated account at the nominating frame, as it is now, and records the trigger and the account's
    /// new episode. Returns the tier raised or left; null where nothing changed.
    /// </summary>
    public (RiskEpisode Episode, TriggerKind? Trigger)? Confirm(AccountId id, PriceFrame frame)
    {
        if (Find(id) is not { } account)
        {
            return null;
        }
        var valuation = AccountValuation.Of(account, frame);
        var (episode, kind) = RiskEpisodes.Next(account.Episode, valuation, frame.Universe.Rules);
        if (episode == account.Episode)
        {
            return null;
        }
        RecordFrame(frame);
        var trigger = kind is { } raised ? Raise(raised, account, valuation, frame) : null;
        var change = new AccountChange(id, account.Sequence, [new EpisodeChanged(episode)]);
        Pending.Put(Changed(change));
        Add(new TriggerRecord(trigger, change, frame.Number));
        return (episode, kind);
    }

    /// <summary>
    /// Whether <see cref="Confirm"/> would change anything, on committed state: decides nothing, so any thread may ask
    /// while
    /// nothing is pending.
    /// </summary>
    public bool WouldChange(int number, PriceFrame frame)
    {
        var account = State.Accounts.Read(number);
        var next = RiskEpisodes.Next(account.Episode, AccountValuation.Of(account, frame), frame.Universe.Rules);
        return next.After != account.Episode;
    }

    /// <summary>
    /// The same as <see cref="Confirm"/>, where an account that cannot be looked at must not keep the others from
    /// being: null, or what is wrong with it.
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

    private Trigger Raise(TriggerKind kind, Account account, AccountValuation valuation, PriceFrame frame) =>
        new(State.Outbox.LastSequence + Pending.Triggers + 1, account.Id, kind, valuation.Tier(frame.Universe.Rules),
            frame.Number, frame.TimeMs,
            account.Sequence, valuation.Equity, valuation.MarginBalance, valuation.MaintenanceMargin,
                valuation.GrossNotional);
}
