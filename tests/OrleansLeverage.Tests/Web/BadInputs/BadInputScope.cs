namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>
/// What a corpus may hold that these surfaces cannot receive yet, and why. Anything else must be answered.
/// </summary>
internal static class BadInputScope
{
    private static readonly Dictionary<string, string> Surfaces = new()
    {
        ["/v1/admin/*"] = "there are no administrators until there are keys",
        ["any"] = "there are no tokens until there are keys; only loopback is bound",
        ["gateway port"] = "one process, no gateway",
        ["silo port"] = "one process, no silo",
        ["grain call"] = "one process, no grains",
        ["grain state"] = "the journal's own tests damage its records",
        ["storage reply"] = "the journal's own tests fail its store",
    };

    /// <summary>Why the case is left out, null where it must be answered.</summary>
    public static string? LeftOut(BadInputCase bad) => Surfaces.GetValueOrDefault(bad.Surface);
}
