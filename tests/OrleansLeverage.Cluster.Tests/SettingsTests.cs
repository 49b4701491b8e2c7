using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains;
using OrleansLeverage.Silo;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Settings that cannot work are refused at start, by name, value and bounds.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void What_is_not_given_has_a_value_that_works()
    {
        var settings = Read();
        Assert.Equal((11_111, 30_000, ClusteringKind.Localhost, StorageKind.Memory, 25),
            (settings.SiloPort, settings.GatewayPort, settings.Clustering, settings.Storage,
                settings.FrameIntervalMs));
        Assert.False(settings.IsTls);
    }

    [Theory]
    [InlineData("SiloPort", "0", "1 to 65,535")]
    [InlineData("SiloPort", "65536", "1 to 65,535")]
    [InlineData("SiloPort", "many", "no number")]
    [InlineData("GatewayPort", "-1", "0 to 65,535")]
    [InlineData("GatewayPort", "11111", "different ports")]
    [InlineData("HttpPort", "-2", "-1 to 65,535")]
    [InlineData("HttpPort", "8080", "HttpInsecureLocal")]
    [InlineData("HealthPort", "65536", "-1 to 65,535")]
    [InlineData("HealthPort", "30000", "different ports")]
    [InlineData("PrimaryPort", "0", "1 to 65,535")]
    [InlineData("Address", "here", "no IP address")]
    [InlineData("ClusterId", "", "a name")]
    [InlineData("ServiceId", "", "a name")]
    [InlineData("Clustering", "Nowhere", "Localhost, PostgreSql, Configured")]
    [InlineData("Clustering", "7", "Localhost, PostgreSql, Configured")]
    [InlineData("Clustering", "PostgreSql", "ClusteringConnection")]
    [InlineData("Storage", "Disk", "Memory, AzureBlob")]
    [InlineData("Storage", "AzureBlob", "StorageConnection, for blob storage")]
    [InlineData("StorageUri", "leverage.blob", "https://")]
    [InlineData("StorageContainer", "No_Such", "3 to 63")]
    [InlineData("StorageContainer", "a--b", "single hyphens")]
    [InlineData("StorageShards", "0", "1 to 256")]
    [InlineData("StorageShards", "257", "1 to 256")]
    [InlineData("StorageShards", "2", "{shard}")]
    [InlineData("StorageContainer", "leverage-{shard}", "{shard}")]
    [InlineData("LiquidationDesk", "A desk", "an account's id")]
    [InlineData("FrameIntervalMs", "4", "5 to 1000 ms")]
    [InlineData("FrameIntervalMs", "1001", "5 to 1000 ms")]
    [InlineData("StorageTimeoutMs", "99", "100 to 60,000 ms")]
    [InlineData("StorageTimeoutMs", "60001", "100 to 60,000 ms")]
    [InlineData("ProbeTimeoutMs", "99", "100 to 60,000 ms")]
    [InlineData("ProbesMissed", "0", "1 to 10")]
    [InlineData("ProbesMissed", "11", "1 to 10")]
    [InlineData("DeathVotes", "0", "1 to 10")]
    [InlineData("ResponseTimeoutMs", "499", "500 to 60,000 ms")]
    [InlineData("ReadDeadlineMs", "99", "100 to 60,000 ms")]
    [InlineData("ReadDeadlineMs", "60001", "100 to 60,000 ms")]
    [InlineData("OtlpEndpoint", "collector:4317", "http://")]
    [InlineData("Kubernetes", "yes", "true and false")]
    [InlineData("SiloProt", "11112", "no setting")]
    public void A_setting_that_cannot_work_is_refused_with_its_name_value_and_bounds(string name, string value,
        string bounds)
    {
        var error = Assert.Throws<FormatException>(() => Read((name, value)));
        Assert.Contains(bounds, error.Message, StringComparison.Ordinal);
        Assert.True(value.Length == 0 || error.Message.Contains(value, StringComparison.Ordinal)
            || value is "11112" or "PostgreSql" or "AzureBlob" or "8080"
            || value.Contains("{shard}", StringComparison.Ordinal), error.Message);
        Assert.True(error.Message.Contains(name, StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void Certificates_come_together_and_are_there()
    {
        var folder = Directory.CreateTempSubdirectory("leverage-settings-");
        var file = Path.Combine(folder.FullName, "a.pem");
        File.WriteAllText(file, "");
        Assert.Contains("TlsCertificateFile", Assert.Throws<FormatException>(() =>
            Read(("TlsCertificateFile", file))).Message, StringComparison.Ordinal);
        var error = Assert.Throws<FormatException>(() => Read(("TlsCertificateFile", file), ("TlsKeyFile", file),
            ("TlsAuthorityFile", file + "-gone")));
        Assert.Contains("TlsAuthorityFile is '" + file + "-gone'", error.Message, StringComparison.Ordinal);
        Assert.True(Read(("TlsCertificateFile", file), ("TlsKeyFile", file), ("TlsAuthorityFile", file)).IsTls);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_bound_of_the_grains_is_kept()
    {
        var usual = new GridOptions { Universe = GridFixture.Universe, Oracle = GridFixture.Profiles };
        usual.Check();
        foreach (var (options, name, value) in new (GridOptions, string, int)[]
        {
            (usual with { FrameIntervalMs = 4 }, nameof(usual.FrameIntervalMs), 4),
            (usual with { FrameIntervalMs = 1_001 }, nameof(usual.FrameIntervalMs), 1_001),
            (usual with { ReportEveryFrames = 0 }, nameof(usual.ReportEveryFrames), 0),
            (usual with { ReportEveryFrames = 101 }, nameof(usual.ReportEveryFrames), 101),
            (usual with { Workers = 0 }, nameof(usual.Workers), 0),
            (usual with { Workers = 65 }, nameof(usual.Workers), 65),
            (usual with { WindowCapacity = 15 }, nameof(usual.WindowCapacity), 15),
            (usual with { TriggersMax = 15 }, nameof(usual.TriggersMax), 15),
            (usual with { StorageTimeoutMs = 99 }, nameof(usual.StorageTimeoutMs), 99),
            (usual with { SiloPatienceMs = 49 }, nameof(usual.SiloPatienceMs), 49),
            (usual with { SiloPatienceMs = 60_001 }, nameof(usual.SiloPatienceMs), 60_001),
            (usual with { HoldMs = 99 }, nameof(usual.HoldMs), 99),
            (usual with { RecoverAfterMs = -1 }, nameof(usual.RecoverAfterMs), -1),
            (usual with { RecoveriesAtOnce = 0 }, nameof(usual.RecoveriesAtOnce), 0),
            (usual with { RecoveriesAtOnce = 1_025 }, nameof(usual.RecoveriesAtOnce), 1_025),
            (usual with { RiskReportMs = 999 }, nameof(usual.RiskReportMs), 999),
        })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(options.Check);
            Assert.Contains($"{name} is {value}; possible is ", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// A list that waits for a silo as long as its reader waits for the list is never read; a census may take 2 s.
    /// </summary>
    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(3_000)]
    [InlineData(5_000)]
    [InlineData(60_000)]
    public void A_list_waits_for_a_silo_for_less_than_reads_have(int readDeadlineMs)
    {
        var patience = new SiloSettings { ReadDeadlineMs = readDeadlineMs }.SiloPatienceMs;
        Assert.InRange(patience, 50, readDeadlineMs * 3 / 4);
        Assert.True(readDeadlineMs < 5_000 || patience is > 2_000 and <= 3_000, $"{patience} ms");
    }

    [Fact]
    public void Every_bound_of_a_client_is_kept()
    {
        var usual = new ClusterGridOptions { Universe = GridFixture.Universe };
        usual.Check();
        foreach (var (options, name, value) in new (ClusterGridOptions, string, int)[]
        {
            (usual with { PollIntervalMs = 4 }, nameof(usual.PollIntervalMs), 4),
            (usual with { CommandDeadlineMs = 99 }, nameof(usual.CommandDeadlineMs), 99),
            (usual with { CommandPatienceMs = 49 }, nameof(usual.CommandPatienceMs), 49),
            (usual with { ReadDeadlineMs = 99 }, nameof(usual.ReadDeadlineMs), 99),
            (usual with { ReadDeadlineMs = 60_001 }, nameof(usual.ReadDeadlineMs), 60_001),
            (usual with { CutDeadlineMs = 999 }, nameof(usual.CutDeadlineMs), 999),
            (usual with { FrameAgeMaxMs = 99 }, nameof(usual.FrameAgeMaxMs), 99),
            (usual with { MarketReportMs = 99 }, nameof(usual.MarketReportMs), 99),
            (usual with { MarketReportAccountsMax = 999 }, nameof(usual.MarketReportAccountsMax), 999),
        })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(options.Check);
            Assert.Contains($"{name} is {value}; possible is ", error.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                new ServiceCollection().AddLeverageGridClient(options));
        }
    }

    /// <summary>The program itself: it says why in one line and ends with 2.</summary>
    [Fact]
    public async Task A_silo_that_cannot_start_says_why_and_ends()
    {
        var folder = Directory.CreateTempSubdirectory("leverage-settings-");
        var file = Path.Combine(folder.FullName, "no.pem");
        File.WriteAllText(file, "this is no certificate");
        foreach (var (settings, says) in new[]
        {
            (new Dictionary<string, string> { ["Leverage__SiloPort"] = "70000" }, "SiloPort is '70000'"),
            (new Dictionary<string, string>
            {
                ["Leverage__TlsCertificateFile"] = file, ["Leverage__TlsKeyFile"] = file,
                ["Leverage__TlsAuthorityFile"] = file,
            }, "this silo cannot start"),
        })
        {
            await using var silo = ChildProcess.Start("dotnet",
                [Path.Combine(AppContext.BaseDirectory, "OrleansLeverage.Silo.dll")], settings);
            Assert.Equal(2, await silo.EndsAsync(TimeSpan.FromSeconds(60)));
            Assert.Contains(says, silo.Said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", silo.Said, StringComparison.Ordinal);
        }
        folder.Delete(recursive: true);
    }

    private static SiloSettings Read(params (string Name, string Value)[] given) => SiloSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(given.Select(g =>
            KeyValuePair.Create($"Leverage:{g.Name}", (string?)g.Value))).Build());
}
