using System.CommandLine;
using OrleansLeverage.Analytics.Performance;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;
using OrleansLeverage.App.Verbs;

namespace OrleansLeverage.App.Strategies;

/// <summary><c>track returns</c>: ratios of columns of returns, and against a benchmark where there is one.</summary>
internal static class TrackReturns
{
    private static readonly Option<string> In = new("--in")
    {
        Description = "CSV with a header or JSON of periodic simple returns in decimals; - reads the standard input",
        HelpName = "FILE|-",
        Required = true,
    };

    private static readonly Option<string[]> Funds = new("--fund")
    {
        Description = "Columns of returns; all but the benchmark and the riskless one where left out",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Benchmark = new("--benchmark") { HelpName = "NAME" };
    private static readonly Option<string?> RiskFree = new("--risk-free") { HelpName = "NAME" };

    private static readonly Option<double> Periods = Numbers.Option("--periods", 365.0,
        "Periods per year: 365 for crypto days, 252 for stock days, 12 for months");

    private static readonly Option<double> Required = Numbers.Option("--mar", 0.0,
        "Minimum acceptable return per period");

    public static Command Command() => new Command("returns", "Sharpe, Sortino, Omega, drawdowns, tracking error ...")
    {
        In, Funds, Benchmark, RiskFree, Periods, Required, Answer.Csv,
    }.Does((parsed, terminal, _) => Task.FromResult(Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var file = TableFile.Read(parsed.GetRequiredValue(In));
        var periods = parsed.GetValue(Periods);
        if (!(periods is > 0.0 and <= 1e6))
        {
            throw new InputException($"--periods {periods} is not within 0 and 1e6");
        }
        var (benchmark, free) = (Column(file, parsed.GetValue(Benchmark)), Column(file, parsed.GetValue(RiskFree)));
        var names = parsed.GetValue(Funds) is { Length: > 0 } asked ? asked : Others(file, parsed);
        var rows = new ReportTable("figure", "fund", "value");
        foreach (var name in names)
        {
            foreach (var (figure, value) in Figures(Column(file, name)!, benchmark, free ?? [0.0], periods,
                parsed.GetValue(Required)))
            {
                rows.Add(figure, name, value);
            }
        }
        Answer.Give(parsed, terminal, new
        {
            schema = "leverage-track-returns/1", source = file.Name, periodsPerYear = periods,
            funds = names.Select(name => new
            {
                name,
                figures = Figures(Column(file, name)!, benchmark, free ?? [0.0], periods, parsed.GetValue(Required))
                    .ToDictionary(pair => pair.Figure, pair => pair.Value),
            }),
        }, rows);
        return ExitCode.Ok;
    }

    private static IEnumerable<(string Figure, double? Value)> Figures(double[] returns, double[]? benchmark,
        double[] free, double periods, double required)
    {
        var falls = Drawdowns.Of(returns);
        var moments = PartialMoments.Of(returns, required);
        yield return ("cumulative", PerformanceRatios.Cumulative(returns));
        yield return ("annualReturn", PerformanceRatios.AnnualReturn(returns, periods));
        yield return ("annualVolatility", PerformanceRatios.AnnualVolatility(returns, periods));
        yield return ("sharpe", PerformanceRatios.Sharpe(returns, free, periods));
        yield return ("sortino", PerformanceRatios.Sortino(returns, [required], periods));
        yield return ("downsideRisk", PerformanceRatios.DownsideRisk(returns, [required], periods));
        yield return ("omega", moments?.GainLoss);
        yield return ("omegaSharpe", moments?.OmegaSharpe);
        yield return ("upsidePotentialRatio", moments?.UpsidePotentialRatio);
        yield return ("variabilitySkewness", moments?.VariabilitySkewness);
        yield return ("dRatio", moments?.DRatio);
        yield return ("maxDrawdown", falls.Max);
        yield return ("averageDrawdown", falls.Average);
        yield return ("longestDrawdown", falls.Max is null ? null : falls.Longest);
        yield return ("ulcer", falls.Ulcer);
        yield return ("pain", falls.Pain);
        yield return ("calmar", PerformanceRatios.Calmar(returns, periods));
        yield return ("martin", PerformanceRatios.Martin(returns, periods));
        yield return ("tailRatio", PerformanceRatios.TailRatio(returns));
        yield return ("halfKelly", PerformanceRatios.HalfKelly(returns, free));
        yield return ("quantile5", SampleMoments.Quantile(returns, 0.05));
        yield return ("tailMean5", PerformanceRatios.TailMean(returns, 0.05));
        if (benchmark is null)
        {
            yield break;
        }
        var both = new RelativePerformance(returns, benchmark, periods);
        yield return ("trackingError", both.TrackingError);
        yield return ("activePremium", both.ActivePremium);
        yield return ("informationRatio", both.InformationRatio);
        yield return ("informationRatioPerPeriod", both.InformationRatioPerPeriod);
        yield return ("beta", both.Beta);
        yield return ("famaBeta", both.FamaBeta);
        yield return ("alpha", both.Alpha);
        yield return ("correlation", both.Correlation);
        yield return ("upCapture", both.CaptureWhere(benchmarkRose: true));
        yield return ("downCapture", both.CaptureWhere(benchmarkRose: false));
    }

    private static string[] Others(TableFile file, ParseResult parsed)
    {
        string[] names = [.. file.Columns.Index().Where(column => file.IsNumeric(column.Index)
            && column.Item != parsed.GetValue(Benchmark) && column.Item != parsed.GetValue(RiskFree)
            && column.Item is not ("timestamp" or "time")).Select(column => column.Item)];
        return names.Length > 0 ? names : throw new InputException($"{file.Name} has no column of numbers");
    }

    private static double[]? Column(TableFile file, string? name) =>
        name is null ? null : [.. file.Numbers(name).Select(value => value ?? double.NaN)];
}
