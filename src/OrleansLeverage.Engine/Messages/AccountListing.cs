using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine;

/// <summary>What accounts are listed by, largest first; by id from the lowest.</summary>
public enum AccountOrder
{
    /// <summary>Worst tier first, then the highest margin ratio; those without any margin balance before all.</summary>
    Risk,
    Notional,

    /// <summary>Gross notional / equity; accounts with positions and no equity before all.</summary>
    Leverage,
    Id,
}

/// <summary>
/// Where a listing stands: the figure that it is ordered by, and the account that had it. A listing goes on after a
/// place whatever happened since: who still has the same figure is met once.
/// </summary>
public readonly record struct AccountPlace(double Key, AccountId Account);

/// <summary>Which accounts, in which order, how many.</summary>
public sealed record AccountQuery
{
    public const int CountLimit = 1_000;

    public AccountOrder Order { get; init; }

    /// <summary>Tiers asked for; empty for all.</summary>
    public IReadOnlyCollection<RiskTier> Tiers { get; init; } = [];

    /// <summary>Which way the account leans: in what is held where that is asked for, else in all.</summary>
    public NetSide? Side { get; init; }

    /// <summary>Only who has a position in it.</summary>
    public InstrumentId? Holds { get; init; }

    /// <summary>Only who has a position in any instrument that this feed marks.</summary>
    public FeedId? Market { get; init; }

    /// <summary>
    /// Only who is liquidated where <see cref="Market"/> alone moves by a fraction from the first up to, not to, the
    /// second, and is not past the line already: a bucket of its liquidation map.
    /// </summary>
    public (decimal From, decimal To)? Move { get; init; }

    /// <summary>At least so much; an account without equity has no leverage, and is as high as any.</summary>
    public double? LeverageMin { get; init; }

    /// <summary>Below so much; an account without equity is below none.</summary>
    public double? LeverageBelow { get; init; }

    /// <summary>USD, at least.</summary>
    public double? EquityMin { get; init; }

    /// <summary>USD, below.</summary>
    public double? EquityBelow { get; init; }

    /// <summary>USD, gross.</summary>
    public double? NotionalMin { get; init; }

    /// <summary>The place of the page before; null for the first.</summary>
    public AccountPlace? After { get; init; }

    /// <summary>1 to <see cref="CountLimit"/>.</summary>
    public int CountMax { get; init; } = 100;
}

/// <summary>
/// One account in a listing, exact, as it was committed when it was first listed at the listing's frame. USD; null
/// where a price is missing.
/// </summary>
/// <param name="NearestPosition">The position whose line is nearest; without any line, the largest.</param>
/// <param name="Distance">Its liquidation price / mark − 1; null where no price of its feed alone liquidates.</param>
/// <param name="PriceAgeMs">Age at the frame of the oldest price it depends on.</param>
public sealed record ListedAccount(
    AccountId Account, long Sequence, RiskTier Tier, decimal? MarginRatio, decimal? Leverage,
    NoLeverageReason LeverageReason, decimal? Equity, decimal? GrossNotional, decimal? NetNotional, int Positions,
    InstrumentId? NearestPosition, decimal? Distance, long? PriceAgeMs);

/// <summary>A page of accounts.</summary>
/// <param name="Frame">The order is of this frame, and so are the prices of the figures.</param>
/// <param name="Accounts">Accounts that the order is over.</param>
/// <param name="Next">The place to go on from; null at the end. A page may hold fewer than were asked for and go on
/// all the same: how many accounts one page looks at is bounded.</param>
public sealed record AccountListing(
    FrameNumber Frame, long FrameTimeMs, long Accounts, IReadOnlyList<ListedAccount> Items, AccountPlace? Next);
