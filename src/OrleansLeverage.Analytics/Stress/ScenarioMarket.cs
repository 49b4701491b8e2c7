using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Stress;

/// <summary>What a library of scenarios has to know of a market: its feeds, and which of them matter how.</summary>
/// <param name="Betas">By feed: move per move of the market; 0 for a stable one.</param>
/// <param name="Marked">Feeds that contracts are marked on.</param>
/// <param name="Collateral">Feeds that collateral is priced by, each once.</param>
public sealed record ScenarioMarket(
    IReadOnlyList<string> Feeds, IReadOnlyList<double> Betas, IReadOnlySet<int> Marked, IReadOnlyList<int> Collateral)
{
    /// <summary>What accounts hold.</summary>
    public static ScenarioMarket Of(ExposureBook book) => new(book.Feeds, book.Betas,
        book.Columns.MarkFeed.Where(feed => FeedId.IsValid(book.Feeds[feed])).ToHashSet(),
        [.. book.Columns.CollateralFeed.Distinct()]);

    /// <summary>What accounts could hold.</summary>
    public static ScenarioMarket Of(Universe universe) => new([.. universe.Feeds.Select(f => f.Id.Value)],
        [.. universe.Feeds.Select(f => (double)f.Beta)],
        universe.Instruments.Select(i => universe.MarketOf(i).Index).ToHashSet(),
        [.. universe.Assets.Select(a => a.PriceFeed?.Index).OfType<int>().Distinct()]);
}
