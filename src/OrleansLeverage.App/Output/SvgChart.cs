using System.Globalization;
using System.Net;
using System.Text;

namespace OrleansLeverage.App.Output;

/// <summary>
/// A chart as a picture (SVG): lines, points and bars over two linear axes with round ticks and a legend. The same
/// input gives the same bytes. Points that are no number are left out and break a line; a chart without any says so.
/// </summary>
internal sealed class SvgChart(string title, string xName, string yName)
{
    private const int Left = 78;
    private const int Right = 36;
    private const int Top = 44;
    private const int Bottom = 44;
    private const int TickCount = 6;

    private static readonly string[] Colours =
        ["#4c78a8", "#e45756", "#54a24b", "#f58518", "#b279a2", "#72b7b2", "#9d755d", "#bab0ac", "#eeca3b", "#ff9da6"];

    /// <summary>More points of a line than this are thinned to the least and the largest of each stretch.</summary>
    private const int LinePointsMax = 3_000;

    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points, Mark Mark)> _series = [];

    private enum Mark
    {
        Line,
        Points,
        Bars,
    }

    /// <summary>How a place on the x axis is written, such as the date of a row; numbers where it is null.</summary>
    public Func<double, string>? XText { get; init; }

    public SvgChart Line(string name, IReadOnlyList<(double X, double Y)> points)
    {
        _series.Add((name, points, Mark.Line));
        return this;
    }

    public SvgChart Points(string name, IReadOnlyList<(double X, double Y)> points)
    {
        _series.Add((name, points, Mark.Points));
        return this;
    }

    /// <summary>Bars from 0.</summary>
    public SvgChart Bars(string name, IReadOnlyList<(double X, double Y)> points)
    {
        _series.Add((name, points, Mark.Bars));
        return this;
    }

    /// <summary>Places and values as points; what is missing is no number.</summary>
    public static IReadOnlyList<(double X, double Y)> Pairs(IEnumerable<double> x, IEnumerable<double?> y) =>
        [.. x.Zip(y, (at, value) => (at, value ?? double.NaN))];

    public string ToSvg(int width = 760, int height = 420) => Stack(width, height, this);

    /// <summary>Charts under one another in one picture.</summary>
    public static string Stack(int width, int height, params SvgChart[] charts)
    {
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"height=\"{height * charts.Length}\" font-family=\"sans-serif\" ");
        svg.Append("font-size=\"11\" role=\"img\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        for (var i = 0; i < charts.Length; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {i * height})\">\n");
            charts[i].Draw(svg, width, height);
            svg.Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder svg, int width, int height)
    {
        Text(svg, Left, 16, title, "start", "font-size=\"13\" font-weight=\"bold\"");
        var all = _series.SelectMany(s => s.Points).Where(IsNumber).ToList();
        if (all.Count == 0)
        {
            Text(svg, width / 2.0, height / 2.0, "nothing to show", "middle");
            return;
        }
        var x = Axis.Of(all.Min(p => p.X), all.Max(p => p.X), Left, width - Right);
        var hasBars = _series.Exists(s => s.Mark == Mark.Bars);
        var (least, most) = (all.Min(p => p.Y), all.Max(p => p.Y));
        var y = Axis.Of(hasBars ? Math.Min(0.0, least) : least, hasBars ? Math.Max(0.0, most) : most, height - Bottom,
            Top);
        foreach (var tick in x.Ticks)
        {
            Rule(svg, x.At(tick), height - Bottom, x.At(tick), Top);
            Text(svg, x.At(tick), height - Bottom + 14, XText?.Invoke(tick) ?? Label(tick), "middle");
        }
        foreach (var tick in y.Ticks)
        {
            Rule(svg, Left, y.At(tick), width - Right, y.At(tick));
            Text(svg, Left - 6, y.At(tick) + 4, Label(tick), "end");
        }
        Text(svg, (Left + width - Right) / 2.0, height - 8, xName, "middle");
        Text(svg, 6, Top - 8, yName, "start");
        var legend = width - Right - 4.0;
        for (var i = _series.Count - 1; i >= 0; i--)
        {
            var colour = Colours[i % Colours.Length];
            Shape(svg, _series[i].Points, _series[i].Mark, colour, x, y);
            if (_series[i].Name.Length > 0 && legend > Left + 40)
            {
                Text(svg, legend, Top - 8, _series[i].Name, "end", $"fill=\"{colour}\"");
                legend -= 14 + (6.4 * _series[i].Name.Length);
            }
        }
    }

    private static void Shape(StringBuilder svg, IReadOnlyList<(double X, double Y)> points, Mark mark,
        string colour, Axis x, Axis y)
    {
        if (mark != Mark.Line)
        {
            var width = Math.Max(1.0, ((x.To - x.From) / Math.Max(1, points.Count)) - 1.0);
            foreach (var point in points.Where(IsNumber))
            {
                if (mark == Mark.Bars)
                {
                    var (top, zero) = (y.At(Math.Max(0.0, point.Y)), y.At(Math.Min(0.0, point.Y)));
                    svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x.At(point.X) - (width / 2.0):F1}\" ");
                    svg.Append(CultureInfo.InvariantCulture, $"y=\"{top:F1}\" width=\"{width:F1}\" ");
                    svg.Append(CultureInfo.InvariantCulture, $"height=\"{zero - top:F1}\" fill=\"{colour}\"/>\n");
                    continue;
                }
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle cx=\"{x.At(point.X):F1}\" cy=\"{y.At(point.Y):F1}\" r=\"2\" fill=\"{colour}\"/>\n");
            }
            return;
        }
        StringBuilder path = new();
        var isPen = false;
        foreach (var point in Thinned(points))
        {
            if (IsNumber(point))
            {
                path.Append(CultureInfo.InvariantCulture,
                    $"{(isPen ? 'L' : 'M')}{x.At(point.X):F1} {y.At(point.Y):F1}");
            }
            isPen = IsNumber(point);
        }
        svg.Append(CultureInfo.InvariantCulture,
            $"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>\n");
    }

    /// <summary>Peaks stay; a stretch that has no number still breaks the line.</summary>
    private static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        var stretch = points.Count <= LinePointsMax ? 1 : (points.Count / (LinePointsMax / 2)) + 1;
        for (var from = 0; from < points.Count; from += stretch)
        {
            var places = Enumerable.Range(from, Math.Min(stretch, points.Count - from)).ToList();
            var known = places.FindAll(i => IsNumber(points[i]));
            if (known.Count == 0)
            {
                yield return points[from];
                continue;
            }
            var (least, most) = (known.MinBy(i => points[i].Y), known.MaxBy(i => points[i].Y));
            yield return points[Math.Min(least, most)];
            if (least != most)
            {
                yield return points[Math.Max(least, most)];
            }
        }
    }

    private static bool IsNumber((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static void Rule(StringBuilder svg, double x1, double y1, double x2, double y2) =>
        svg.Append(CultureInfo.InvariantCulture,
            $"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"#dddddd\"/>\n");

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string more = "") =>
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\" {more}>{WebUtility.HtmlEncode(text)}</text>\n");

    private static string Label(double tick) => Math.Abs(tick) is >= 1e7 or (> 0.0 and < 1e-4)
        ? tick.ToString("0.##e0", CultureInfo.InvariantCulture)
        : tick.ToString("#,0.######", CultureInfo.InvariantCulture);

    private sealed record Axis(double Least, double Most, double From, double To, IReadOnlyList<double> Ticks)
    {
        /// <summary>Ticks at 1, 2 or 5 times a power of ten.</summary>
        public static Axis Of(double least, double most, double from, double to)
        {
            if (!(most - least > 1e-12 * Math.Max(Math.Abs(least), Math.Abs(most))))
            {
                var pad = least == 0.0 ? 1.0 : 0.5 * Math.Abs(least);
                (least, most) = (least - pad, most + pad);
            }
            var rough = (most - least) / TickCount;
            var power = Math.Pow(10.0, Math.Floor(Math.Log10(rough)));
            var step = power * ((rough / power) switch { <= 1.0 => 1.0, <= 2.0 => 2.0, <= 5.0 => 5.0, _ => 10.0 });
            List<double> ticks = [];
            for (var n = Math.Ceiling(least / step); n * step <= most; n++)
            {
                ticks.Add(n * step);
            }
            return new(least, most, from, to, ticks);
        }

        public double At(double value) => From + ((To - From) * ((value - Least) / (Most - Least)));
    }
}
