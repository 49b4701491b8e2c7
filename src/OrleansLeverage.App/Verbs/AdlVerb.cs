using System.CommandLine;
using OrleansLeverage.App.Adl;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage adl</c>: who would be deleveraged, by how much, and what was.</summary>
internal static class AdlVerb
{
    public static Command Command() => new("adl", "Deleveraging: queue, plan, comparison of policies, log")
    {
        AdlQueue.Command(), AdlPlan.Command(), AdlCompare.Command(), AdlLog.Command(),
    };
}
