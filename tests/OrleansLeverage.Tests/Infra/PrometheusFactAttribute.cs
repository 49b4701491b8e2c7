using Xunit;

namespace OrleansLeverage.Tests.Infra;

/// <summary>
/// A test with Debian's Prometheus and promtool; left out where they are not installed, never on the build server.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && Missing is { } missing)
        {
            // the words of the runner for a test that does not run
            Skip = missing;
        }
    }

    private static string? Missing => new[] { "prometheus", "promtool" }.All(IsInstalled)
        ? null
        : "prometheus and promtool are not installed (apt-get install prometheus)";

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}
