using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Core;

/// <summary>An oracle for a universe: every feed is judged, on the universe's own tick.</summary>
internal static class OracleSetup
{
    /// <summary>
    /// Feeds that <paramref name="profiles"/> does not name are judged as live ones of the strictest kind.
    /// </summary>
    /// <exception cref="ArgumentException">A profile is of a feed that the universe does not have.</exception>
    public static PriceOracle For(Universe universe, IReadOnlyList<OracleProfile> profiles, long haltedAtMs = 0)
    {
        foreach (var profile in profiles)
        {
            if (universe.Feed(profile.Feed) is null)
            {
                throw new ArgumentException(
                    $"an oracle profile names {profile.Feed}, which the universe does not have", nameof(profiles));
            }
        }
        // what the engine makes itself is judged by nobody, and a price published to it is of an unknown feed
        return new PriceOracle(universe.Feeds.Where(feed => !feed.Id.IsMade).Select(feed => Profile(feed, profiles)),
            haltedAtMs);
    }

    /// <summary>How a feed is judged, on the universe's tick.</summary>
    public static OracleProfile Profile(Feed feed, IReadOnlyList<OracleProfile> profiles) =>
        (profiles.FirstOrDefault(p => p.Feed == feed.Id) ?? OracleProfile.LiveMajor(feed.Id, feed.TickSize))
            with { TickSize = feed.TickSize };
}
