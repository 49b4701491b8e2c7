namespace OrleansLeverage.Domain.Venues;

/// <summary>How a funding factor moves with the skew of a market. Source: GMX v2 <c>MarketUtils.sol</c>.</summary>
/// <param name="Stable">Skew above which the factor rises.</param>
/// <param name="Decrease">Skew below which it falls; between the two it stays.</param>
/// <param name="IncreasePerSecond">Rise per second and skew.</param>
/// <param name="DecreasePerSecond">Fall per second.</param>
/// <param name="Most">Largest |factor|; 0 for none.</param>
public readonly record struct AdaptiveFunding(
    decimal Stable, decimal Decrease, decimal IncreasePerSecond, decimal DecreasePerSecond, decimal Most = 0m);

/// <summary>
/// Rates of funding: clamped premium, velocity, adaptive factor, imbalance. A positive rate is paid by longs.
/// </summary>
public static class FundingRates
{
    /// <summary>
    /// Premium per settlement: clamp(mark average − oracle average, ±oracle/divisor)·share, truncated to a step.
    /// Source: Drift v2 <c>controller/funding.rs</c> (divisor 33, hourly share 1/24).
    /// </summary>
    public static decimal Clamped(decimal markAverage, decimal oracleAverage, decimal divisor, decimal share,
        decimal step)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisor);
        var most = Math.Abs(oracleAverage) / divisor;
        var rate = Math.Clamp(markAverage - oracleAverage, -most, most) * share;
        return rate < 0m ? Decimals.CeilingTo(rate, step) : Decimals.FloorTo(rate, step);
    }

    /// <summary>
    /// clamp(skew / scale, −1, 1)·largest velocity, per day. Source: Synthetix v3 <c>PerpsMarket.sol</c>.
    /// </summary>
    public static decimal Velocity(decimal skew, decimal skewScale, decimal most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(skewScale);
        return Math.Clamp(skew / skewScale, -1m, 1m) * most;
    }

    /// <summary>Rate after some days at a velocity.</summary>
    public static decimal After(decimal rate, decimal velocity, decimal days) => rate + velocity * days;

    /// <summary>
    /// Funding that a position of signed size owes over these days: the mean of the first and the last rate.
    /// </summary>
    public static decimal Accrued(decimal rate, decimal velocity, decimal days, decimal size, decimal price) =>
        (rate + After(rate, velocity, days)) / 2m * size * price * days;

    /// <summary>
    /// The factor after some seconds: it rises with the skew towards the heavier side above the stable threshold (and
    /// whenever it points to the lighter side), falls towards 0 below the other, and stays in between.
    /// </summary>
    public static decimal Adaptive(decimal factor, decimal longs, decimal shorts, decimal seconds, AdaptiveFunding rule)
    {
        var total = longs + shorts;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        var skew = Math.Abs(longs - shorts) / total;
        var heavier = longs >= shorts ? 1m : -1m;
        var pointsThere = factor == 0m || Math.Sign(factor) == (int)heavier;
        var after = factor;
        if (skew > rule.Stable || (!pointsThere && skew > 0m))
        {
            after += heavier * skew * rule.IncreasePerSecond * seconds;
        }
        else if (skew < rule.Decrease)
        {
            after = Math.Sign(factor) * Math.Max(0m, Math.Abs(factor) - rule.DecreasePerSecond * seconds);
        }
        return rule.Most > 0m ? Math.Clamp(after, -rule.Most, rule.Most) : after;
    }

    /// <summary>
    /// factor·|longs − shorts| / (longs + shorts), what the heavier side pays per second. Source: GMX v2.
    /// </summary>
    public static decimal Imbalance(decimal factor, decimal longs, decimal shorts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longs + shorts);
        return factor * Math.Abs(longs - shorts) / (longs + shorts);
    }

    /// <summary>What the other side gets per notional so that no money is made: −rate·paying / receiving.</summary>
    public static decimal Received(decimal rate, decimal paying, decimal receiving)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(receiving);
        return -rate * paying / receiving;
    }
}
