using System.CommandLine;
using OrleansLeverage.Analytics.Anomalies;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage anomalies</c>: what in a table of figures noise does not explain.</summary>
internal static class AnomaliesVerb
{
    private static readonly string[] TimeColumns = ["datetime", "date", "time", "timestamp"];

    /// <summary>Figures of <c>replay</c>'s system.csv that are worth watching.</summary>
    private static readonly string[] Watched =
        ["marketLeverage", "longLeverage", "shortLeverage", "leverageSkew", "notionalSkew", "notional", "funding"];

    private static readonly Option<string> In = new("--in")
    {
        Description = "CSV with a header or JSON, such as system.csv of replay; - reads the standard input",
        HelpName = "FILE|-",
        Required = true,
    };

    private static readonly Option<string[]> Columns = new("--columns")
    {
        Description = "Figures to look at; leverage, skew and open interest where the file has them, else all numbers",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double> Budget = Numbers.Option("--budget", 1.0,
        "False alarms per thousand rows that each stream detector may raise on noise");

    private static readonly Option<string> Noise = new("--noise")
    {
        Description = "What the budget is measured on: normal, or the file's own changes in random order",
        DefaultValueFactory = _ => "normal",
    };

    private static readonly Option<int> NoiseRows = new("--noise-rows")
    {
        Description = "Rows of noise that thresholds are found on, and as many fresh ones that they are measured on",
        DefaultValueFactory = _ => 100_000,
    };

    private static readonly Option<int> Seed = RunOptions.Seed<int>("the noise");

    private static readonly Option<int?> FailAbove = new("--fail-above")
    {
        Description = "Exit code 3 where there are more findings than this",
        HelpName = "COUNT",
    };

    public static Command Command()
    {
        Noise.AcceptOnlyFromAmong("normal", "own");
        NoiseRows.AcceptWithin(1_000, 10_000_000);
        return new Command("anomalies", "Outliers and changes in leverage, skew, open interest, funding")
        {
            In, Columns, Budget, Noise, NoiseRows, Seed, FailAbove, Answer.Csv,
        }.Does((parsed, terminal, cancellation) =>
            Task.Run(() => Run(parsed, terminal, cancellation), cancellation));
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (!(parsed.GetValue(Budget) is > 0.0 and <= 1_000.0 and var budget))
        {
            throw new InputException($"--budget {parsed.GetValue(Budget)} is not within 0 and 1000");
        }
        var file = TableFile.Read(parsed.GetRequiredValue(In));
        var names = Chosen(file, parsed.GetValue(Columns) ?? []);
        var scans = new List<AnomalyScan>();
        using (var progress = ProgressReport.On(terminal, "columns", names.Count, TimeProvider.System))
        {
            foreach (var name in names)
            {
                cancellation.ThrowIfCancellationRequested();
                double[] values = [.. file.Numbers(name).Select(value => value ?? double.NaN)];
                scans.Add(AnomalyScan.Run(name, values, budget, parsed.GetValue(NoiseRows), parsed.GetValue(Seed),
                    parsed.GetValue(Noise) == "own"));
                progress.Report(scans.Count);
            }
        }
        var time = TimeColumns.FirstOrDefault(name => file.Columns.Contains(name, StringComparer.OrdinalIgnoreCase));
        string At(int row) => time is null ? $"row {row + 1}" : file.Field(file.Rows[row], time);
        var findings = new ReportTable("series", "row", "time", "value", "detector", "score", "threshold");
        foreach (var scan in scans)
        {
            foreach (var found in scan.Found)
            {
                findings.Add(scan.Series, found.Index + 1, At(found.Index), found.Value, found.Detector, found.Score,
                    found.Threshold);
            }
        }
        Answer.Give(parsed, terminal, Shown(file, scans, At, budget), findings, () =>
        {
            findings.WriteTo(terminal);
            Budgets(scans).WriteTo(terminal);
        });
        return findings.Count > (parsed.GetValue(FailAbove) ?? int.MaxValue) ? ExitCode.Threshold : ExitCode.Ok;
    }

    private static List<string> Chosen(TableFile file, string[] asked)
    {
        if (asked.Length > 0)
        {
            return [.. asked];
        }
        var watched = Watched.Where(name => file.Columns.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        var numbers = file.Columns.Index().Where(column => file.IsNumeric(column.Index)
            && !TimeColumns.Contains(column.Item, StringComparer.OrdinalIgnoreCase)).Select(column => column.Item);
        List<string> names = watched.Count > 0 ? watched : [.. numbers];
        return names.Count > 0 ? names : throw new InputException($"{file.Name} has no column of numbers");
    }

    private static ReportTable Budgets(List<AnomalyScan> scans)
    {
        var table = new ReportTable("series", "detector", "threshold", "false alarms / 1000", "+-", "said of it");
        foreach (var scan in scans)
        {
            foreach (var budget in scan.Budgets)
            {
                table.Add(scan.Series, budget.Detector, budget.Threshold, budget.RatePerThousand,
                    budget.StandardError, null);
            }
            if (scan.Problem is { } problem)
            {
                table.Add(scan.Series, null, null, null, null, problem);
            }
        }
        return table;
    }

    private static object Shown(TableFile file, List<AnomalyScan> scans, Func<int, string> at, double budget) => new
    {
        schema = "leverage-anomalies/1",
        source = file.Name,
        rows = file.Rows.Count,
        budgetPerThousand = budget,
        series = scans.Select(scan => new
        {
            name = scan.Series,
            values = scan.Values,
            logarithmic = scan.IsLogarithmic,
            problem = scan.Problem,
            detectors = scan.Budgets.Select(b => new
            {
                detector = b.Detector,
                threshold = b.Threshold,
                falseAlarmsPerThousand = b.RatePerThousand,
                standardError = b.StandardError,
            }),
            findings = scan.Found.Select(found => new
            {
                row = found.Index + 1,
                time = at(found.Index),
                value = found.Value,
                detector = found.Detector,
                score = found.Score,
                threshold = found.Threshold,
            }),
        }),
    };
}
