using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Domain;

/// <summary>Which positions a venue isolates.</summary>
public enum IsolationTerms
{
    /// <summary>Where the account asks for it.</summary>
    Offered,

    /// <summary>All of them.</summary>
    Only,

    /// <summary>None.</summary>
    None,
}

/// <summary>How a venue's funding comes about.</summary>
public enum FundingStyle
{
    None,

    /// <summary>A rate is published and paid on the interval.</summary>
    Settled,

    /// <summary>An index accrues and is paid when the position changes.</summary>
    Accrued,

    /// <summary>Accrued, the premium clamped to a share of the price or of the margin fractions.</summary>
    Clamped,

    /// <summary>The rate moves with a velocity that the skew sets.</summary>
    Velocity,

    /// <summary>A factor rises and falls with the skew between thresholds.</summary>
    Adaptive,
}

/// <summary>How interest on borrowed assets is counted.</summary>
public enum BorrowStyle
{
    /// <summary>By the started hour at a daily rate.</summary>
    Hourly,

    /// <summary>An opening fee and a rate per started four hours.</summary>
    Rollover,
}

/// <summary>
/// A collateral asset's weights: share of a deposit that counts, what a debt counts for, and what they fall with.
/// </summary>
public sealed record CollateralTerms
{
    public required AssetId Asset { get; init; }

    /// <summary>For initial margin, and for maintenance where not stated apart; [0, 1].</summary>
    public required decimal Weight { get; init; }

    public required decimal MaintenanceWeight { get; init; }

    /// <summary>What a debt counts for, from 1.</summary>
    public decimal LiabilityWeight { get; init; } = 1m;

    public decimal LiabilityMaintenanceWeight { get; init; } = 1m;

    /// <summary>Factor of the root of the amount; 0 for none. See <see cref="SizeWeight"/>.</summary>
    public decimal SizeFactor { get; init; }

    public decimal LiabilitySizeFactor { get; init; }

    /// <summary>Deposits of the whole venue (USD) above which the initial weight falls; 0 for no cap.</summary>
    public decimal DepositCap { get; init; }

    /// <summary>Weights by the value (USD) of the balance, each on the part that lies in its tier; empty for
    /// none.</summary>
    public IReadOnlyList<WeightTier> Tiers { get; init; } = [];

    /// <summary>Discount by the amount against a scale; null for none.</summary>
    public DiscountTerms? Discount { get; init; }

    /// <summary>True where a deposit counts at one weight and a debt in full.</summary>
    public bool IsPlain => MaintenanceWeight == Weight && LiabilityWeight == 1m && LiabilityMaintenanceWeight == 1m
        && SizeFactor == 0m && LiabilitySizeFactor == 0m && DepositCap == 0m && Tiers.Count == 0 && Discount is null;

    /// <summary>What an amount counts for as margin, USD; below 0 for a debt.</summary>
    /// <param name="venueDeposits">Units that everybody at the venue holds; for the cap on deposits.</param>
    public decimal Counted(decimal amount, decimal price, bool isInitial, decimal venueDeposits = 0m)
    {
        var value = amount * price;
        if (amount < 0m)
        {
            return value * SizeWeight.Liability(
                isInitial ? LiabilityWeight : LiabilityMaintenanceWeight, LiabilitySizeFactor, -amount);
        }
        if (Tiers.Count > 0)
        {
            return Tiered(value);
        }
        var weight = SizeWeight.Asset(isInitial ? Weight : MaintenanceWeight, SizeFactor, amount);
        if (isInitial)
        {
            weight = SizeWeight.Capped(weight, DepositCap, venueDeposits * price);
        }
        return value * weight * (Discount is { } d
            ? SizeWeight.Discounted(amount, d.SkewScale, d.Scalar, d.Least, d.Most)
            : 1m);
    }

