namespace OrleansLeverage.Domain;

/// <summary>Which position is closed first. Ties go by the order of the universe's instruments.</summary>
public enum LiquidationOrder
{
    /// <summary>The order of the universe's instruments.</summary>
    Listed,

    /// <summary>The most negative profit first, funding included.</summary>
    LargestLoss,
    LargestNotional,

    /// <summary>The position that keeps most margin first.</summary>
    LargestMaintenance,

    /// <summary>The least maintenance per notional last: what frees most margin for what it costs.</summary>
    HighestRate,
}

/// <summary>How much one liquidation may close.</summary>
public enum LiquidationScope
{
    /// <summary>As many lots as bring the bucket to the target ratio.</summary>
    ToTarget,

    /// <summary>Whole positions, one after the other, until the target is reached.</summary>
    Positions,

    /// <summary>Everything the bucket holds.</summary>
    Bucket,
}

/// <summary>Price at which positions are closed where no market price is given.</summary>
public enum LiquidationPricing
{
    /// <summary>The mark, less a concession to whoever takes the position over: mark·(1 − s·concession).</summary>
    Concession,

    /// <summary>
    /// mark·(1 − s·clamp(adjustment·(1 − equity / maintenance), 0, 1)·spread·position maintenance / notional): the
    /// deeper under water, the larger the concession. Source: dYdX v4 <c>x/clob/keeper/liquidations.go</c>.
    /// </summary>
    Fillable,

    /// <summary>
    /// The price at which the closed part's share of the equity is used up. Whatever a close leaves above it goes to
    /// the fund, not only the fee.
    /// </summary>
    Bankruptcy,
}

/// <summary>How a venue liquidates, as data. Ratios are maintenance margin / margin balance.</summary>
public sealed record LiquidationRules
{
    public LiquidationOrder Order { get; init; } = LiquidationOrder.Listed;

    public LiquidationScope Scope { get; init; } = LiquidationScope.Bucket;

    public LiquidationPricing Pricing { get; init; } = LiquidationPricing.Concession;

    /// <summary>Ratio at which a liquidation stops, in (0, 1].</summary>
    public decimal TargetRatio { get; init; } = 1m;

    /// <summary>Largest share of a position that one liquidation closes, in (0, 1].</summary>
    public decimal CloseShareMax { get; init; } = 1m;

    /// <summary>Positions of at most this notional (USD) are closed whole whatever the share.</summary>
    public decimal WholeBelowNotional { get; init; }

    /// <summary>Least notional (USD) that is closed, and that may remain, unless it is all there is.</summary>
    public decimal NotionalMin { get; init; }

    /// <summary>
    /// To the insurance fund per value closed, at most what the close leaves above the bankruptcy price.
    /// </summary>
    public decimal FeeRate { get; init; }

    /// <summary>Share of the mark that whoever takes over is given.</summary>
    public decimal Concession { get; init; }

    /// <summary>How fast the fillable price goes to its spread.</summary>
    public decimal BankruptcyAdjustment { get; init; } = 1m;

    /// <summary>Largest concession of the fillable price, as a share of the position's maintenance margin.</summary>
    public decimal SpreadToMaintenance { get; init; }

    /// <summary>
    /// Equity below this share of the maintenance margin: everything is taken over at its bankruptcy price. 0 for none.
    /// </summary>
    public decimal BackstopShare { get; init; }

    /// <summary>Throws with the first setting that is out of range.</summary>
    public void Check()
    {
        Require(TargetRatio is > 0m and <= 1m, $"target ratio {TargetRatio} is not in (0, 1]");
        Require(CloseShareMax is > 0m and <= 1m, $"largest share {CloseShareMax} is not in (0, 1]");
        Require(WholeBelowNotional >= 0m && NotionalMin >= 0m,
            $"notionals {WholeBelowNotional} and {NotionalMin} are not from 0");
        Require(FeeRate is >= 0m and < 1m && Concession is >= 0m and < 1m,
            $"fee {FeeRate} and concession {Concession} are not in [0, 1)");
        Require(BankruptcyAdjustment >= 0m && SpreadToMaintenance is >= 0m and <= 1m,
            $"adjustment {BankruptcyAdjustment} or spread {SpreadToMaintenance} is out of range");
        Require(BackstopShare is >= 0m and <= 1m, $"backstop share {BackstopShare} is not in [0, 1]");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new FormatException($"liquidation rules: {message}");
        }
    }
}
