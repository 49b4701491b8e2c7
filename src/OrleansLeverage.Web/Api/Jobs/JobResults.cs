using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Scenarios;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>The figures of jobs; statistics are numbers. A simulation, whatever it says.</summary>
internal static class JobResults
{
    public static JobResult Cascade(MarketBook book, CascadeStudy study) => new(
        new CascadeFigures(book.Accounts, book.Exposures.Unknown, study.LeverageBefore, study.LeverageAfter,
            study.Assumptions, study.Totals, study.Bands, study.Branching, study.Policies, study.Ticks), study.Ticks);

    public static JobResult Stress(MarketBook book, decimal fund, IReadOnlyList<ScenarioRow> rows) => new(
        new StressFigures(book.Accounts, book.Exposures.Unknown, Decimals.Text(fund), rows), rows);

    public static JobResult Breaks(MarketBook book, decimal fund, IReadOnlyList<BreakRow> rows) => new(
        new BreakFigures(book.Accounts, book.Exposures.Unknown, Decimals.Text(fund), rows), rows);
}

/// <param name="UnknownAccounts">Left out because a price they depend on is unknown.</param>
/// <param name="LeverageBefore">Of who has equity, before the first run and after it.</param>
internal sealed record CascadeFigures(
    int Accounts, int UnknownAccounts, double? LeverageBefore, double? LeverageAfter, CascadeAssumptions Assumptions,
    CascadeTotals Totals, IReadOnlyList<CascadeBand> Bands, IReadOnlyList<BranchRow> Branching,
    IReadOnlyList<PolicyRow> Policies, IReadOnlyList<CascadeTickRow> Ticks);

internal sealed record StressFigures(
    int Accounts, int UnknownAccounts, string Fund, IReadOnlyList<ScenarioRow> Scenarios);

internal sealed record BreakFigures(
    int Accounts, int UnknownAccounts, string Fund, IReadOnlyList<BreakRow> Breaks);
