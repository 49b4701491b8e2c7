using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Silo;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What could not be run is read at least: it parses, and keeps what a cluster relies on.</summary>
public sealed class InfrastructureTests
{
    private static readonly YamlMappingNode[] Objects = Read();

    [Fact]
    public void Silos_run_as_nobody_with_limits_and_probes()
    {
        var pod = At(Single("Deployment"), "spec", "template", "spec");
        Assert.Equal("true", Text(pod, "securityContext", "runAsNonRoot"));
        Assert.True(int.Parse(Text(pod, "terminationGracePeriodSeconds")) > 60);
        var silo = (YamlMappingNode)((YamlSequenceNode)pod["containers"]).Children.Single();
        Assert.Equal("false", Text(silo, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("true", Text(silo, "securityContext", "readOnlyRootFilesystem"));
        Assert.NotEmpty(Text(silo, "resources", "limits", "memory"));
        foreach (var probe in new[] { "startup", "readiness", "liveness" })
        {
            Assert.StartsWith("/healthz/", Text(silo, probe + "Probe", "httpGet", "path"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_silos_stay_whatever_is_drained()
    {
        Assert.Equal("2", Text(Single("PodDisruptionBudget"), "spec", "minAvailable"));
        var deployment = Single("Deployment");
        Assert.Equal("0", Text(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable"));
        Assert.True(int.Parse(Text(deployment, "spec", "replicas")) >= 3);
        Assert.Equal(Text(deployment, "spec", "selector", "matchLabels", "app"),
            Text(Single("PodDisruptionBudget"), "spec", "selector", "matchLabels", "app"));
    }

    [Fact]
    public void Every_setting_that_is_given_is_one()
    {
        var pod = At(Single("Deployment"), "spec", "template", "spec");
        var silo = (YamlMappingNode)((YamlSequenceNode)pod["containers"]).Children.Single();
        var known = typeof(SiloSettings).GetProperties().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var given = ((YamlSequenceNode)silo["env"]).Children.Select(e => Text((YamlMappingNode)e, "name"))
            .Where(n => n.StartsWith("Leverage__", StringComparison.Ordinal)).Select(n => n["Leverage__".Length..]);
        Assert.All(given, name => Assert.Contains(name, known));
    }

    [Fact]
    public void No_key_is_in_any_file()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Servers.Root, "infra"), "*",
            new EnumerationOptions { RecurseSubdirectories = true }).Where(f => f.EndsWith(".yaml",
                StringComparison.Ordinal) || f.EndsWith(".bicep", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("AccountKey", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.DoesNotContain("listKeys", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    private static YamlMappingNode[] Read()
    {
        var stream = new YamlStream();
        using var text = File.OpenText(Path.Combine(Servers.Root, "infra", "kubernetes", "silo.yaml"));
        stream.Load(text);
        return [.. stream.Documents.Select(d => (YamlMappingNode)d.RootNode)];
    }

    private static YamlMappingNode Single(string kind) => Objects.Single(o => Text(o, "kind") == kind);

    private static YamlMappingNode At(YamlMappingNode node, params string[] path) =>
        path.Aggregate(node, (at, key) => (YamlMappingNode)at[key]);

    private static string Text(YamlMappingNode node, params string[] path) =>
        ((YamlScalarNode)At(node, path[..^1])[path[^1]]).Value ?? "";
}
