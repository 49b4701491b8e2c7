using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Accounts;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>A figure against the bounds it is judged by: where elevated, high and extreme begin.</summary>
/// <param name="Level">CALM, ELEVATED, HIGH or EXTREME; null where there is no figure.</param>
internal sealed record FindingRow(string Name, double? Value, IReadOnlyList<double> Bounds, string? Level)
{
    public static FindingRow Of(Finding finding) => new(finding.Name, Statistic.Of(finding.Value), finding.Bounds,
        finding.Value is null ? null : SnapshotJson.Word(finding.Level));
}

/// <summary>The insurance fund against the deficit that a gap to a move would leave.</summary>
/// <param name="Coverage">Fund / deficit; null where nothing is left unpaid.</param>
internal sealed record RunwayRow(double Move, double Deficit, long Bankrupt, double? Coverage);

/// <param name="ExhaustedDown">The smallest fall that the fund does not pay; null where it pays all.</param>
internal sealed record RunwayView(
    double Fund, double? ExhaustedDown, double? ExhaustedUp, IReadOnlyList<RunwayRow> Points);

/// <summary>Accounts and notional at or above a leverage.</summary>
internal sealed record AboveRow(
    double Leverage, long Accounts, double Notional, double? NotionalShare, double? EquityShare);

/// <summary>How much of the market is how levered.</summary>
/// <param name="AccountQuantiles">Leverage of the account at p50, p90, p99.</param>
/// <param name="NotionalQuantiles">Leverage that half, 90 %, 99 % of the notional lies at or below.</param>
internal sealed record EnvironmentView(
    string Level, long Accounts, long WithoutEquity, double Deficit, double? MarketLeverage, double? BorrowedShare,
    IReadOnlyList<AboveRow> Above, IReadOnlyList<double?> AccountQuantiles, IReadOnlyList<double?> NotionalQuantiles,
    IReadOnlyList<FindingRow> Findings);

/// <summary>Who holds how much, how alike the books are, how a liquidation spreads.</summary>
/// <param name="SameSideOverlap">Chance that two units of notional of two accounts are in one asset on one
/// side.</param>
internal sealed record StructureView(
    string Level, double? NotionalHhi, double? NotionalTop10Share, double? NotionalGini, double? EquityHhi,
    double? EquityGini, double? MakerShare, double? SameAssetOverlap, double? SameSideOverlap, double? SpectralRadius,
    double? BranchingRatio, double? AtRiskSkew, double? FundCoverage, IReadOnlyList<FindingRow> Findings);

/// <summary>How well the capital that is there is used; shares of the whole market's sums.</summary>
internal sealed record CapitalView(
    double? InitialUse, double? MaintenanceUse, double? IdleShare, double? EquityPerNotional,
    double? BufferPerNotional, double? NettedShare, double? HaircutShare);

/// <summary>Where on the way down a market's liquidations cause most others; at 1 they feed themselves.</summary>
internal sealed record BranchRow(string Asset, double Move, double Ratio);

/// <summary>Change of the market's leverage between two reports, by cause; the parts sum to it.</summary>
internal sealed record AttributionRow(
    long FromTimestamp, long ToTimestamp, string? Before, string? After, string? Price, string? Position,
    string? Collateral, string? Funding);

/// <summary>How the market is built.</summary>
/// <param name="AgeMs">How much older than the newest frame the report is.</param>
/// <param name="TookMs">Time that making it took.</param>
/// <param name="Coverage">Accounts in the figures / accounts there were.</param>
/// <param name="AtRiskShare">Notional that liquidates within 5 %, down or up / all notional.</param>
internal sealed record ReportView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView Reach, long AgeMs, double TookMs, long Accounts,
    long Unknown, double? Coverage, double? AtRiskShare, double? AtRiskSkew, RunwayView Runway,
    EnvironmentView Environment, StructureView Structure, CapitalView Capital, IReadOnlyList<BranchRow> Branching,
    IReadOnlyList<AttributionRow> Attribution) : IReaching
{
    public static ReportView Of(MarketReport report, PriceFrame frame)
    {
        var stamp = Stamp.Of(report.Frame, report.FrameTimeMs, frame);
        var anatomy = report.Anatomy;
        return new ReportView(stamp.AsOf, stamp.Seq, stamp.Freshness, ReachView.Of(report),
            Math.Max(0, frame.TimeMs - report.FrameTimeMs), report.TookMs, report.Accounts, anatomy.Unknown,
            Statistic.Of(report.Coverage), Statistic.Of(anatomy.AtRiskShare), Statistic.Of(report.AtRiskSkew),
            new RunwayView(anatomy.Runway.Fund, Statistic.Of(anatomy.Runway.Exhausted.Down),
                Statistic.Of(anatomy.Runway.Exhausted.Up), [.. anatomy.Runway.Points.Select(p =>
                    new RunwayRow(p.Move, p.Deficit, p.Bankrupt, Statistic.Of(p.Coverage)))]),
            Of(anatomy.Environment), Of(anatomy.Structure, anatomy.SameAssetOverlap), Of(anatomy.Structure.Capital),
            [.. anatomy.Branching.Select(b => new BranchRow(report.Feeds[b.Feed].Value, b.Move, b.Ratio))],
            [.. report.Attribution.Select(Of)]);
    }

    private static EnvironmentView Of(LeverageEnvironment of) => new(SnapshotJson.Word(of.Level), of.Accounts,
        of.WithoutEquity, of.Deficit, Statistic.Of(of.MarketLeverage), Statistic.Of(of.BorrowedShare),
        [.. of.Above.Select(a => new AboveRow(a.Leverage, a.Accounts, a.Notional, Statistic.Of(a.NotionalShare),
            Statistic.Of(a.EquityShare)))],
        [.. of.AccountQuantiles.Select(Statistic.Of)], [.. of.NotionalQuantiles.Select(Statistic.Of)],
        [.. of.Findings.Select(FindingRow.Of)]);

    private static StructureView Of(StructuralRisk of, double? sameAsset) => new(SnapshotJson.Word(of.Level),
        Statistic.Of(of.NotionalHhi), Statistic.Of(of.NotionalTop10Share), Statistic.Of(of.NotionalGini),
        Statistic.Of(of.EquityHhi), Statistic.Of(of.EquityGini), Statistic.Of(of.MakerShare), Statistic.Of(sameAsset),
        Statistic.Of(of.Spread.SameSideOverlap), Statistic.Of(of.Spread.SpectralRadius),
        Statistic.Of(of.Spread.BranchingRatio), Statistic.Of(of.Spread.AtRiskSkew),
        Statistic.Of(of.Spread.FundCoverage), [.. of.Findings.Select(FindingRow.Of)]);

    private static CapitalView Of(CapitalEfficiency of) => new(Statistic.Of(of.InitialUse),
        Statistic.Of(of.MaintenanceUse), Statistic.Of(of.IdleShare), Statistic.Of(of.EquityPerNotional),
        Statistic.Of(of.BufferPerNotional), Statistic.Of(of.NettedShare), Statistic.Of(of.HaircutShare));

    private static AttributionRow Of(AttributionStep step) => new(step.FromMs, step.ToMs,
        Exact.Text(step.Leverage?.Before), Exact.Text(step.Leverage?.After), Exact.Text(step.Leverage?.Price),
        Exact.Text(step.Leverage?.Position), Exact.Text(step.Leverage?.Collateral),
        Exact.Text(step.Leverage?.Funding));
}
