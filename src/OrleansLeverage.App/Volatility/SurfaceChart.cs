using System.Globalization;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Volatility;

/// <summary>
/// A surface as a picture: the smile of each expiry and all quotes by strike over forward, and what is at the money
/// over time. Strikes beyond 0.4 and 2.5 times the forward are not drawn: they would press the rest together.
/// </summary>
internal static class SurfaceChart
{
    private const int Width = 920;
    private const int Height = 460;
    private const int Steps = 200;
    private const double LowestDrawn = 0.4;
    private const double HighestDrawn = 2.5;

    // smiles that have no quotes are drawn so far, in deviations
    private const double DeviationsDrawn = 3.0;

    public static string Svg(SurfaceBuild build, string underlying, string method)
    {
        var smiles = new SvgChart($"{underlying}: implied volatility, {method}", "strike / forward", "volatility, %");
        var term = new SvgChart($"{underlying}: volatility at the forward", "days to expiry", "volatility, %");
        var (quoted, atTheForward) = (new List<(double, double)>(), new List<(double, double)>());
        foreach (var slice in build.Slices)
        {
            if (slice.Smile is not { } smile)
            {
                continue;
            }
            smiles.Line(slice.Expiry.ToString("d MMM yy", CultureInfo.InvariantCulture), [.. Curve(slice, smile)]);
            atTheForward.Add((slice.Years * 365.0, 100.0 * smile.At(smile.Market.Forward).Volatility));
            quoted.AddRange((slice.Quotes?.Nodes ?? [])
                .Select(node => (node.Strike / smile.Market.Forward, 100.0 * node.Volatility))
                .Where(point => point.Item1 is >= LowestDrawn and <= HighestDrawn));
        }
        smiles.Points(quoted.Count > 0 ? "quotes" : "", quoted);
        term.Line("", atTheForward).Points("", atTheForward);
        return SvgChart.Stack(Width, Height, smiles, term);
    }

    private static IEnumerable<(double, double)> Curve(SliceReport slice, VolatilitySmile smile)
    {
        var (forward, years) = (smile.Market.Forward, smile.Market.Years);
        var reach = DeviationsDrawn * smile.At(forward).Volatility * Math.Sqrt(years);
        var (from, to) = slice.Quotes is { Nodes: { Count: > 0 } nodes }
            ? (nodes.Min(node => node.Strike) / forward, nodes.Max(node => node.Strike) / forward)
            : (Math.Exp(-reach), Math.Exp(reach));
        (from, to) = (Math.Max(from, LowestDrawn), Math.Min(to, HighestDrawn));
        for (var i = 0; i <= Steps && from <= to; i++)
        {
            var multiple = from + ((to - from) * i / Steps);
            yield return (multiple, 100.0 * smile.At(forward * multiple).Volatility);
        }
    }
}
