using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// The market's sensitivities to its options, made every few seconds beside the figures that they come with.
/// </summary>
/// <param name="AgeMs">From their frame to that of the figures.</param>
/// <param name="Coverage">Accounts seen / accounts.</param>
/// <param name="Reach">What part of the accounts they were counted by, which may be another than that of the figures.
/// </param>
/// <param name="Series">Series with sensitivities; of unvalued ones there are none.</param>
internal sealed record SensitivitiesView(AsOfJson AsOf, long AgeMs, double? Coverage, ReachView Reach, int Series,
    int Unvalued, IReadOnlyList<UnderlyingSensitivitiesView> Underlyings)
{
    public static SensitivitiesView Of(MarketSensitivities made, long timeMs) => new(
        SnapshotJson.AsOf(made.Frame, made.FrameTimeMs), Math.Max(0L, timeMs - made.FrameTimeMs),
        Statistic.Of(made.Coverage), ReachView.Of(made), made.Series, made.Unvalued,
        [.. made.Underlyings.Select(UnderlyingSensitivitiesView.Of)]);
}

/// <summary>One underlying.</summary>
/// <param name="Makers">Net of market makers; null where none holds an option.</param>
/// <param name="Open">Of all that is held long, whoever holds it.</param>
/// <param name="HedgingFlow">USD that hedgers buy when the price rises by 1 %; sell where negative.</param>
/// <param name="Feedback">Further move that the hedging of a move brings; 1 feeds on itself.</param>
internal sealed record UnderlyingSensitivitiesView(string Underlying, double? Spot, SensitivityView? Makers,
    SensitivityView Open, double? HedgingFlow, double? Feedback)
{
    public static UnderlyingSensitivitiesView Of(UnderlyingSensitivities of) => new(of.Underlying.Value,
        Statistic.Of(of.Spot), of.Makers is { } makers ? SensitivityView.Of(makers, of.MakerVegaByExpiry) : null,
        SensitivityView.Of(of.Open, of.OpenVegaByExpiry), Statistic.Of(of.HedgingFlowPerPercent),
        Statistic.Of(of.Feedback));
}

/// <summary>
/// USD: delta per 100 % of the underlying, gamma as change of that per 1 %, vega and vanna per point of volatility,
/// volga per point squared, theta per day.
/// </summary>
internal sealed record SensitivityView(double? Delta, double? Gamma, double? Vega, double? Vanna, double? Volga,
    double? Theta, IReadOnlyList<VegaBucketView> VegaByExpiry)
{
    public static SensitivityView Of(UnitGreeks of, IReadOnlyList<double> vega) => new(Statistic.Of(of.DollarDelta),
        Statistic.Of(of.GammaPerPercent), Statistic.Of(of.Vega), Statistic.Of(of.Vanna), Statistic.Of(of.Volga),
        Statistic.Of(of.Theta),
        [.. vega.Select((value, bucket) => new VegaBucketView(ExpiryBuckets.Name(bucket), Statistic.Of(value)))]);
}

/// <param name="Bucket">Last day of the bucket: 7d, 30d, ..., over 365d.</param>
internal sealed record VegaBucketView(string Bucket, double? Vega);
