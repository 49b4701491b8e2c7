using OrleansLeverage.Analytics.Volatility;

namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>
/// A volatility index: total variance interpolated linearly in minutes to the horizon, annualised.
/// <code>
/// index = 100·√( (T1·σ1²·(N2 − N)/(N2 − N1) + T2·σ2²·(N − N1)/(N2 − N1))·525600/N )
/// </code>
/// N the horizon in minutes (30 days = 43,200), N1 and N2 those of the two expiries around it. In points: 13.69 is
/// 13.69 % a year. Source: Cboe VIX white paper, quant reference §8.
/// </summary>
public sealed record IndexValue
{
    public const double ThirtyDays = 43_200.0;

    private IndexValue(StripVariance near, StripVariance next, double horizonMinutes, double points) =>
        (Near, Next, HorizonMinutes, Points) = (near, next, horizonMinutes, points);

    public StripVariance Near { get; }

    public StripVariance Next { get; }

    public double HorizonMinutes { get; }

    /// <summary>The number, complete or not: <see cref="IsComplete"/> says whether it may be believed.</summary>
    public double Points { get; }

    public bool IsComplete => Near.Completeness.IsComplete && Next.Completeness.IsComplete;

    /// <summary>What either strip lacks.</summary>
    public StripLacks Lacks => Near.Completeness.Lacks | Next.Completeness.Lacks;

    /// <summary>The index where both strips are complete; null where they are not.</summary>
    public double? Published => IsComplete ? Points : null;

    /// <exception cref="VolatilityException">The two expiries do not lie around the horizon.</exception>
    public static IndexValue Of(StripVariance near, StripVariance next, double horizonMinutes = ThirtyDays)
    {
        var (n1, n2) = (near.Strip.Minutes, next.Strip.Minutes);
        if (!(n1 <= horizonMinutes && horizonMinutes <= n2 && n1 < n2))
        {
            throw new VolatilityException(VolatilityFault.HorizonNotBracketed,
                $"{n1} and {n2} minutes do not lie around {horizonMinutes}");
        }
        var nearPart = near.Strip.Years * near.Variance * (n2 - horizonMinutes) / (n2 - n1);
        var nextPart = next.Strip.Years * next.Variance * (horizonMinutes - n1) / (n2 - n1);
        var annual = (nearPart + nextPart) * MinutesToExpiry.PerYear / horizonMinutes;
        return new IndexValue(near, next, horizonMinutes, 100.0 * Math.Sqrt(annual));
    }

    /// <summary>
    /// From the strips of all expiries: the last at or before the horizon and the first after it; where none lies
    /// after, one at the horizon and the one before it.
    /// </summary>
    public static IndexValue Of(IEnumerable<OptionStrip> strips, double horizonMinutes = ThirtyDays,
        CompletenessRule? rule = null)
    {
        var all = strips.OrderBy(strip => strip.Minutes).ToList();
        var next = all.FindIndex(strip => strip.Minutes > horizonMinutes);
        if (next < 0 && all.Count > 1 && all[^1].Minutes == horizonMinutes)
        {
            next = all.Count - 1;
        }
        return next < 1
            ? throw new VolatilityException(VolatilityFault.HorizonNotBracketed,
                $"no two of {all.Count} expiries lie around {horizonMinutes} minutes")
            : Of(StripVariance.Of(all[next - 1], rule), StripVariance.Of(all[next], rule), horizonMinutes);
    }
}
