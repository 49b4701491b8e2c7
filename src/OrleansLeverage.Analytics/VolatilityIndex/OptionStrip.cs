using OrleansLeverage.Analytics.Volatility;

namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>All strikes of one expiry, ascending.</summary>
public sealed class OptionStrip
{
    /// <param name="minutes">To expiry, above 0.</param>
    /// <param name="rate">Continuous per year; 0 for coins, whose forward carries it.</param>
    /// <exception cref="VolatilityException">Expired, no number, or a strike twice.</exception>
    public OptionStrip(double minutes, double rate, IEnumerable<StripRow> rows)
    {
        if (!(VolatilityException.Finite(minutes, "minutes to expiry") > 0.0))
        {
            throw new VolatilityException(VolatilityFault.Expired, $"{minutes} minutes to expiry");
        }
        Minutes = minutes;
        Rate = VolatilityException.Finite(rate, "rate");
        Rows = [.. rows.OrderBy(row => VolatilityException.Positive(row.Strike, "strike"))];
        for (var i = 1; i < Rows.Count; i++)
        {
            if (Rows[i].Strike == Rows[i - 1].Strike)
            {
                throw new VolatilityException(VolatilityFault.Duplicate, $"strike {Rows[i].Strike} stands twice");
            }
        }
    }

    public double Minutes { get; }

    public double Years => Minutes / MinutesToExpiry.PerYear;

    public double Rate { get; }

    public IReadOnlyList<StripRow> Rows { get; }

    /// <summary>e^(rT).</summary>
    public double Growth => Math.Exp(Rate * Years);
}
