using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain;

/// <summary>
/// What kind of line an account has crossed. Higher is worse, except that Unknown is no judgement at all.
/// </summary>
public enum RiskTier
{
    /// <summary>A price that the account depends on has not been measured.</summary>
    Unknown,
    Healthy,
    Warning,
    MarginCall,

    /// <summary>Margin balance below maintenance margin, strictly.</summary>
    Liquidation,

    /// <summary>Equity below zero, or none against open positions.</summary>
    Bankrupt,
}

/// <summary>
/// Thresholds and bounds in force from <see cref="EffectiveFrom"/>. Ratios are maintenance margin / margin balance,
/// 1.00 = liquidation.
/// </summary>
public sealed record RiskRules
{
    public required string Name { get; init; }

    /// <summary>Where the rules come from, in words.</summary>
    public string Source { get; init; } = "";

    public required int Version { get; init; }

    public required DateTimeOffset EffectiveFrom { get; init; }

    public decimal WarningRatio { get; init; } = 0.70m;

    public decimal MarginCallRatio { get; init; } = 0.85m;

    public decimal LiquidationRatio { get; init; } = 1.00m;

    /// <summary>
    /// A tier is left when the ratio stays below its threshold less this, for <see cref="RearmFrames"/> frames.
    /// </summary>
    public decimal RearmMargin { get; init; } = 0.02m;

    public int RearmFrames { get; init; } = 2;

    /// <summary>Largest fee of a fill per notional.</summary>
    public decimal FeeRateMax { get; init; } = 0.01m;

    /// <summary>Largest rebate of a fill per notional.</summary>
    public decimal RebateRateMax { get; init; } = 0.001m;

    /// <summary>Largest notional of one fill or position, USD.</summary>
    public decimal NotionalMax { get; init; } = 1_000_000_000_000m;

    /// <summary>Largest single deposit, withdrawal or transfer, in units of the asset.</summary>
    public decimal AmountMax { get; init; } = 1_000_000_000_000m;

    /// <summary>Whether a fill that adds risk must leave the margin balance at or above the initial margin.</summary>
    public bool FillsNeedInitialMargin { get; init; } = true;

    /// <summary>Caps on leverage and the kill switch; null without.</summary>
    public LeverageLimits? Leverage { get; init; }

    /// <summary>When collateral may leave.</summary>
    public WithdrawalRules Withdrawal { get; init; } = new(ClosedWhileNegative: false);

    /// <summary>How a grid that liquidates by itself does it; null closes everything at the mark.</summary>
    public LiquidationRules? Liquidation { get; init; }

    /// <summary>Underlyings that are offered in portfolio margin, at most one set of scenarios for each.</summary>
    public IReadOnlyList<PortfolioTerms> Portfolio { get; init; } = [];

    /// <summary>Whether an account may set a leverage of its own.</summary>
    public bool CustomLeverage { get; init; } = true;

    /// <summary>What of unrealised profit counts as margin.</summary>
    public ProfitTerms Profit { get; init; } = ProfitTerms.Whole;

    /// <summary>USD of initial margin kept per open order.</summary>
    public decimal OrderReserve { get; init; }

    /// <summary>Which positions are isolated.</summary>
    public IsolationTerms Isolation { get; init; } = IsolationTerms.Offered;

    /// <summary>Isolated positions keep the maintenance margin of their entry value, whatever the mark.</summary>
    public bool IsolatedAtEntry { get; init; }

    /// <summary>Throws with the first setting that is out of range.</summary>
    public void Check()
    {
        Leverage?.Check(Name);
        if (Portfolio.Any(terms => terms.Scenarios is { Settlement: ContractStyle.Inverse, Contingency: not null }))
        {
            throw new RuleException(RuleFileStatus.NotApplied,
                $"rules {Name}: contingencies are charged in the quote, not of what settles in coin");
        }
        // liquidation is margin balance below maintenance margin and nothing else: solved prices rest on it
        if (!(WarningRatio > 0m && WarningRatio < MarginCallRatio && MarginCallRatio < LiquidationRatio
            && LiquidationRatio == 1m))
        {
            throw new RuleException(RuleFileStatus.ThresholdOrder,
                $"rules {Name}: ratios {WarningRatio} < {MarginCallRatio} < {LiquidationRatio} = 1 are not in order");
        }
        if (RearmMargin < 0m || RearmMargin >= WarningRatio || RearmFrames < 1)
        {
            throw new FormatException(
                $"rules {Name}: rearm margin {RearmMargin} and frames {RearmFrames} are out of range");
        }
        if (FeeRateMax is < 0m or > 1m || RebateRateMax is < 0m or > 1m || NotionalMax <= 0m || AmountMax <= 0m)
        {
            throw new FormatException(
                $"rules {Name}: fee {FeeRateMax}, rebate {RebateRateMax}, notional {NotionalMax} or amount {AmountMax} "
                + "is out of range");
        }
    }
}
