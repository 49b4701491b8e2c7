using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>
/// Strips out of a surface: its smiles read on strikes half a percent of the forward apart, as far as each was quoted.
/// What a smile extrapolates or holds is left out, so that a strip's completeness is that of the quotes behind it.
/// </summary>
public static class SurfaceStrip
{
    private const double Step = 0.005;
    private const double MultipleMax = 20.0;
    private const SmileFlags NotQuoted = SmileFlags.Extrapolated | SmileFlags.Held;

    public static IEnumerable<OptionStrip> All(VolatilitySurface surface) =>
        surface.Slices.Select(slice => Of(slice.Smile));

    public static OptionStrip Of(VolatilitySmile smile)
    {
        var (market, rows) = (smile.Market, new List<StripRow>());
        // not through the forward, where call and put are equal to the last bit or nearly
        for (var i = 1; i * Step <= MultipleMax; i++)
        {
            var strike = market.Forward * (i + 0.5) * Step;
            var point = smile.At(strike);
            if ((point.Flags & NotQuoted) == SmileFlags.None)
            {
                rows.Add(new StripRow(strike,
                    StripPrice.FromMark(market.Price(OptionRight.Call, strike, point.Volatility)),
                    StripPrice.FromMark(market.Price(OptionRight.Put, strike, point.Volatility))));
            }
        }
        return new OptionStrip(market.Years * MinutesToExpiry.PerYear, market.Rate, rows);
    }
}
