using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Greeks;

/// <summary>What figures carry of the market's sensitivities.</summary>
internal static class Sensitivities
{
    public static MarketSensitivities Of(MarketGreeks greeks, PriceFrame frame) => new(
        greeks.Frame, greeks.FrameTimeMs,
        ReadScope.Coverage(greeks.Scope, greeks.Accounts - greeks.Unknown, greeks.Accounts),
        greeks.Underlyings.Sum(u => u.Series.Count), greeks.Unvalued.Count,
        [.. greeks.Underlyings.Select(underlying => Of(underlying, frame))])
    {
        Accounts = greeks.Accounts, Unknown = greeks.Unknown, Scope = greeks.Scope,
    };

    private static UnderlyingSensitivities Of(UnderlyingSeries of, PriceFrame frame)
    {
        var open = Sum(of.Series, static s => s.OpenContracts);
        var openVega = Vega(of.Series, frame, static s => s.OpenContracts);
        if (of.Series.All(s => s.MakerContracts == 0.0))
        {
            return new UnderlyingSensitivities(of.Underlying, of.Spot, null, [], open, openVega, null, null);
        }
        var makers = Sum(of.Series, static s => s.MakerContracts);
        var interest = frame.Universe.Instruments.Where(i => i.Option is null && i.Base.Id == of.Underlying)
            .Sum(i => (double)frame.OpenInterestUsd(i));
        return new UnderlyingSensitivities(of.Underlying, of.Spot, makers,
            Vega(of.Series, frame, static s => s.MakerContracts), open, openVega, -makers.GammaPerPercent,
            interest > 0.0 ? -100.0 * makers.GammaPerPercent / (MarketSensitivities.Depth * interest) : null);
    }

    private static UnitGreeks Sum(IEnumerable<SeriesGreeks> series, Func<SeriesGreeks, double> contracts) =>
        series.Aggregate(default(UnitGreeks), (sum, s) => sum + contracts(s) * s.Unit);

    private static double[] Vega(IEnumerable<SeriesGreeks> series, PriceFrame frame,
        Func<SeriesGreeks, double> contracts)
    {
        var vega = new double[ExpiryBuckets.Count];
        foreach (var one in series)
        {
            if (one.Instrument.Expiry is { } expiry)
            {
                var years = Embedded.OptionMarks.Years(expiry.ToUnixTimeMilliseconds(), frame.TimeMs);
                vega[ExpiryBuckets.Of(years)] += contracts(one) * one.Unit.Vega;
            }
        }
        return vega;
    }
}
