namespace OrleansLeverage.Domain;

/// <summary>
/// Prices at which a position of a failing bucket is closed. Side s is +1 for a long that is sold, −1 for a short that
/// is bought back; m the mark, n the notional closed (USD).
/// <code>
/// linear    value at p = value at m · p/m      bankruptcy = m·(1 − s·share / n)
/// inverse   coins at p = coins at m · m/p      bankruptcy = m·n / (n + s·share)
/// </code>
/// with share the part of the bucket's equity that goes with the closed part, by the maintenance margin it frees:
/// share = equity·freed / maintenance. Below 0 equity the share is negative and the price lies beyond the mark.
/// </summary>
public static class ClosingPrice
{
    /// <summary>Equity that goes with the closed part, USD, rounded down to the quantum.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bucket has no maintenance margin.</exception>
    public static decimal Share(MarginBucket bucket, decimal freed, decimal quantum) =>
        ExactProduct.FloorQuotient(bucket.Equity, freed, bucket.Maintenance, 1m, quantum);

    /// <summary>Null where no price above 0 uses the share up.</summary>
    public static decimal? Bankruptcy(ContractStyle style, int side, decimal mark, decimal notional, decimal share)
    {
        CheckSide(side);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(notional);
        if (style == ContractStyle.Linear)
        {
            var price = mark * (1m - side * (share / notional));
            return price > 0m ? price : null;
        }
        var value = notional + side * share;
        return value > 0m ? mark * (notional / value) : null;
    }

    /// <summary>The mark less a concession, which the rules fix or which grows as equity goes.</summary>
    public static decimal Conceded(int side, decimal mark, decimal concession)
    {
        CheckSide(side);
        return mark * (1m - side * concession);
    }

    /// <summary>
    /// Concession of the fillable price: clamp(adjustment·(1 − equity / maintenance), 0, 1)·spread·position maintenance
    /// / notional.
    /// </summary>
    public static decimal FillableConcession(MarginBucket bucket, decimal positionMaintenance, decimal notional,
        decimal adjustment, decimal spread)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bucket.Maintenance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(notional);
        var missing = bucket.Maintenance - bucket.Equity;
        // compared before it is divided: the quotient of a position next to nothing would not fit
        var depth = missing <= 0m ? 0m
            : ExactProduct.Compare(adjustment, missing, 1m, bucket.Maintenance) >= 0 ? 1m
            : adjustment * (missing / bucket.Maintenance);
        return depth * spread * (positionMaintenance / notional);
    }

    private static void CheckSide(int side)
    {
        if (side is not (1 or -1))
        {
            throw new ArgumentOutOfRangeException(nameof(side), side, "a side is +1 or −1");
        }
    }
}
