using System.Globalization;
using OrleansLeverage.Analytics.Stress;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.App.Output;
using OrleansLeverage.Engine.Scenarios;
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
        Workload work)
    {
        var exposures = book.Exposures;
        var rows = StressStudy.Run(book, ScenarioLibrary.Standard(exposures), fund, work);
        var anatomy = book.Anatomy(fund, depth, AtRiskMove, work);
        return new StressReport("leverage-stress/1", book.Source, SnapshotJson.Datetime(book.Frame.TimeMs),
            book.Accounts, exposures.Unknown, fund, rows, Breaks(book, fund, accounts, work),
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

    private static IReadOnlyList<BreakRow> Breaks(MarketBook book, double fund, IReadOnlyList<string> accounts,
        Workload work)
    {
        try
        {
            return StressStudy.Breaks(book, fund, accounts, null, work);
        }
        catch (FormatException problem)
        {
            throw new InputException($"--account {problem.Message}");
        }
    }

    private static string Move(double? move) =>
        move is { } known ? known.ToString("+0.0%;-0.0%", CultureInfo.InvariantCulture) : "the end of the range";
}
