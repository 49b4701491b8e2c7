namespace OrleansLeverage.Domain.Venues;

/// <summary>What a market looks like when its funding rate is made; members that a style does not use are 0.</summary>
public sealed record FundingMarket
{
    /// <summary>
    /// The rate in force: per interval where it is published, per day under velocity, per second where adaptive.
    /// </summary>
    public decimal Rate { get; init; }

    public decimal MarkAverage { get; init; }

    public decimal OracleAverage { get; init; }

    /// <summary>Open interest of each side.</summary>
    public decimal Longs { get; init; }

    public decimal Shorts { get; init; }

    /// <summary>Size at which the skew counts in full.</summary>
    public decimal SkewScale { get; init; }

    public decimal InitialFraction { get; init; }

    public decimal MaintenanceFraction { get; init; }
}

/// <summary>Funding and interest by the terms of a rule file, over the closed forms.</summary>
public static class VenueFunding
{
    private const decimal SecondsPerDay = 86_400m;
    private const decimal RateStep = 0.000000000001m;

    /// <summary>
    /// The rate after some seconds: what is published stays; a premium is the averages' difference per oracle price,
    /// clamped, for one interval of a day; a velocity moves the daily rate; an adaptive factor follows the skew.
    /// </summary>
    public static decimal Next(FundingTerms terms, FundingMarket market, decimal seconds) => terms.Style switch
    {
        FundingStyle.None => 0m,
        FundingStyle.Settled or FundingStyle.Accrued => market.Rate,
        FundingStyle.Clamped => Clamped(terms, market),
        FundingStyle.Velocity => FundingRates.After(market.Rate,
            FundingRates.Velocity(market.Longs - market.Shorts, market.SkewScale, terms.VelocityMax),
            seconds / SecondsPerDay),
        FundingStyle.Adaptive => FundingRates.Adaptive(
            market.Rate, market.Longs, market.Shorts, seconds, terms.Adaptive),
        _ => throw new ArgumentOutOfRangeException(nameof(terms), terms.Style, "not a style of funding"),
    };

    /// <summary>Interest owed on an amount that was borrowed for some hours; 0 where the venue charges none.</summary>
    public static decimal Interest(BorrowTerms? terms, decimal borrowed, decimal hours) => terms?.Style switch
    {
        null => 0m,
        BorrowStyle.Hourly => FundingForms.InterestHourly(borrowed, terms.Rate, hours),
        BorrowStyle.Rollover => FundingForms.InterestRollover(borrowed, terms.Rate, hours),
        _ => throw new ArgumentOutOfRangeException(nameof(terms), terms.Style, "not a style of interest"),
    };

    /// <summary>
    /// Where the averages are given the rate is their premium, otherwise what is published; then both clamps.
    /// </summary>
    private static decimal Clamped(FundingTerms terms, FundingMarket market)
    {
        var rate = market.Rate;
        if (market.OracleAverage > 0m)
        {
            var premium = (market.MarkAverage - market.OracleAverage) / market.OracleAverage;
            premium = terms.PremiumMax > 0m ? Math.Clamp(premium, -terms.PremiumMax, terms.PremiumMax) : premium;
            rate = premium * terms.IntervalSeconds / SecondsPerDay;
        }
        if (terms.ClampFactor > 0m)
        {
            var most = terms.ClampFactor * (market.InitialFraction - market.MaintenanceFraction);
            rate = Math.Clamp(rate, -most, most);
        }
        return decimal.Round(rate, RateStep.Scale, MidpointRounding.ToZero);
    }
}
