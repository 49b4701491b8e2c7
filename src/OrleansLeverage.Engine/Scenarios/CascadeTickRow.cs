using OrleansLeverage.Analytics.Cascade;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>
/// One tick of a cascade, with the prices of every feed at its end; null for a feed that had none.
/// </summary>
public sealed record CascadeTickRow(
    int Tick, int Rounds, int Liquidations, double LongsSold, double ShortsBought, int Bankruptcies, double Deficit,
    int Deleveraged, double DeleveragedAmount, double Fund, double BadDebt, IReadOnlyList<double?> OwnPrices,
    IReadOnlyList<double?> Marks)
{
    /// <summary>Of the figures without the prices, in the order of <see cref="Cells"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "tick", "rounds", "liquidations", "longsSold", "shortsBought", "bankruptcies", "deficit", "deleveraged",
        "deleveragedAmount", "fund", "badDebt",
    ];

    public static CascadeTickRow Of(CascadeTick t, MarketBook book) => new(t.Tick, t.Rounds, t.Liquidations,
        t.LongsSold, t.ShortsBought, t.Bankruptcies, t.Deficit, t.Deleveraged, t.DeleveragedAmount, t.Fund, t.BadDebt,
        Known(t.OwnPrices, book), Known(t.Marks, book));

    private static double?[] Known(IReadOnlyList<double> prices, MarketBook book) =>
        [.. book.Exposures.Feeds.Select((_, feed) => book.Exposures.Prices[feed] > 0.0 ? prices[feed] : (double?)null)];

    public object[] Cells() =>
    [
        Tick, Rounds, Liquidations, LongsSold, ShortsBought, Bankruptcies, Deficit, Deleveraged, DeleveragedAmount,
        Fund, BadDebt,
    ];
}
