using System.Globalization;
using OrleansLeverage.Analytics.Stress;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.App.Output;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Risk;

/// <summary>What <c>stress</c> says of a market. Amounts in USD.</summary>
internal sealed record StressReport(
    string Schema, string Source, string AsOf, int Accounts, int UnknownAccounts, double Fund,
    IReadOnlyList<ScenarioRow> Scenarios, IReadOnlyList<BreakRow> ReverseStress, InsuranceRunway Runway,
    LeverageEnvironment Environment, StructuralRisk Structure)
{
    private const double AtRiskMove = 0.05;

    public static StressReport Of(MarketBook book, double fund, double depth, IReadOnlyList<string> accounts,
        int workers)
    {
        var exposures = book.Exposures;
        var library = ScenarioLibrary.Standard(exposures);
        var rows = new ScenarioRow[library.Count];
        Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
            rows[i] = ScenarioRow.Of(StressTest.Run(exposures, library[i]), fund));
        var anatomy = book.Anatomy(fund, depth, AtRiskMove, workers);
        return new StressReport("leverage-stress/1", book.Source, SnapshotJson.Datetime(book.Frame.TimeMs),
            book.Accounts.Count, exposures.Unknown, fund, rows, [.. Breaks(book, fund, accounts)],
            anatomy.Runway, anatomy.Environment, anatomy.Structure);
    }

    /// <summary>A row per scenario.</summary>
    public ReportTable Rows()
    {
        var table = new ReportTable("scenario", "kind", "equity", "notional", "leverage", "liquidatedAccounts",
            "liquidatedNotional", "longLiquidated", "shortLiquidated", "undetectedAccounts", "bankruptAccounts",
            "deficit", "fundCoverage", "note");
        foreach (var s in Scenarios)
        {
            table.Add(s.Scenario, s.Kind, s.Equity, s.Notional, s.Leverage, s.LiquidatedAccounts, s.LiquidatedNotional,
                s.LongLiquidated, s.ShortLiquidated, s.UndetectedAccounts, s.BankruptAccounts, s.Deficit,
                s.FundCoverage, s.Note);
        }
        return table;
    }

    public void WriteTo(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Accounts} accounts ({Source}) as of {AsOf}, fund {Fund:N0} USD; full repricing, nobody acts meanwhile"));
        output.WriteLine();
        var table = new ReportTable("scenario", "leverage", "liquidated", "notional", "unseen", "bankrupt", "deficit",
            "fund / deficit");
        foreach (var s in Scenarios)
        {
            table.Add(s.Scenario, s.Leverage, s.LiquidatedAccounts, s.LiquidatedNotional, s.UndetectedAccounts,
                s.BankruptAccounts, s.Deficit, s.FundCoverage);
        }
        output.Write(table.ToText());
        output.WriteLine();
        output.WriteLine("smallest move that breaks it (-- none within 95 %)");
        var breaks = new ReportTable("who", "moves", "move", "price", "daily sigmas");
        foreach (var b in ReverseStress)
        {
            breaks.Add(b.Who, b.Moves, b.Move, b.Price, b.Sigmas);
        }
        output.Write(breaks.ToText());
        output.WriteLine();
        var (down, up) = Runway.Exhausted;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"insurance runway: the fund pays a gap of all feeds down to {Move(down)} and up to {Move(up)}"));
        output.WriteLine();
        output.WriteLine($"leverage environment: {Environment.Level}; structure: {Structure.Level}");
        var findings = new ReportTable("figure", "value", "level");
        foreach (var finding in Environment.Findings.Concat(Structure.Findings))
        {
            findings.Add(finding.Name, finding.Value, finding.Value is null ? null : finding.Level.ToString());
        }
        output.Write(findings.ToText());
    }

    private static IEnumerable<BreakRow> Breaks(MarketBook book, double fund, IReadOnlyList<string> accounts)
    {
        var exposures = book.Exposures;
        yield return BreakRow.Of("venue", "all feeds", Analytics.Stress.ReverseStress.Venue(exposures, fund));
        foreach (var feed in book.HeldFeeds())
        {
            yield return BreakRow.Of("venue", feed.Id.Value,
                Analytics.Stress.ReverseStress.Venue(exposures, fund, feed.Index));
        }
        foreach (var name in accounts)
        {
            var bucket = exposures.Names.ToList().IndexOf(name);
            if (bucket < 0)
            {
                throw new InputException($"--account {name} is none of the {exposures.Count} accounts");
            }
            yield return BreakRow.Of(name, "all feeds", Analytics.Stress.ReverseStress.Bucket(exposures, bucket));
            foreach (var feed in book.HeldFeeds())
            {
                yield return BreakRow.Of(name, feed.Id.Value,
                    Analytics.Stress.ReverseStress.Bucket(exposures, bucket, feed.Index));
            }
        }
    }

    private static string Move(double? move) =>
        move is { } known ? known.ToString("+0.0%;-0.0%", CultureInfo.InvariantCulture) : "the end of the range";
}

internal sealed record ScenarioRow(
    string Scenario, string Kind, double Equity, double Notional, double? Leverage, long LiquidatedAccounts,
    double LiquidatedNotional, double LongLiquidated, double ShortLiquidated, long UndetectedAccounts,
    long BankruptAccounts, double Deficit, double? FundCoverage, string Note)
{
    public static ScenarioRow Of(StressOutcome outcome, double fund) => new(outcome.Scenario.Name,
        SnapshotJson.Word(outcome.Scenario.Kind), outcome.Equity, outcome.GrossNotional, outcome.Leverage,
        outcome.Liquidated.Accounts, outcome.Liquidated.Notional, outcome.LongLiquidated, outcome.ShortLiquidated,
        outcome.Undetected.Accounts, outcome.Bankrupt.Accounts, outcome.Deficit, outcome.FundCoverage(fund),
        outcome.Scenario.Note);
}

/// <summary>The smallest move that breaks somebody; null where none within the range does.</summary>
internal sealed record BreakRow(string Who, string Moves, double? Move, double? Price, double? Sigmas)
{
    public static BreakRow Of(string who, string moves, BreakingMove? broken) =>
        new(who, moves, broken?.Move, broken?.Price, broken?.Sigmas);
}
