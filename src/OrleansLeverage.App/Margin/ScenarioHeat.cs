using System.Globalization;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.App.Margin;

/// <summary>
/// What every scenario counts for as a table of colours: prices down, volatilities across; red loses, blue gains,
/// deeper is more, and the worst is framed.
/// </summary>
internal static class ScenarioHeat
{
    private const int LabelWidth = 90;
    private const int CellWidth = 130;
    private const int CellHeight = 24;
    private const int Top = 44;

    public static string Svg(ScenarioRules rules, PortfolioMargin margin)
    {
        var prices = margin.Outcomes.Select(outcome => outcome.Scenario.PriceFactor).Distinct().Order().ToArray();
        var moves = margin.Outcomes.Select(outcome => outcome.Scenario.Volatility).Distinct().Order().ToArray();
        var most = (double)margin.Outcomes.Max(outcome => Math.Abs(outcome.Counted));
        var (width, height) = (LabelWidth + moves.Length * CellWidth + 8, Top + prices.Length * CellHeight + 8);
        var svg = new StringBuilder();
        Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" ");
        Append($"font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n");
        Append($"<title>Scenarios of {rules.Name}</title>\n");
        Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n");
        Append($"<text x=\"4\" y=\"16\" font-weight=\"bold\">Profit by scenario, {rules.Name}</text>\n");
        for (var m = 0; m < moves.Length; m++)
        {
            var x = LabelWidth + m * CellWidth + CellWidth / 2;
            Append($"<text x=\"{x}\" y=\"36\" text-anchor=\"middle\">{Name(moves[m])}</text>\n");
        }
        for (var p = 0; p < prices.Length; p++)
        {
            var y = Top + (prices.Length - 1 - p) * CellHeight;
            var percent = Decimals.Text((prices[p] - 1m) * 100m);
            Append($"<text x=\"{LabelWidth - 8}\" y=\"{y + 16}\" text-anchor=\"end\">{percent} %</text>\n");
            for (var m = 0; m < moves.Length; m++)
            {
                var index = Index(margin, prices[p], moves[m]);
                if (index >= 0)
                {
                    Cell(LabelWidth + m * CellWidth, y, margin.Outcomes[index].Counted, index == margin.Worst);
                }
            }
        }
        return svg.Append("</svg>\n").ToString();

        void Cell(int x, int y, decimal counted, bool isWorst)
        {
            var depth = most > 0.0 ? (int)Math.Round(195.0 * Math.Abs((double)counted) / most) : 0;
            var fill = counted < 0m
                ? $"rgb(255,{245 - depth},{240 - depth})"
                : $"rgb({245 - depth},{248 - depth / 2},255)";
            var frame = isWorst ? " stroke=\"#000000\" stroke-width=\"2\"" : " stroke=\"#ffffff\"";
            Append($"<rect x=\"{x}\" y=\"{y}\" width=\"{CellWidth - 1}\" height=\"{CellHeight - 1}\" ");
            Append($"fill=\"{fill}\"{frame}/>");
            Append($"<text x=\"{x + CellWidth / 2}\" y=\"{y + 16}\" text-anchor=\"middle\">{Shown(counted)}</text>\n");
        }

        void Append(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
    }

    private static int Index(PortfolioMargin margin, decimal price, VolatilityMove move)
    {
        for (var i = 0; i < margin.Outcomes.Count; i++)
        {
            if (margin.Outcomes[i].Scenario.PriceFactor == price && margin.Outcomes[i].Scenario.Volatility == move)
            {
                return i;
            }
        }
        return -1;
    }

    private static string Shown(decimal value) => Math.Abs(value) switch
    {
        0m => "0",
        >= 1000m => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 1m => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.######", CultureInfo.InvariantCulture),
    };

    private static string Name(VolatilityMove move) => move switch
    {
        VolatilityMove.Up => "volatility up",
        VolatilityMove.Down => "volatility down",
        VolatilityMove.LinearSkew => "linear skew",
        VolatilityMove.AbsoluteSkew => "absolute skew",
        _ => "volatility same",
    };
}
