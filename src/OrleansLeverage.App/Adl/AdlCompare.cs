using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
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

    public static Command Command() => new Command("compare",
        "10 October 2025: what was needed, what was taken, and what each policy would have taken")
    {
        From, PictureFile.Svg, Answer.Csv,
    }.Does((parsed, terminal, _) => Task.Run(() => Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var folder = parsed.GetRequiredValue(From);
        if (!Directory.Exists(folder))
        {
            throw new InputException($"--from {folder} is not a folder");
        }
        var study = AdlEventStudy.Read(folder);
        PictureFile.Write(parsed, terminal, () => WavePicture.Of(study));
        var waves = Waves(study);
        Answer.Give(parsed, terminal, Shown(study), waves, () =>
        {
            foreach (var table in new[]
            {
                waves, Policies(study), Own(study), Totals(study), Denominators(study), Horizons(study),
            })
            {
                table.WriteTo(terminal);
            }
            WaveChart.Write(terminal, study);
        });
        return ExitCode.Ok;
    }

    private static ReportTable Waves(AdlEventStudy study)
    {
        var report = new ReportTable(["wave", "start", "fills", "losers", "deficit", "needed",
            .. AdlEventStudy.Policies, .. AdlEventStudy.OwnPolicies])
        {
            Title = "USD per wave: needed, taken in production, by each policy of the study, and by ours",
        };
        foreach (var wave in study.Waves)
        {
            report.Add([wave.Wave, wave.Start[11..Math.Min(23, wave.Start.Length)], wave.Rows, wave.Losers,
                Usd(wave.DeficitUsd), Usd(wave.NeededFromCoinsUsd), .. wave.Policies.Select(p =>
                    (object)Usd(p.BudgetUsd)), .. wave.Own.Select(p => (object)Usd(p.TakenUsd))]);
        }
        return report.Add(["all", "", study.Waves.Sum(w => w.Rows), null, Usd(study.DeficitUsd), Usd(study.NeededUsd),
            .. AdlEventStudy.Policies.Select(p => (object)Usd(study.Cumulative(p).BudgetUsd)),
            .. AdlEventStudy.OwnPolicies.Select(p => (object)Usd(study.OwnCumulative(p).TakenUsd))]);
    }

    private static ReportTable Own(AdlEventStudy study)
    {
        var report = new ReportTable("policy", "taken USD", "above what was needed USD", "not to be had USD",
            "largest share of one account in a wave")
        {
            Title = "our policies over the closed profits of all who were deleveraged (computed here)",
        };
        foreach (var policy in AdlEventStudy.OwnPolicies)
        {
            var row = study.OwnCumulative(policy);
            report.Add(policy, Usd(row.TakenUsd), Usd(row.TakenUsd - study.NeededUsd), Usd(row.ResidualUsd),
                decimal.Round(row.LargestShare, 4));
        }
        return report;
    }

    private static ReportTable Policies(AdlEventStudy study)
    {
        var report = new ReportTable("policy", "taken USD", "above what was needed USD", "taken / needed",
            "largest share of one account") { Title = "policies over all waves" };
        foreach (var policy in AdlEventStudy.Policies)
        {
            var row = study.Cumulative(policy);
            report.Add(policy, Usd(row.BudgetUsd), Usd(row.OvershootUsd),
                decimal.Round(row.BudgetUsd / study.NeededUsd, 4), decimal.Round(row.LargestShare, 4));
        }
        return report;
    }

    private static ReportTable Totals(AdlEventStudy study) => new ReportTable("what", "value")
        { Title = "totals" }
        .Add("events", study.Totals.Events)
        .Add("coins", study.Totals.Coins)
        .Add("accounts", study.Totals.Users)
        .Add("notional USD", Usd(study.Totals.NotionalUsd))
        .Add("closed profit USD", Usd(study.Totals.ClosedProfitUsd))
        .Add("top 10 accounts", Share(study.Concentration.Top10Share))
        .Add($"top 1 % ({study.Concentration.TopPercentUsers} accounts)", Share(study.Concentration.TopPercentShare))
        .Add("top 3 coins", Share(study.Concentration.Top3CoinShare))
        .Add("winners' equity / profit, median (published)", decimal.Round(study.Published.OverCollateralMedian, 2));

    private static ReportTable Denominators(AdlEventStudy study) => new ReportTable("denominator", "accounts",
        "median", "p95", "max")
        { Title = "one position, two leverages: over cash without unrealised profit, and over total equity" }
        .Add("cash", study.Leverage.Fills, Times(study.Leverage.CashMedian), "",
            $"{decimal.Floor(study.Leverage.CashMax).ToString("#,##0", CultureInfo.InvariantCulture)}x")
        .Add("total equity > 0", study.Leverage.PositiveEquity, Times(study.Leverage.EquityMedian),
            Times(study.Leverage.EquityP95), Times(study.Leverage.EquityMax));

    private static ReportTable Horizons(AdlEventStudy study)
    {
        var report = new ReportTable("horizon ms", "taken USD", "above what was needed USD")
        {
            Title = "production judged later than at the fill (published)",
        };
        foreach (var horizon in study.Horizons)
        {
            report.Add(horizon.HorizonMs, Usd(horizon.ProductionUsd), Usd(horizon.OvershootUsd(study.NeededUsd)));
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
        ownPolicies = AdlEventStudy.OwnPolicies.Select(study.OwnCumulative),
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
