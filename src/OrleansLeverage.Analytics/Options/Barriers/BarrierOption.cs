using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options.Barriers;

public enum BarrierKind
{
    /// <summary>Worth nothing once a barrier was touched.</summary>
    KnockOut,

    /// <summary>Worth nothing unless a barrier was touched.</summary>
    KnockIn,
}

/// <summary>
/// A European option with one or two barriers, watched at every moment until expiry, without a rebate. Strike and
/// barriers in the quote.
/// </summary>
public sealed record BarrierOption
{
    /// <param name="lower">Below the spot, or null.</param>
    /// <param name="upper">Above the spot, or null.</param>
    /// <exception cref="VolatilityException">No barrier, or none that is above 0, or not in order.</exception>
    public BarrierOption(BarrierKind kind, OptionRight right, double strike, double? lower, double? upper)
    {
        (Kind, Right) = (kind, right);
        Strike = VolatilityException.Positive(strike, "strike");
        Lower = lower is { } low ? VolatilityException.Positive(low, "lower barrier") : null;
        Upper = upper is { } high ? VolatilityException.Positive(high, "upper barrier") : null;
        if ((lower ?? upper) is null)
        {
            throw new ArgumentException("a barrier option has a barrier", nameof(lower));
        }
        if (Lower >= Upper)
        {
            throw new ArgumentException($"the lower barrier {lower} is not below the upper {upper}", nameof(lower));
        }
    }

    public BarrierKind Kind { get; }

    public OptionRight Right { get; }

    public double Strike { get; }

    public double? Lower { get; }

    public double? Upper { get; }

    public bool IsTouchedAt(double spot) => spot <= Lower || spot >= Upper;
}
