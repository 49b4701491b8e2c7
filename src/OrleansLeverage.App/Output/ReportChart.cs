using System.Globalization;
using System.Net;
using System.Text;

namespace OrleansLeverage.App.Output;

/// <summary>
/// A chart as SVG text: lines, bars and points over a common axis. No script, no font, no file: it can be put into a
/// page or stand alone. Missing values (null, NaN) break a line. The same data give the same bytes.
/// </summary>
internal sealed class ReportChart(string title, string yLabel, Func<double, string> xText)
{
    private const int Width = 860;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 16;
    private const int Top = 34;
    private const int Bottom = 34;
    private const int PointsMax = 1_600;
    private const int Ticks = 6;

    /// <summary>Colours that stay apart for most eyes (Okabe and Ito 2008).</summary>
    private static readonly string[] Colours =
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    private readonly List<Series> _series = [];

    private enum Shape
    {
        Line,
        Bars,
        Points,
    }

    public ReportChart Line(string name, IReadOnlyList<double> x, IReadOnlyList<double?> y) =>
        Add(name, x, y, Shape.Line);

    public ReportChart Bars(string name, IReadOnlyList<double> x, IReadOnlyList<double?> y) =>
        Add(name, x, y, Shape.Bars);

    public ReportChart Points(string name, IReadOnlyList<double> x, IReadOnlyList<double?> y) =>
        Add(name, x, y, Shape.Points);

