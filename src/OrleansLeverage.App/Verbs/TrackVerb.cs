using System.CommandLine;
using OrleansLeverage.App.Strategies;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage track</c>: what was promised against what came: funds, leveraged products, hedges.</summary>
internal static class TrackVerb
{
    public static Command Command() => new("track", "Ratios and tracking error of returns, products, hedges")
    {
        TrackReturns.Command(), TrackProduct.Command(), TrackHedge.Command(),
    };
}
