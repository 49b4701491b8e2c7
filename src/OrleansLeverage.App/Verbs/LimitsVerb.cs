using System.CommandLine;
using System.Globalization;
using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage limits</c>: margin and leverage that follow volatility without strangling a crash.</summary>
internal static class LimitsVerb
{
    private static readonly string[] WorstDays =
        ["2020-03-12", "2020-03-13", "2021-05-19", "2022-06-13", "2022-11-08", "2022-11-09"];

    private static readonly Option<string> Policy = new("--policy")
    {
        Description = "naive, anti-procyclical, survivor, or all side by side",
        DefaultValueFactory = _ => "all",
    };

    private static readonly Option<string[]> Crashes = new("--crash")
    {
        Description = "Days whose low is put to the limit of the day before; well-known ones where left out",
        HelpName = "DATE",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double> Maintenance = new("--mmr")
    {
        Description = "Maintenance margin rate at which a position is liquidated",
        DefaultValueFactory = _ => 0.005,
    };

    private static readonly Option<double> Floor = new("--floor")
    {
        Description = "Smallest margin",
        DefaultValueFactory = _ => 0.02,
    };

    private static readonly DepthOptions Depth = new();
    private static readonly RuleLimitsFile Rules = new();
    private static readonly SeriesInput Input = new();

    public static Command Command()
    {
        Policy.AcceptOnlyFromAmong([.. LeveragePolicy.All.Select(p => p.Name), "all"]);
        var command = new Command("limits", "Initial margin and maximum leverage by volatility, with their cycle")
        {
            Policy, Crashes, Maintenance, Floor, PictureFile.Svg, Answer.Csv,
        };
        Depth.AddTo(command);
        Rules.AddTo(command);
        Input.AddTo(command);
        return command.Does(Run);
    }

    private static Task<int> Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (mmr, floor) = (parsed.GetValue(Maintenance), parsed.GetValue(Floor));
        if (!(mmr is >= 0.0 and < 1.0) || !(floor is > 0.0 and <= 1.0))
        {
            throw new InputException("--mmr is within 0 and 1, --floor above 0 and at most 1");
        }
        if (Input.Load(parsed) is not [var series])
        {
            throw new InputException("limits takes the file of one feed");
        }
        var (days, depth) = (Depth.Days(parsed, series), Depth.Depth(parsed));
        var chosen = parsed.GetValue(Policy);
        var policies = LeveragePolicy.All.Where(p => chosen == "all" || p.Name == chosen)
            .Select(p => p with { MaintenanceRate = mmr, Floor = floor, Depth = depth }).ToList();
        var reports = policies.Select(p => SeriesInput.Of(series, () =>
        {
            var limits = Path(days, p);
            // days without a volatility have no cycle to measure
            var measured = limits.SkipWhile(l => l.Volatility is null).ToArray();
            return new PolicyReport(p.Name, p, limits[^1], RuleLimits.Of(series.Feed, limits[^1]),
                Procyclicality.Of(measured), limits);
        })).ToList();
        var dates = (parsed.GetValue(Crashes) is { Length: > 0 } asked ? asked : WorstDays).Select(Date).ToList();
        var report = new LimitsReport("leverage-limits/1", series.Feed, series.Source, series.From, series.To, reports,
            [.. dates.Where(date => days.Skip(1).Any(d => d.Date == date)).SelectMany(date =>
                reports.Select(p => Crash(days, p, date, mmr)))]);
        Rules.Write(parsed, terminal, series.Feed, reports);
        PictureFile.Write(parsed, terminal, () => Charts(report));
        Answer.Give(parsed, terminal, report, report.Rows(), () =>
        {
            foreach (var table in report.Summary())
            {
                table.WriteTo(terminal);
            }
        });
        return Task.FromResult(ExitCode.Ok);
    }

    private static DailyLimit[] Path(IReadOnlyList<DailyBar> days, LeveragePolicy policy)
    {
        try
        {
            return LimitPath.Of(days, policy);
        }
        catch (ArgumentException problem) when (problem is not Analytics.Models.SeriesException)
        {
            throw new InputException(problem.Message.Split(" (Parameter")[0]);
        }
    }

    private static CrashRow Crash(IReadOnlyList<DailyBar> days, PolicyReport policy, DateOnly date, double mmr)
    {
        DailyLimit[] limits = [.. policy.Days];
        var at = Array.FindIndex(limits, l => l.Date == date);
        var survival = CrashSurvival.Of(days, limits, policy.Policy, date, mmr);
        return new CrashRow(LimitsReport.Day(date), policy.Policy, limits[at - 1].MaxLeverage, limits[at].MaxLeverage,
            limits[at + 1].MaxLeverage, survival.Surviving, survival.LowMove, survival.WorstBefore, survival.Survives,
            survival.Explanation);
    }

    private static DateOnly Date(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd",
        CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : throw new InputException($"--crash {text} is no day such as 2020-03-12");

    private static SvgChart[] Charts(LimitsReport report)
    {
        var leverage = new SvgChart($"{report.Feed}: largest leverage, {report.From} to {report.To}", "day",
            "leverage");
        var margin = new SvgChart("Initial margin", "day", "fraction of notional");
        foreach (var policy in report.Policies)
        {
            leverage.Line(policy.Policy, [.. policy.Days.Select((d, i) => ((double)i, d.MaxLeverage))]);
            margin.Line(policy.Policy, [.. policy.Days.Select((d, i) => ((double)i, d.Margin))]);
        }
        return [leverage, margin];
    }
}