    public string Render()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" ");
        svg.Append(CultureInfo.InvariantCulture,
            $"height=\"{Height}\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">\n");
        var name = WebUtility.HtmlEncode(title);
        svg.Append(CultureInfo.InvariantCulture, $"<title>{name}</title>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"14\" font-weight=\"bold\">{name}</text>\n");
        var points = _series.SelectMany(s => s.Known()).ToList();
        if (points.Count == 0)
        {
            return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"60\">no data</text>\n</svg>\n")
                .ToString();
        }
        var frame = Frame.Of(points, _series.Any(s => s.Shape == Shape.Bars));
        Axes(svg, frame);
        for (var i = 0; i < _series.Count; i++)
        {
            var colour = Colours[i % Colours.Length];
            Draw(svg, _series[i], frame, colour);
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{Left + (i * 150)}\" y=\"28\" fill=\"{colour}\">{WebUtility.HtmlEncode(_series[i].Name)}");
            svg.Append("</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private ReportChart Add(string name, IReadOnlyList<double> x, IReadOnlyList<double?> y, Shape shape)
    {
        if (x.Count != y.Count)
        {
            throw new ArgumentException($"{x.Count} places for {y.Count} values of {name}", nameof(y));
        }
        _series.Add(new Series(name, x, y, shape));
        return this;
    }

    private void Axes(StringBuilder svg, Frame frame)
    {
        foreach (var tick in frame.Levels())
        {
            var y = frame.Y(tick);
            svg.Append(CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {y:0.#}H{Width - Right}\" stroke=\"#ddd\"/>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{tick:0.######}</text>\n");
        }
        for (var i = 0; i <= Ticks; i++)
        {
            var value = frame.MinX + ((frame.MaxX - frame.MinX) * i / Ticks);
            var anchor = i == 0 ? "start" : i == Ticks ? "end" : "middle";
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{frame.X(value):0.#}\" y=\"{Height - 12}\" ");
            svg.Append(CultureInfo.InvariantCulture,
                $"text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(xText(value))}</text>\n");
        }
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Width - Right}\" y=\"14\" text-anchor=\"end\">{WebUtility.HtmlEncode(yLabel)}</text>\n");
    }

    private static void Draw(StringBuilder svg, Series series, Frame frame, string colour)
    {
        if (series.Shape == Shape.Line)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path fill=\"none\" stroke=\"{colour}\" d=\"");
            var isOpen = false;
            foreach (var (x, y) in series.Thinned())
            {
                if (y is { } value)
                {
                    svg.Append(CultureInfo.InvariantCulture,
                        $"{(isOpen ? "L" : "M")}{frame.X(x):0.#} {frame.Y(value):0.#}");
                }
                isOpen = y is not null;
            }
            svg.Append("\"/>\n");
            return;
        }
        var width = Math.Max(1.0, ((Width - Left - Right) / (double)Math.Max(1, series.X.Count)) - 1.0);
        foreach (var (x, y) in series.Known())
        {
            var (at, top) = (frame.X(x), frame.Y(y));
            svg.Append(series.Shape == Shape.Points
                ? string.Create(CultureInfo.InvariantCulture,
                    $"<circle cx=\"{at:0.#}\" cy=\"{top:0.#}\" r=\"2.5\" fill=\"{colour}\"/>\n")
                : string.Create(CultureInfo.InvariantCulture,
                    $"<rect x=\"{at - (width / 2):0.#}\" y=\"{Math.Min(top, frame.Y(0.0)):0.#}\" width=\"{width:0.#}\" "
                    + $"height=\"{Math.Abs(frame.Y(0.0) - top):0.#}\" fill=\"{colour}\"/>\n"));
        }
    }

    private sealed record Series(string Name, IReadOnlyList<double> X, IReadOnlyList<double?> Y, Shape Shape)
    {
        public IEnumerable<(double X, double Y)> Known()
        {
            for (var i = 0; i < X.Count; i++)
            {
                if (Y[i] is { } y && double.IsFinite(y))
                {
                    yield return (X[i], y);
                }
            }
        }

        /// <summary>Of many values the least and the largest of each stretch: peaks stay.</summary>
        public IEnumerable<(double X, double? Y)> Thinned()
        {
            var stretch = Math.Max(1, X.Count / (PointsMax / 2));
            for (var from = 0; from < X.Count; from += stretch)
            {
                var places = Enumerable.Range(from, Math.Min(stretch, X.Count - from)).ToList();
                var known = places.Where(i => Y[i] is { } y && double.IsFinite(y)).ToList();
                if (known.Count == 0)
                {
                    yield return (X[from], null);
                    continue;
                }
                var (least, most) = (known.MinBy(i => Y[i]), known.MaxBy(i => Y[i]));
                foreach (var at in new[] { Math.Min(least, most), Math.Max(least, most) }.Distinct())
                {
                    yield return (X[at], Y[at]);
                }
            }
        }
    }

    private sealed record Frame(double MinX, double MaxX, double MinY, double MaxY, double Step)
    {
        public static Frame Of(List<(double X, double Y)> points, bool withZero)
        {
            var (minX, maxX) = (points.Min(p => p.X), points.Max(p => p.X));
            var (minY, maxY) = (points.Min(p => p.Y), points.Max(p => p.Y));
            (minY, maxY) = withZero ? (Math.Min(0.0, minY), Math.Max(0.0, maxY)) : (minY, maxY);
            var span = maxY > minY ? maxY - minY : Math.Max(1e-9, Math.Abs(maxY));
            var raw = span / 5.0;
            var power = Math.Pow(10.0, Math.Floor(Math.Log10(raw)));
            var step = power * (raw / power <= 1.0 ? 1.0 : raw / power <= 2.0 ? 2.0 : raw / power <= 5.0 ? 5.0 : 10.0);
            return new Frame(minX, maxX > minX ? maxX : minX + 1.0, Math.Floor(minY / step) * step,
                Math.Max(Math.Ceiling(maxY / step), Math.Floor(minY / step) + 1.0) * step, step);
        }

        public double X(double value) => Left + ((Width - Left - Right) * (value - MinX) / (MaxX - MinX));

        public double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - MinY) / (MaxY - MinY));

        public IEnumerable<double> Levels()
        {
            for (var i = 0; MinY + (i * Step) <= MaxY + (Step / 2.0); i++)
            {
                yield return Math.Round((MinY + (i * Step)) / Step) * Step;
            }
        }
    }
}
