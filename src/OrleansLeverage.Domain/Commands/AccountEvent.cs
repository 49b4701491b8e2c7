namespace OrleansLeverage.Domain;

/// <summary>What happened to an account: facts with their results, so that replaying them decides nothing.</summary>
public abstract record AccountEvent;

public enum BalanceReason : byte
{
    Deposit,
    Withdrawal,
    Transfer,
    RealisedProfit,
    Fee,
    Funding,
    IsolatedMargin,
    Import,

    /// <summary>Paid in by the insurance fund.</summary>
    Insurance,
}

/// <summary>A balance moved by <paramref name="Delta"/> and is now <paramref name="After"/>.</summary>
public sealed record BalanceChanged(Asset Asset, decimal Delta, decimal After, BalanceReason Reason) : AccountEvent;

/// <summary>The position of one instrument, as it is now.</summary>
public sealed record PositionChanged(Position After) : AccountEvent;

/// <summary>Margin is held for an order.</summary>
public sealed record OrderReserved(Reservation Reservation) : AccountEvent;

/// <summary>An order holds no margin any more.</summary>
public sealed record OrderReleased(CommandId Order) : AccountEvent;

/// <summary>The account's risk episode, as it is now.</summary>
public sealed record EpisodeChanged(RiskEpisode After) : AccountEvent;

/// <summary>An open order of signed quantity and the price it may fill at.</summary>
public sealed record Reservation(CommandId Order, Instrument Instrument, Quantity Quantity, Price Price);

/// <summary>
/// Where the account stands against the thresholds: the worst tier that has been raised and not yet left, and for how
/// many frames the ratio has been below its re-arm line, and how bad it was at worst in these. One trigger is raised
/// per tier and episode.
/// <see cref="Inhibited"/> is true once it was told that prices forbid a liquidation that is due.
/// </summary>
public readonly record struct RiskEpisode(RiskTier Raised, int FramesBelow, bool InLiquidation, bool Inhibited,
    RiskTier WorstBelow = RiskTier.Healthy)
{
    public static RiskEpisode None => new(RiskTier.Healthy, 0, false, false);
}

/// <summary>Accounts of the house: the other side of everything that leaves or enters customers' accounts.</summary>
public enum HouseAccount : byte
{
    /// <summary>The outside world: minus what was deposited and not withdrawn.</summary>
    External,
    Fees,

    /// <summary>Remainders of divisions, which always round against the account.</summary>
    Dust,

    /// <summary>The other side of one-sided entries: imports and expiries.</summary>
    Clearing,
    Insurance,
}

/// <summary>An entry in the house's books.</summary>
public sealed record HouseEntry(HouseAccount Account, Asset Asset, decimal Delta);

/// <summary>The answer to one account's part of a command: what to write if <see cref="Status"/> is Applied.</summary>
public sealed record Decision(CommandStatus Status, IReadOnlyList<AccountEvent> Events,
    IReadOnlyList<HouseEntry> House, string? Detail = null)
{
    public static Decision Refused(CommandStatus status, string? detail = null) => new(status, [], [], detail);
}
