using System.Reflection;

namespace OrleansLeverage.Web.Status;

/// <summary>What is running.</summary>
internal static class Build
{
    public static string Version { get; } = typeof(Build).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
