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

    /// <summary>Whether an account has to be read before it is known to be asked for.</summary>
    public bool AsksForPositions => Holds is not null || Market is not null;

    /// <summary>
    /// Whether an account with these exact figures is asked for, whatever it holds; figures are null where a price is
    /// missing, and then are at no bound and on no side.
    /// </summary>
    public bool Takes(RiskTier tier, decimal? equity, decimal? gross, decimal? net) =>
        (Tiers.Count == 0 || Tiers.Contains(tier))
        && (AsksForPositions || Side is not { } side || side == SideOf(net))
        && (LeverageMin is not { } leverage || HasLeverage(leverage, equity, gross))
        && (LeverageBelow is not { } below || (equity > 0m && (double?)(gross / equity) < below))
        && (NotionalMin is not { } notional || (double)(gross ?? -1m) >= notional)
        && (EquityMin is not { } least || (double?)equity >= least)
        && (EquityBelow is not { } most || (double?)equity < most);

    /// <summary>Whether an instrument is among those whose holders are asked for.</summary>
    public bool IsAbout(Instrument instrument) => (Holds is not { } held || instrument.Id == held)
        && (Market is not { } market || instrument.MarkFeed.Id == market);

    /// <summary>
    /// Whether the account has a position in what is asked for, on the side that is, and is liquidated by the move.
    /// </summary>
    public bool IsHeldBy(Account account, PriceFrame frame)
    {
        if (!AsksForPositions)
        {
            return true;
        }
        if (!account.Positions.Any(IsHeld))
        {
            return false;
        }
        if (Side is null && Move is null)
        {
            return true;
        }
        var valuation = AccountValuation.Of(account, frame);
        if (!valuation.IsKnown)
        {
            return false;
        }
        var held = valuation.Positions.Where(value => IsHeld(value.Position)).ToArray();
        return (Side is not { } side || SideOf(held.Sum(one => one.SignedNotional)) == side)
            && (Move is not { } move || IsLiquidatedBy(valuation, held, move));
    }

    private bool IsHeld(Position position) => !position.Quantity.IsZero && IsAbout(position.Instrument);

    /// <summary>The first line that the feed meets counts: further ones are of who is gone by then.</summary>
    private static bool IsLiquidatedBy(
        AccountValuation valuation, PositionValuation[] held, (decimal From, decimal To) move)
    {
        if (valuation.Tier(valuation.Frame.Universe.Rules) is RiskTier.Liquidation or RiskTier.Bankrupt)
        {
            return false;
        }
        decimal? nearest = null;
        foreach (var value in held)
        {
            if (LiquidationSolver.LiquidationPrice(valuation, value.Position).Shown is { } price
                && (price / value.Mark) - 1m is var distance
                && (nearest is not { } until || Math.Abs(distance) < Math.Abs(until)))
            {
                nearest = distance;
            }
        }
        return nearest >= move.From && nearest < move.To;
    }

    private static NetSide? SideOf(decimal? notional) => notional is not { } net ? null
        : net > 0m ? NetSide.Long : net < 0m ? NetSide.Short : NetSide.Flat;

    private static bool HasLeverage(double least, decimal? equity, decimal? gross) =>
        gross is { } notional && (equity > 0m ? (double)(notional / equity.Value) >= least : notional > 0m);
}

/// <summary>
/// The figure that an account is listed by, larger before smaller; of USD, −1 where a price is missing.
/// </summary>
public static class AccountKey
{
    /// <summary>
    /// Worse is larger: the tier, and within it the ratio; without balance by notional above all ratios.
    /// </summary>
    /// <param name="ratio">Infinite where a bucket has margin to keep and no balance.</param>
    public static double Risk(RiskTier tier, double ratio, double gross)
    {
        const double Tiers = 2.0;
        const double Scale = 1e6;
        if (tier == RiskTier.Unknown)
        {
            return -1.0;
        }
        var within = double.IsFinite(ratio) ? ratio / (1.0 + ratio) : 1.0 + (gross / (gross + Scale));
        return (Tiers * (int)tier) + within;
    }

    /// <summary>Gross / equity; infinite for positions without equity, 0 where there is nothing to lever.</summary>
    public static double Leverage(RiskTier tier, double equity, double gross) => tier == RiskTier.Unknown ? -1.0
        : gross == 0.0 ? 0.0
        : equity > 0.0 && tier != RiskTier.Bankrupt ? gross / equity
        : double.PositiveInfinity;

    public static double Notional(RiskTier tier, double gross) => tier == RiskTier.Unknown ? -1.0 : gross;
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
    FrameNumber Frame, long FrameTimeMs, long Accounts, IReadOnlyList<ListedAccount> Items, AccountPlace? Next)
{
    /// <summary>Null where one place has all accounts; else each figure is at the frame of its part.</summary>
    public ReadScope? Scope { get; init; }
}
