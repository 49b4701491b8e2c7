using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.App.Serve;

/// <summary>How each feed's prices are judged: by the file that is named, otherwise by the live profiles.</summary>
internal static class OracleChoice
{
    private static readonly string[] Majors = ["BTC-USD", "ETH-USD"];

    public static IReadOnlyList<OracleProfile> Of(Universe universe, string? file)
    {
        var named = file is null ? [] : Read(universe, file);
        var byFeed = named.ToDictionary(p => p.Feed);
        return [.. universe.Feeds.Select(feed => byFeed.GetValueOrDefault(feed.Id) ?? Live(feed))];
    }

    // a pegged coin counts at its price, and never for more than its promise: the floor is one tick
    private static OracleProfile Live(Feed feed) =>
        feed.Beta == 0m ? OracleProfile.LivePegged(feed.Id, feed.TickSize, floor: feed.TickSize,
            ceiling: Decimals.FloorTo(1m, feed.TickSize))
        : Majors.Contains(feed.Id.Value) ? OracleProfile.LiveMajor(feed.Id, feed.TickSize)
        : OracleProfile.LiveOther(feed.Id, feed.TickSize);

    private static IReadOnlyList<OracleProfile> Read(Universe universe, string file)
    {
        IReadOnlyList<OracleProfile> profiles;
        try
        {
            profiles = OracleProfiles.Parse(UniverseOptions.ReadText(file));
        }
        catch (FormatException exception)
        {
            throw new InputException($"{file}: {exception.Message}");
        }
        return profiles.FirstOrDefault(p => universe.Feed(p.Feed) is null) is { } stranger
            ? throw new InputException(
                $"{file}: {stranger.Feed} is no feed of the instruments; there are {string.Join(", ", universe.Feeds)}")
            : profiles;
    }
}