    /// <summary>Each part of the value at the weight of the tier it lies in.</summary>
    private decimal Tiered(decimal value)
    {
        var sum = 0m;
        for (var i = 0; i < Tiers.Count && value > Tiers[i].Floor; i++)
        {
            var top = i + 1 < Tiers.Count ? Math.Min(value, Tiers[i + 1].Floor) : value;
            sum += (top - Tiers[i].Floor) * Tiers[i].Weight;
        }
        return sum;
    }
}

/// <summary>From <paramref name="Floor"/> (USD) on a balance counts at <paramref name="Weight"/>.</summary>
public readonly record struct WeightTier(decimal Floor, decimal Weight);

/// <summary>1 − clamp(amount / scale·scalar, least, most). Source: Synthetix v3.</summary>
public sealed record DiscountTerms(decimal SkewScale, decimal Scalar, decimal Least, decimal Most);

/// <summary>Profit that counts as margin.</summary>
/// <param name="InitialWeight">For initial margin, [0, 1].</param>
/// <param name="MaintenanceWeight">For maintenance margin, [0, 1].</param>
/// <param name="SizeFactor">Falls with the root of the profit; 0 for none.</param>
/// <param name="InitialMax">Most that counts for initial margin, USD per position; null for no bound.</param>
public sealed record ProfitTerms(decimal InitialWeight = 1m, decimal MaintenanceWeight = 1m, decimal SizeFactor = 0m,
    decimal? InitialMax = null)
{
    /// <summary>All profit counts.</summary>
    public static ProfitTerms Whole { get; } = new();

    /// <summary>What a position's gain counts for as margin; a loss counts in full.</summary>
    public decimal Counted(decimal gain, bool isInitial) => gain <= 0m ? gain
        : isInitial
            ? WeightedForms.Profit(gain, SizeWeight.Asset(InitialWeight, SizeFactor, gain), InitialMax)
            : gain * MaintenanceWeight;
}

/// <summary>How the funding rate of a market is made; members that a style does not use are 0.</summary>
public sealed record FundingTerms
{
    public required FundingStyle Style { get; init; }

    /// <summary>Seconds between payments, or that a stated rate is for.</summary>
    public required int IntervalSeconds { get; init; }

    /// <summary>Clamped: largest |premium| per price.</summary>
    public decimal PremiumMax { get; init; }

    /// <summary>Clamped: largest |rate| per (initial − maintenance fraction).</summary>
    public decimal ClampFactor { get; init; }

    /// <summary>Velocity: largest change of the daily rate per day.</summary>
    public decimal VelocityMax { get; init; }

    public AdaptiveFunding Adaptive { get; init; }
}

/// <summary>Interest on what is borrowed.</summary>
public sealed record BorrowTerms(BorrowStyle Style, decimal Rate);

/// <summary>
/// What a venue's rules say beyond brackets, weights and thresholds. A profile is data over the closed forms of
/// <see cref="Venues"/>: there is no class per venue.
/// </summary>
public sealed record VenueTerms
{
    public required string Id { get; init; }

    /// <summary>Name of the margin schedule of each market.</summary>
    public required IReadOnlyDictionary<string, string> Markets { get; init; }

    public required IReadOnlyDictionary<AssetId, CollateralTerms> Collateral { get; init; }

    public required IReadOnlyDictionary<string, ScheduleTerms> Schedules { get; init; }

    public ProfitTerms Profit { get; init; } = new();

    /// <summary>USD kept per open order.</summary>
    public decimal OrderReserve { get; init; }

    public FundingTerms? Funding { get; init; }

    public BorrowTerms? Borrow { get; init; }

    public IsolationTerms Isolation { get; init; } = IsolationTerms.Offered;

    /// <summary>Isolated positions keep the maintenance margin of their entry value, whatever the mark.</summary>
    public bool IsolatedAtEntry { get; init; }

    /// <summary>Whether an account may set a leverage of its own.</summary>
    public bool CustomLeverage { get; init; } = true;

    public LiquidationRules? Liquidation { get; init; }

    public WithdrawalRules? Withdrawal { get; init; }
}
