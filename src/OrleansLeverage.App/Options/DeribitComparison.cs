using OrleansLeverage.Analytics.Options;
using OrleansLeverage.App.Output;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.App.Options;

/// <summary>
/// Greeks of a snapshot of Deribit's book, ours beside the exchange's. Quotes of the last two days before expiry lag
/// and are shown apart; rows that cannot be read or valued are counted with what is wrong.
/// </summary>
internal sealed record DeribitComparison(IReadOnlyList<DeribitComparison.Row> Rows, IReadOnlyList<string> Refused)
{
    /// <summary>Series closer to expiry than this are left out of the distances.</summary>
    public const double CompareFromYears = 2.0 / 365.0;

    public int Compared => Rows.Count(IsCompared);

    public static DeribitComparison Of(IReadOnlyList<NamedRow> file)
    {
        List<Row> rows = [];
        List<string> refused = [];
        foreach (var line in file)
        {
            try
            {
                var row = DeribitOptionRow.Of(line);
                var fault = EuropeanOption.Check(row.UnderlyingPrice, row.Strike, row.Years, row.MarkVolatility);
                if (fault != OptionFault.None)
                {
                    refused.Add($"line {line.Line}: {row.Name}: {StatusWord.Of(fault)}");
                    continue;
                }
                rows.Add(new Row(row, DeribitGreeks.Of(
                    row.Right, row.UnderlyingPrice, row.Strike, row.Years, row.MarkVolatility)));
            }
            catch (FormatException problem)
            {
                refused.Add($"line {line.Line}: {problem.Message}");
            }
        }
        return new(rows, refused);
    }

    /// <summary>Median and largest distance of each figure over the series compared; null without any.</summary>
    public IReadOnlyList<Distance> Distances() =>
    [
        Of("markPrice", "coin", r => r.Ours.MarkPrice - r.Exchange.MarkPrice),
        Of("delta", "", r => r.Ours.Delta - r.Exchange.Delta),
        Of("gamma", "per USD", r => r.Ours.Gamma - r.Exchange.Gamma),
        Of("vega", "USD per point", r => r.Ours.Vega - r.Exchange.Vega),
        Of("theta", "USD per day", r => r.Ours.Theta - r.Exchange.Theta),
        Of("rho", "USD per percent", r => r.Ours.Rho - r.Exchange.Rho),
    ];

    public ReportTable Table()
    {
        ReportTable table = new("name", "underlying", "years", "markVolatility", "markPrice", "exchangeMarkPrice",
            "delta", "exchangeDelta", "netTransactionDelta", "gamma", "exchangeGamma", "vega", "exchangeVega", "theta",
            "exchangeTheta", "rho", "exchangeRho");
        foreach (var (exchange, ours) in Rows)
        {
            table.Add(exchange.Name, exchange.UnderlyingPrice, exchange.Years, exchange.MarkVolatility, ours.MarkPrice,
                exchange.MarkPrice, ours.Delta, exchange.Delta, ours.NetTransactionDelta, ours.Gamma, exchange.Gamma,
                ours.Vega, exchange.Vega, ours.Theta, exchange.Theta, ours.Rho, exchange.Rho);
        }
        return table;
    }

    /// <summary>Our delta as lines by expiry, the exchange's as points, over the strike.</summary>
    public string Svg()
    {
        SvgChart chart = new("Call delta over strike by expiry: lines ours, points the exchange's", "strike", "delta");
        foreach (var expiry in Rows.Where(r => r.Exchange.Right == Domain.OptionRight.Call)
            .GroupBy(r => r.Exchange.Expiry).OrderBy(g => g.Key))
        {
            var sorted = expiry.OrderBy(r => r.Exchange.Strike).ToList();
            chart.Line($"{expiry.Key:ddMMMyy}", [.. sorted.Select(r => (r.Exchange.Strike, r.Ours.Delta))]);
        }
        chart.Points("", [.. Rows.Where(r => r.Exchange.Right == Domain.OptionRight.Call)
            .Select(r => (r.Exchange.Strike, r.Exchange.Delta ?? double.NaN))]);
        return chart.ToSvg(900, 520);
    }

    private static bool IsCompared(Row row) => row.Exchange.Years >= CompareFromYears;

    private Distance Of(string figure, string unit, Func<Row, double?> difference)
    {
        var sorted = Rows.Where(IsCompared).Select(difference).OfType<double>().Select(Math.Abs).Order().ToList();
        return new(figure, unit, sorted.Count, sorted.Count > 0 ? sorted[sorted.Count / 2] : null,
            sorted.Count > 0 ? sorted[^1] : null);
    }

    internal sealed record Row(DeribitOptionRow Exchange, DeribitGreeks Ours);

    internal sealed record Distance(string Figure, string Unit, int Series, double? Median, double? Largest);
}
