using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Engine.Deleveraging.Study;

namespace OrleansLeverage.App.Adl;

/// <summary>
/// <c>leverage adl compare</c>: the deleveraging of 10 October 2025, per wave and per policy, from the study's rows.
/// </summary>
internal static class AdlCompare
{
    private static readonly Option<string> From = new("--from")
    {
        Description = "Folder with the study's tables (adl_by_user_REALTIME.csv and the others)",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string?> Svg = new("--svg")
    {
        Description = "Also the chart, needed against taken per wave, as a picture",
        HelpName = "FILE",
    };

    public static Command Command() => new Command("compare",
        "10 October 2025: what was needed, what was taken, and what each policy would have taken")
    {
        From, Svg, AdlVerb.Csv,
    }.Does((parsed, terminal, _) => Task.Run(() => Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var folder = parsed.GetRequiredValue(From);
        if (!Directory.Exists(folder))
        {
            throw new InputException($"--from {folder} is not a folder");
        }
        var study = AdlEventStudy.Read(folder);
        if (parsed.GetValue(Svg) is { } picture)
        {
            File.WriteAllText(picture, WaveChart.Svg(study));
        }
        var csv = parsed.GetValue(AdlVerb.Csv) == "-";
        AdlVerb.Show(parsed, terminal, Shown(study), Waves(study), Policies(study), Totals(study), Denominators(study),
            Horizons(study));
        if (!terminal.IsJson && !csv)
        {
            WaveChart.Write(terminal, study);
        }
        return ExitCode.Ok;
    }

    private static Report Waves(AdlEventStudy study)
    {
        var report = new Report("USD per wave: needed, taken in production, and taken by each policy",
            ["wave", "start", "fills", "losers", "deficit", "needed", .. AdlEventStudy.Policies]);
        foreach (var wave in study.Waves)
        {
            report.Row([wave.Wave, wave.Start[11..Math.Min(23, wave.Start.Length)], wave.Rows, wave.Losers,
                Usd(wave.DeficitUsd), Usd(wave.NeededFromCoinsUsd), .. wave.Policies.Select(p =>
                    (object)Usd(p.BudgetUsd))]);
        }
        return report.Row(["all", "", study.Waves.Sum(w => w.Rows), null, Usd(study.DeficitUsd), Usd(study.NeededUsd),
            .. AdlEventStudy.Policies.Select(p => (object)Usd(study.Cumulative(p).BudgetUsd))]);
    }

    private static Report Policies(AdlEventStudy study)
    {
        var report = new Report("policies over all waves", "policy", "taken USD", "above what was needed USD",
            "taken / needed", "largest share of one account");
        foreach (var policy in AdlEventStudy.Policies)
        {
            var row = study.Cumulative(policy);
            report.Row(policy, Usd(row.BudgetUsd), Usd(row.OvershootUsd),
                decimal.Round(row.BudgetUsd / study.NeededUsd, 4), decimal.Round(row.LargestShare, 4));
        }
        return report;
    }

    private static Report Totals(AdlEventStudy study) => new Report("totals", "what", "value")
        .Row("events", study.Totals.Events)
        .Row("coins", study.Totals.Coins)
        .Row("accounts", study.Totals.Users)
        .Row("notional USD", Usd(study.Totals.NotionalUsd))
        .Row("closed profit USD", Usd(study.Totals.ClosedProfitUsd))
        .Row("top 10 accounts", Share(study.Concentration.Top10Share))
        .Row($"top 1 % ({study.Concentration.TopPercentUsers} accounts)", Share(study.Concentration.TopPercentShare))
        .Row("top 3 coins", Share(study.Concentration.Top3CoinShare))
        .Row("winners' equity / profit, median (published)", decimal.Round(study.Published.OverCollateralMedian, 2));

    private static Report Denominators(AdlEventStudy study) => new Report(
        "one position, two leverages: over cash without unrealised profit, and over total equity", "denominator",
        "accounts", "median", "p95", "max")
        .Row("cash", study.Leverage.Fills, Times(study.Leverage.CashMedian), "",
            $"{decimal.Floor(study.Leverage.CashMax).ToString("#,##0", CultureInfo.InvariantCulture)}x")
        .Row("total equity > 0", study.Leverage.PositiveEquity, Times(study.Leverage.EquityMedian),
            Times(study.Leverage.EquityP95), Times(study.Leverage.EquityMax));

    private static Report Horizons(AdlEventStudy study)
    {
        var report = new Report("production judged later than at the fill (published)", "horizon ms", "taken USD",
            "above what was needed USD");
        foreach (var horizon in study.Horizons)
        {
            report.Row(horizon.HorizonMs, Usd(horizon.ProductionUsd), Usd(horizon.OvershootUsd(study.NeededUsd)));
        }
        return report;
    }

    private static object Shown(AdlEventStudy study) => new
    {
        totals = new
        {
            events = study.Totals.Events,
            coins = study.Totals.Coins,
            accounts = study.Totals.Users,
            notionalUsd = study.Totals.NotionalUsd,
            closedProfitUsd = study.Totals.ClosedProfitUsd,
        },
        concentration = study.Concentration,
        deficitUsd = study.DeficitUsd,
        neededUsd = study.NeededUsd,
        policies = AdlEventStudy.Policies.Select(study.Cumulative),
        waves = study.Waves,
        leverage = study.Leverage,
        queueOvershootUsd = study.QueueOvershootUsd,
        horizons = study.Horizons,
        published = study.Published,
    };

    private static string Usd(decimal value) => decimal.Round(value).ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Share(decimal value) => $"{decimal.Round(value * 100m,
        1).ToString(CultureInfo.InvariantCulture)}%";

    private static string Times(decimal value) => $"{decimal.Round(value, 1).ToString(CultureInfo.InvariantCulture)}x";
}
