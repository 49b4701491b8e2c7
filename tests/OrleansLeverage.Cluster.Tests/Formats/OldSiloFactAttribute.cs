using OrleansLeverage.Cluster.Tests.Processes;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Formats;

/// <summary>A test beside a silo of another build: <c>LEVERAGE_OLD_SILO</c> is the path of its program.</summary>
internal sealed class OldSiloFactAttribute : FactAttribute
{
    public OldSiloFactAttribute() =>
        Skip = Program is null ? "LEVERAGE_OLD_SILO names no silo of another build" : Servers.Missing;

    public static string? Program { get; } = Environment.GetEnvironmentVariable("LEVERAGE_OLD_SILO");
}
