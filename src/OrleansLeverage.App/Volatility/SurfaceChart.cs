using System.Globalization;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Volatility;

/// <summary>A surface as a picture: smiles with their quotes by expiry, and what is at the money over time.</summary>
internal static class SurfaceChart
{
    private const int Width = 920;
    private const int Height = 440;
    private const int Steps = 160;

    // smiles that have no quotes are drawn so far, in deviations
    private const double DeviationsDrawn = 3.0;

    public static string Svg(SurfaceBuild build, string underlying, string method)
    {
        var smiles = new SvgChart($"{underlying}: implied volatility by strike, {method} (dots: quotes)", "strike",
            "volatility, %");
        var term = new SvgChart($"{underlying}: volatility at the forward over time", "days to expiry",
            "volatility, %");
        var atTheForward = new List<(double, double)>();
        foreach (var slice in build.Slices)
        {
            if (slice.Smile is not { } smile)
            {
                continue;
            }
            var name = slice.Expiry.ToString("d MMM yy", CultureInfo.InvariantCulture);
            smiles.Line(name, [.. Curve(slice, smile)]);
            atTheForward.Add((slice.Years * 365.0, 100.0 * smile.At(smile.Market.Forward).Volatility));
            if (slice.Quotes is { } quotes)
            {
                smiles.Points("", [.. quotes.Nodes.Select(node => (node.Strike, 100.0 * node.Volatility))]);
            }
        }
        term.Line("", atTheForward).Points("", atTheForward);
        return SvgChart.Stack(Width, Height, smiles, term);
    }

    private static IEnumerable<(double, double)> Curve(SliceReport slice, VolatilitySmile smile)
    {
        var (forward, years) = (smile.Market.Forward, smile.Market.Years);
        var reach = DeviationsDrawn * smile.At(forward).Volatility * Math.Sqrt(years);
        var (from, to) = slice.Quotes is { Nodes: { Count: > 0 } nodes }
            ? (nodes.Min(node => node.Strike), nodes.Max(node => node.Strike))
            : (forward * Math.Exp(-reach), forward * Math.Exp(reach));
        for (var i = 0; i <= Steps; i++)
        {
            var strike = from + ((to - from) * i / Steps);
            yield return (strike, 100.0 * smile.At(strike).Volatility);
        }
    }
}
