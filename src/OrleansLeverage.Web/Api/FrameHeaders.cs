using OrleansLeverage.Domain;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api;

/// <summary>Of which frame rows are, where there is no object around them to say so.</summary>
internal static class FrameHeaders
{
    public static IReadOnlyList<(string Name, string Value)> Of(PriceFrame frame) =>
        Of(frame.Number, frame.TimeMs, frame);

    /// <param name="now">Whose prices say how far figures can be believed.</param>
    public static IReadOnlyList<(string Name, string Value)> Of(FrameNumber number, long timeMs, PriceFrame now) =>
    [
        ("Leverage-Frame", number.ToString()), ("Leverage-As-Of", SnapshotJson.Datetime(timeMs)),
        ("Leverage-Freshness", MarketFreshness.Of(now).State),
    ];
}
