using System.Globalization;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>Who is crowded, of the whole market. Skews are in [-1, 1]: positive where the long side is ahead.</summary>
internal sealed record SystemSkew(
    double? LeverageSkew, double? NotionalSkew, double? AccountSkew, double? LeverageSkewExMakers,
    double? NotionalSkewExMakers, double? AtRiskSkew, double? LongLeverage, double? ShortLeverage, double? LongUsd,
    double? ShortUsd);

/// <summary>The same of one market; accounts are null while they are not counted.</summary>
internal sealed record MarketSkew(
    string Asset, double? LeverageSkew, double? NotionalSkew, double? AccountSkew, double? LongLeverage,
    double? ShortLeverage, double? LongUsd, double? ShortUsd, long? LongAccounts, long? ShortAccounts);

/// <summary>Accounts of one size, by equity in USD from a bound (included) to the next; null where it is
/// open.</summary>
/// <param name="Accounts">All of the size; long and short ones are those with a net notional.</param>
/// <param name="Bias">(long - short) / (long + short) notional.</param>
internal sealed record CohortRow(
    string Group, double? EquityFrom, double? EquityBelow, long Accounts, long LongAccounts, long ShortAccounts,
    double LongUsd, double ShortUsd, double? Bias)
{
    public static CohortRow Of(EquityCohort cohort) => new(Name(cohort), cohort.EquityFrom, cohort.EquityBelow,
        cohort.Accounts, cohort.Holders.LongAccounts, cohort.Holders.ShortAccounts, cohort.Holders.LongNotional,
        cohort.Holders.ShortNotional, Statistic.Of(cohort.Holders.NotionalSkew));

    private static string Name(EquityCohort cohort) => (cohort.EquityFrom, cohort.EquityBelow) switch
    {
        (null, { } below) => $"below {Short(below)}",
        ({ } from, null) => $"{Short(from)} and more",
        ({ } from, { } below) => $"{Short(from)} to {Short(below)}",
        _ => "all",
    };

    private static string Short(double usd) => usd >= 1e6
        ? (usd / 1e6).ToString("0.###", CultureInfo.InvariantCulture) + "M"
        : (usd / 1e3).ToString("0.###", CultureInfo.InvariantCulture) + "k";
}

/// <summary>Long/short skew of the market, market by market, and by size of account.</summary>
/// <param name="Cohorts">Null while accounts are not counted by size.</param>
/// <param name="CohortsAsOf">The frame of the counts, which are made beside the figures.</param>
internal sealed record SkewView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView Reach, SystemSkew System,
    IReadOnlyList<MarketSkew> Markets, IReadOnlyList<CohortRow>? Cohorts, AsOfJson? CohortsAsOf) : IReaching
{
    public static SkewView Of(SystemFigures figures, MarketCensus? census, MarketReport? report, ILeverageGrid grid)
    {
        var stamp = Stamp.Of(figures.Frame, figures.FrameTimeMs, grid.Frame);
        return new SkewView(stamp.AsOf, stamp.Seq, stamp.Freshness,
            ReachView.Of(figures).And(census is null ? null : ReachView.Of(census)),
            new SystemSkew(Statistic.Of(figures.LeverageSkew), Statistic.Of(figures.NotionalSkew),
                Statistic.Of(figures.AccountSkew), Statistic.Of(figures.LeverageSkewExMakers),
                Statistic.Of(figures.NotionalSkewExMakers), Statistic.Of(report?.AtRiskSkew),
                Statistic.Of(figures.LongLeverage), Statistic.Of(figures.ShortLeverage),
                Statistic.Of(figures.LongNotional), Statistic.Of(figures.ShortNotional)),
            [.. figures.Assets.Select(asset => Of(asset, census, grid))],
            census is null ? null : [.. census.Cohorts.Select(CohortRow.Of)],
            census is null ? null : SnapshotJson.AsOf(census.Frame, census.FrameTimeMs));
    }

    private static MarketSkew Of(AssetLeverage asset, MarketCensus? census, ILeverageGrid grid)
    {
        Holders? holders = grid.Universe.Feed(asset.Asset) is { } feed && census is not null
            ? census.Feeds[feed.Index]
            : null;
        return new MarketSkew(asset.Asset.Value, Statistic.Of(asset.LeverageSkew), Statistic.Of(asset.NotionalSkew),
            Statistic.Of(holders?.AccountSkew), Statistic.Of(asset.LongLeverage), Statistic.Of(asset.ShortLeverage),
            Statistic.Of(asset.LongNotional), Statistic.Of(asset.ShortNotional), holders?.LongAccounts,
            holders?.ShortAccounts);
    }
}

/// <summary>Accounts and their notional by leverage, on either side.</summary>
internal sealed record HistogramsView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView Reach, HistogramView Long, HistogramView Short)
    : IReaching
{
    public static HistogramsView Of(SystemFigures figures, ILeverageGrid grid)
    {
        var stamp = Stamp.Of(figures.Frame, figures.FrameTimeMs, grid.Frame);
        return new HistogramsView(stamp.AsOf, stamp.Seq, stamp.Freshness, ReachView.Of(figures),
            HistogramView.Of(figures.LongHistogram), HistogramView.Of(figures.ShortHistogram));
    }
}
