using OrleansLeverage.Analytics.Stress;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>From names and moves to the scenarios of a market.</summary>
internal static class Scenarios
{
    /// <summary>Over what could be held, so that a name means the same whatever is held now.</summary>
    public static IReadOnlyList<StressScenario> Library(Universe universe) =>
        ScenarioLibrary.Standard(ScenarioMarket.Of(universe));

    /// <summary>A name or a feed that there is not; null where all are.</summary>
    public static Fault? Fault(Universe universe, IReadOnlyList<string>? names, IReadOnlyList<CustomScenario> own)
    {
        var known = Library(universe).Select(scenario => scenario.Name).ToHashSet(StringComparer.Ordinal);
        return names?.All(known.Contains) == false ? new Fault("unknown_scenario", "scenarios")
            : own.SelectMany(scenario => scenario.Moves.Keys).All(feed => Feed(universe, feed) is not null) ? null
            : new Fault("unknown_asset", "moves");
    }

    /// <summary>The named ones of the library in its order, then one's own; all of it where nothing is asked.</summary>
    public static IReadOnlyList<StressScenario> Chosen(
        Universe universe, IReadOnlyList<string>? names, IReadOnlyList<CustomScenario> own) =>
    [
        .. Library(universe).Where(scenario => names?.Contains(scenario.Name) ?? own.Count == 0),
        .. own.Select(scenario => Own(universe, scenario)),
    ];

    public static Feed? Feed(Universe universe, string name) =>
        FeedId.IsValid(name) ? universe.Feed(new FeedId(name)) : null;

    private static StressScenario Own(Universe universe, CustomScenario own)
    {
        var moves = new double[universe.Feeds.Count];
        foreach (var (feed, move) in own.Moves)
        {
            moves[Feed(universe, feed)!.Index] = move;
        }
        return new StressScenario(own.Name, StressKind.Grid, moves, Basis: own.Basis, FundingRate: own.FundingRate);
    }
}
