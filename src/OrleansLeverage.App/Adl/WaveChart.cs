using System.Globalization;
using System.Text;
using OrleansLeverage.App.Output;
using OrleansLeverage.Engine.Deleveraging.Study;
using Spectre.Console;

namespace OrleansLeverage.App.Adl;

/// <summary>
/// Needed and taken per wave as bars: drawn on a terminal, in characters elsewhere, or as a picture. The scale is the
/// square root of USD, so that small waves are seen beside the large ones.
/// </summary>
internal static class WaveChart
{
    private const int Columns = 50;
    private const int RowHeight = 16;
    private const int LabelWidth = 120;
    private const int BarWidth = 520;
    private const string Needed = "#4c78a8";
    private const string Taken = "#e45756";
    private const string Words = "USD per wave, blue needed, red taken in production (square-root scale)";

    public static void Write(Terminal terminal, AdlEventStudy study)
    {
        if (terminal.OutputScreen is { } screen)
        {
            var chart = new BarChart().Width(Columns * 2).Label(Markup.Escape(Words)).HideValues();
            foreach (var (label, usd, isTaken) in Bars(study))
            {
                chart.AddItem(label, Root(usd), isTaken ? Color.Red : Color.Blue);
            }
            screen.Write(chart);
            return;
        }
        terminal.Output.WriteLine("USD per wave: = needed, # taken in production (square-root scale)");
        var largest = Bars(study).Max(bar => Root(bar.Usd));
        foreach (var (label, usd, isTaken) in Bars(study))
        {
            var bar = new string(isTaken ? '#' : '=', Math.Max(1, (int)Math.Round(Columns * Root(usd) / largest)));
            terminal.Output.WriteLine($"  {label,-14} {bar} {Usd(usd)}");
        }
    }

    public static string Svg(AdlEventStudy study)
    {
        var bars = Bars(study).ToList();
        var largest = bars.Max(bar => Root(bar.Usd));
        var height = (bars.Count + 2) * RowHeight;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{LabelWidth + BarWidth + 120}\" height=\"{height}\" ");
        svg.Append("font-family=\"sans-serif\" font-size=\"11\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Words}</title>\n<text x=\"4\" y=\"12\">{Words}</text>\n");
        for (var i = 0; i < bars.Count; i++)
        {
            var (label, usd, isTaken) = bars[i];
            var y = (i + 1) * RowHeight;
            var width = Math.Max(1.0, BarWidth * Root(usd) / largest);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y + 12}\">{label}</text>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<rect x=\"{LabelWidth}\" y=\"{y + 2}\" width=\"{width:0.#}\" height=\"{RowHeight - 4}\" ");
            svg.Append(CultureInfo.InvariantCulture, $"fill=\"{(isTaken ? Taken : Needed)}\"/>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{LabelWidth + width + 4:0.#}\" y=\"{y + 12}\">{Usd(usd)}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static IEnumerable<(string Label, decimal Usd, bool IsTaken)> Bars(AdlEventStudy study)
    {
        foreach (var wave in study.Waves)
        {
            yield return ($"{wave.Wave} needed", wave.NeededUsd, false);
            yield return ($"{wave.Wave} taken", wave.Policies.First(p => p.Policy == "prod").BudgetUsd, true);
        }
    }

    private static double Root(decimal usd) => Math.Sqrt((double)Math.Max(0m, usd));

    private static string Usd(decimal value) => decimal.Round(value).ToString("#,##0", CultureInfo.InvariantCulture);
}
