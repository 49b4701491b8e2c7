namespace OrleansLeverage.Analytics.Cascade;

/// <summary>Which price margin is tested at.</summary>
public enum OraclePolicy
{
    /// <summary>The venue's own book: forced sales lower the price that everybody else is judged by.</summary>
    OwnBook,

    /// <summary>The median of the own book and other venues, which follow the own one only in part.</summary>
    MedianOfVenues,
}

/// <summary>What is sold of an account below its line.</summary>
public enum LiquidationStyle
{
    /// <summary>As much as brings it back to <see cref="CascadeSettings.TargetRatio"/>.</summary>
    Slice,

    /// <summary>Everything.</summary>
    Whole,
}

/// <summary>Who pays what the insurance fund cannot.</summary>
public enum DeleveragingStyle
{
    /// <summary>Nobody: it stays as bad debt.</summary>
    None,

    /// <summary>Winners, by a <see cref="DeficitRule"/>: a part of their profit is taken.</summary>
    Haircut,

    /// <summary>
    /// Winners take over the bankrupt's contracts at the price that leaves it nothing, first in the queue first.
    /// </summary>
    Contracts,
}

/// <summary>One feed's own book.</summary>
public sealed record CascadeMarket
{
    /// <summary>
    /// USD, at the price of the start, that move the price by its whole value under the linear law, at the reference
    /// volatility.
    /// </summary>
    public required double Depth { get; init; }

    public ImpactLaw Law { get; init; } = ImpactLaw.Linear;

    /// <summary>Share of the pressure of a sale that never fades, in [0, 1].</summary>
    public double PermanentShare { get; init; } = 0.3;

    /// <summary>Share of the fading pressure that is gone after each tick, in [0, 1].</summary>
    public double RecoveryPerTick { get; init; } = 0.02;

    /// <summary>Depth = Depth·(reference / volatility)^exponent where volatility is above the reference; 0 keeps it.
    /// </summary>
    public double DepthExponent { get; init; } = 1.0;

    /// <summary>Standard deviation of a tick's return at which the depth is as given.</summary>
    public double ReferenceVolatility { get; init; } = 0.001;

    /// <summary>Weight of the past in the volatility, per tick.</summary>
    public double VolatilityMemory { get; init; } = 0.94;

    /// <summary>Least share of the depth that is always there.</summary>
    public double DepthFloor { get; init; } = 0.02;

    public void Check()
    {
        if (!(Depth > 0.0) || !(PermanentShare is >= 0.0 and <= 1.0) || !(RecoveryPerTick is >= 0.0 and <= 1.0)
            || !(DepthExponent is >= 0.0 and <= 4.0) || !(ReferenceVolatility > 0.0)
            || !(VolatilityMemory is >= 0.0 and < 1.0) || !(DepthFloor is > 0.0 and <= 1.0))
        {
            throw new FormatException($"cascade: {this} is no market");
        }
    }
}

/// <summary>Funding every so many ticks at one rate, longs pay a positive one.</summary>
public readonly record struct CascadeFunding(int EveryTicks, double Rate);

/// <summary>What a cascade is made of besides accounts and prices; the same settings give the same bytes.</summary>
public sealed record CascadeSettings
{
    /// <summary>By feed, in the book's order.</summary>
    public required IReadOnlyList<CascadeMarket> Markets { get; init; }

    public OraclePolicy Oracle { get; init; } = OraclePolicy.OwnBook;

    /// <summary>How far each other venue follows the own book's dislocation, in [0, 1].</summary>
    public IReadOnlyList<double> OtherVenues { get; init; } = [0.25, 0.10];

    public LiquidationStyle Liquidation { get; init; } = LiquidationStyle.Slice;

    /// <summary>Margin balance / maintenance margin that a slice restores, at least 1.</summary>
    public double TargetRatio { get; init; } = 1.1;

    /// <summary>Least share of an account that a slice closes.</summary>
    public double SliceMin { get; init; } = 0.1;

    /// <summary>USD of notional below which an account is closed whole.</summary>
    public double NotionalMin { get; init; } = 10.0;

    /// <summary>Fee of a liquidation on notional; it goes to the insurance fund.</summary>
    public double FeeRate { get; init; } = 0.0005;

    public double InsuranceFund { get; init; }

    public DeleveragingStyle Deleveraging { get; init; } = DeleveragingStyle.Haircut;

    public DeficitRule Rule { get; init; } = DeficitRules.ProRata;

    public CascadeFunding? Funding { get; init; }

    /// <summary>Ticks after which a closed account comes back as it began; null for never.</summary>
    public int? ReentryTicks { get; init; }

    /// <summary>Rounds of one tick; one that needs more ends unsettled.</summary>
    public int RoundsMax { get; init; } = 10_000;

    /// <summary>Threads, one part of the accounts each; the result does not depend on it.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>One kind of market for every feed.</summary>
    public static CascadeSettings Uniform(int feeds, CascadeMarket market) =>
        new() { Markets = [.. Enumerable.Repeat(market, feeds)] };

    public void Check(int feeds)
    {
        if (Markets.Count != feeds)
        {
            throw new FormatException($"cascade: {Markets.Count} markets for {feeds} feeds");
        }
        foreach (var market in Markets)
        {
            market.Check();
        }
        Require(OtherVenues.All(v => v is >= 0.0 and <= 1.0), "other venues follow by a share in 0..1");
        Require(TargetRatio is >= 1.0 and <= 10.0, $"targetRatio {TargetRatio} is not in 1..10");
        Require(SliceMin is > 0.0 and <= 1.0, $"sliceMin {SliceMin} is not in (0, 1]");
        Require(NotionalMin >= 0.0, $"notionalMin {NotionalMin} is negative");
        Require(FeeRate is >= 0.0 and < 0.1, $"feeRate {FeeRate} is not in 0..0.1");
        Require(InsuranceFund >= 0.0 && double.IsFinite(InsuranceFund), $"insuranceFund {InsuranceFund} is negative");
        Require(Funding is null or { EveryTicks: > 0, Rate: > -0.1 and < 0.1 }, $"funding {Funding} is out of range");
        Require(ReentryTicks is null or > 0, $"reentryTicks {ReentryTicks} is not above 0");
        Require(RoundsMax > 0 && Partitions is > 0 and <= 1024, "rounds and partitions are above 0");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException($"cascade: {problem}");
        }
    }
}
