using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Domain.Rules;

/// <summary>The smallest complete pair of files, as shipped.</summary>
internal static class Worked
{
    public static string Instruments { get; } = Resource("worked.instruments.json");

    public static string Rules { get; } = Resource("worked.rules.json");

    private static string Resource(string name)
    {
        using var stream = typeof(StandardRules).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
