using OrleansLeverage.Analytics.Options;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Options;

/// <summary>How an option's price and sensitivities change with its underlying: one panel each.</summary>
internal static class GreekPlot
{
    private const int Steps = 120;
    private const double Deviations = 3.0;

    public static string Svg(EuropeanOption option)
    {
        var deviation = Math.Max(0.02, option.Volatility * Math.Sqrt(option.Years));
        var values = Enumerable.Range(0, Steps + 1).Select(i =>
        {
            var away = Deviations * ((2.0 * i / Steps) - 1.0);
            var spot = Math.Max(option.Strike, 1e-9 * option.Spot) * Math.Exp(away * deviation);
            return (Spot: spot, Value: new BlackScholes(new EuropeanOption(option.Right, spot, option.Strike,
                option.Years, option.Volatility, option.Rate, option.Yield)));
        }).ToList();
        SvgChart Panel(string name, Func<BlackScholes, double> figure) =>
            new SvgChart($"{option.Right} {option.Strike:0.######}: {name}", "underlying", name)
                .Line("", [.. values.Select(v => (v.Spot, figure(v.Value)))])
                .Points("now", [(option.Spot, figure(new BlackScholes(option)))]);
        return SvgChart.Stack(720, 280, Panel("price", v => v.Price), Panel("delta", v => v.Delta),
            Panel("gamma", v => v.Gamma), Panel("vega per point", v => v.Vega * GreekScale.PerPoint),
            Panel("theta per day", v => v.Theta * GreekScale.PerDay),
            Panel("vanna per point", v => v.Vanna * GreekScale.PerPoint));
    }
}
