namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>
/// What a corpus may hold that these surfaces cannot receive, and why. Anything else must be answered.
/// </summary>
internal static class BadInputScope
{
    private static readonly Dictionary<string, string> Surfaces = new()
    {
        ["/v1/admin/*"] = "risk parameters are files that the server is started with, nobody sends them",
        ["gateway port"] = "one process, no gateway",
        ["silo port"] = "one process, no silo",
        ["grain call"] = "one process, no grains",
        ["grain state"] = "the journal's own tests damage its records",
        ["storage reply"] = "the journal's own tests fail its store",
    };

    /// <summary>Whether the case is about who asks, so that it needs a server with keys.</summary>
    public static bool IsAboutWhoAsks(BadInputCase bad) =>
        bad.Category == "auth" || bad.Surface == "any" || bad.Recipe is "valid id of another tenant";

    /// <summary>Why the case is left out, null where it must be answered.</summary>
    public static string? LeftOut(BadInputCase bad) => Surfaces.GetValueOrDefault(bad.Surface);
}
