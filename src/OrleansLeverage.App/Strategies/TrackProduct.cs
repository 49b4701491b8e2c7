using System.CommandLine;
using OrleansLeverage.Analytics.Performance;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;
using OrleansLeverage.App.Verbs;

namespace OrleansLeverage.App.Strategies;

/// <summary><c>track product</c>: a product of β times a price file, and where its result comes from.</summary>
internal static class TrackProduct
{
    private static readonly Option<double> Beta = Numbers.Option("--beta", 3.0, "Times the index; may be negative");

    private static readonly Option<int> Reset = new("--reset-every")
    {
        Description = "Bars between resets to beta",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<double> Financing = Numbers.Option("--financing", 0.0,
        "Yearly rate paid on what is borrowed");

    private static readonly Option<double> Cost = Numbers.Option("--cost", 0.0, "Per notional traded at a reset");

    private static readonly SeriesInput Prices = new();

    public static Command Command()
    {
        Reset.AcceptWithin(1, 1_000_000);
        var command = new Command("product", "Drift of a leveraged product: exact and Avellaneda-Zhang")
        {
            Beta, Reset, Financing, Cost, PictureFile.Svg, Answer.Csv,
        };
        Prices.AddTo(command);
        return command.Does((parsed, terminal, _) => Task.FromResult(Run(parsed, terminal)));
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var series = SingleSeries.Load(Prices, parsed);
        var returns = series.Returns();
        var track = LeveragedTrack.Of(parsed.GetValue(Beta), returns, series.PeriodsPerYear, parsed.GetValue(Reset),
            parsed.GetValue(Financing) / series.PeriodsPerYear, parsed.GetValue(Cost));
        var rows = new ReportTable("figure", "value")
            .Add("beta", track.Beta).Add("index", track.Index).Add("naive", track.Naive).Add("exact", track.Exact)
            .Add("frictionless", track.Frictionless).Add("avellanedaZhang", track.AvellanedaZhang)
            .Add("varianceDrag", track.VarianceDrag).Add("trackingError", track.TrackingError)
            .Add("leverageMax", track.LeverageMax);
        PictureFile.Write(parsed, terminal, () => Chart(series, returns, track));
        Answer.Give(parsed, terminal, new
        {
            schema = "leverage-track-product/1", feed = series.Feed, returns = returns.Length, beta = track.Beta,
            index = track.Index, naive = track.Naive, exact = track.Exact, frictionless = track.Frictionless,
            avellanedaZhang = track.AvellanedaZhang, varianceDrag = track.VarianceDrag,
            trackingError = track.TrackingError, leverageMax = track.LeverageMax,
        }, rows);
        return ExitCode.Ok;
    }

    private static string Chart(PriceSeries series, double[] returns, LeveragedTrack track) =>
        new SvgChart($"{track.Beta} times {series.Feed}", "", "growth") { XText = place => series.Date(place - 1.0) }
            .Line("product", [.. track.Values.Select((value, i) => ((double)i, value))])
            .Line("index", [.. series.Closes.Select((close, i) => ((double)i, close / series.Closes[0]))])
            .Line("Avellaneda-Zhang", SvgChart.Pairs(Enumerable.Range(0, track.Values.Count).Select(i => (double)i),
                Enumerable.Range(0, track.Values.Count).Select(i =>
                    LeveragedProduct.AvellanedaZhang(track.Beta, returns.AsSpan(0, i))))).ToSvg();
}
