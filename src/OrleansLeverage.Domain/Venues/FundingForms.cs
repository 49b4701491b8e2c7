using System.Numerics;

namespace OrleansLeverage.Domain.Venues;

/// <summary>One funding instant: rate per interval and the mark it applies to, null where no mark was seen.</summary>
public readonly record struct FundingTick(DateTimeOffset Time, decimal Rate, decimal? Mark);

/// <summary>
/// Funding as positions receive it: positive is received, so a long pays where the rate is positive.
/// </summary>
public static class FundingForms
{
    /// <summary>
    /// −s·q·mark·rate·share, share the part of the interval held where a venue pro-rates. Without a mark nothing is
    /// paid. Source: freqtrade, NautilusTrader, Kraken (pro-rated).
    /// </summary>
    public static decimal Payment(int side, decimal size, decimal? mark, decimal rate, decimal share = 1m) =>
        mark is { } price ? -side * size * price * rate * share : 0m;

    /// <summary>
    /// Sum of the payments of the ticks within [open, close]. An open that lies less than <paramref name="grace"/>
    /// after a full hour counts as at that hour (Binance: 15 s).
    /// </summary>
    public static decimal Window(
        int side, decimal size, DateTimeOffset open, DateTimeOffset close, TimeSpan grace,
        IEnumerable<FundingTick> ticks)
    {
        var sinceHour = TimeSpan.FromTicks(open.UtcTicks % TimeSpan.TicksPerHour);
        var from = sinceHour < grace ? open - sinceHour : open;
        var sum = 0m;
        foreach (var tick in ticks)
        {
            sum += tick.Time >= from && tick.Time <= close ? Payment(side, size, tick.Mark, tick.Rate) : 0m;
        }
        return sum;
    }

    /// <summary>
    /// Interest on borrowed coins by the started hour: borrowed·daily rate·ceil(hours)/24. Source: Binance margin, as
    /// freqtrade charges it.
    /// </summary>
    public static decimal InterestHourly(decimal borrowed, decimal dailyRate, decimal hours) =>
        borrowed * dailyRate * decimal.Ceiling(hours) / 24m;

    /// <summary>
    /// Interest with an opening fee and one rate per started four hours: borrowed·rate·(1 + ceil(hours/4)). Source:
    /// Kraken margin, as freqtrade charges it.
    /// </summary>
    public static decimal InterestRollover(decimal borrowed, decimal rate, decimal hours) =>
        borrowed * rate * (1m + decimal.Ceiling(hours / 4m));

    /// <summary>
    /// −(index − last index)·base quantums: funding owed since the last settlement, in millionths of a quote quantum.
    /// Exact at any size. Source: dYdX v4 <c>x/perpetuals/lib</c>.
    /// </summary>
    public static BigInteger SettlementPpm(BigInteger index, BigInteger lastIndex, BigInteger baseQuantums) =>
        -(index - lastIndex) * baseQuantums;
}
