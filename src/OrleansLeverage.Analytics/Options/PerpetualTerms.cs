using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>Which spot price a funding payment is reckoned on.</summary>
public enum FundingSpot
{
    /// <summary>The spot at the beginning of the interval.</summary>
    Previous,

    /// <summary>The spot when it is paid.</summary>
    Current,
}

/// <summary>
/// The price of a perpetual that leaves no arbitrage, with premium multiplier κ and interest factor ι per funding
/// interval dt. With a = e^(r·dt), g = e^(q·dt):
/// <code>
///               previous spot                       current spot
/// linear        S(κ − ι)g/(g − a + κg)              S(κ − ι)a/(g − a + κa)
/// inverse       S(a − g + κa)/((κ − ι)a)            S(a − g + κg)/((κ − ι)g)
/// continuous    linear S(κ − ι)/(q − r + κ)         inverse S(r − q + κ)/(κ − ι)      κ and ι per year
/// </code>
/// Source: Ackerer, Hugonnier and Jermann, Perpetual Futures Pricing (2024), eq. 12 and propositions 2 to 4.
/// </summary>
public readonly record struct PerpetualTerms(
    double Rate, double Yield, double Premium, double Interest, double IntervalYears)
{
    /// <summary>
    /// Null where no price exists: κ ≤ ι, or funding too weak to hold the price to the spot (a denominator of 0 or
    /// below).
    /// </summary>
    public double? FairPrice(double spot, ContractStyle style, FundingSpot funding)
    {
        if (!double.IsFinite(spot + Rate + Yield + Premium + Interest + IntervalYears) || spot <= 0.0
            || IntervalYears < 0.0)
        {
            throw new ArgumentOutOfRangeException(nameof(spot),
                $"spot {spot} is above 0, interval {IntervalYears} not below 0, and all terms are finite");
        }
        var net = Premium - Interest;
        if (!(net > 0.0))
        {
            return null;
        }
        double above, below;
        if (IntervalYears == 0.0)
        {
            (above, below) = style == ContractStyle.Linear
                ? (net, Yield - Rate + Premium)
                : (Rate - Yield + Premium, net);
        }
        else
        {
            var (a, g) = (Math.Exp(Rate * IntervalYears), Math.Exp(Yield * IntervalYears));
            var paid = funding == FundingSpot.Previous == (style == ContractStyle.Linear) ? g : a;
            (above, below) = style == ContractStyle.Linear
                ? (net * paid, g - a + (Premium * paid))
                : (a - g + (Premium * paid), net * paid);
        }
        var price = spot * above / below;
        return below > 0.0 && above > 0.0 && double.IsFinite(price) ? price : null;
    }
}
