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

    [Fact]
    public void Settings_that_are_given_start_a_silo()
    {
        var pod = At(Single("Deployment"), "spec", "template", "spec");
        var silo = (YamlMappingNode)((YamlSequenceNode)pod["containers"]).Children.Single();
        var given = ((YamlSequenceNode)silo["env"]).Children.Cast<YamlMappingNode>()
            .Where(e => Text(e, "name").StartsWith("Leverage__", StringComparison.Ordinal)).ToDictionary(
                e => Text(e, "name").Replace("__", ":", StringComparison.Ordinal),
                e => e.Children.ContainsKey("value") ? Text(e, "value")
                    : Text(e, "name") == "Leverage__Address" ? "10.0.0.1" : "from a secret");
        var settings = SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given!).Build());

        Assert.True(settings.Kubernetes);
        Assert.Equal((ClusteringKind.PostgreSql, StorageKind.AzureBlob), (settings.Clustering, settings.Storage));
        Assert.Empty(settings.StorageConnection);
        var ports = ((YamlSequenceNode)silo["ports"]).Children.Cast<YamlMappingNode>()
            .ToDictionary(p => Text(p, "name"), p => int.Parse(Text(p, "containerPort")));
        Assert.Equal((settings.SiloPort, settings.GatewayPort, settings.HealthPort),
            (ports["silo"], ports["gateway"], ports["health"]));
    }

    [Fact]
    public void The_emulator_is_pinned_and_keeps_its_data_out_of_the_repository()
    {
        using var package = System.Text.Json.JsonDocument.Parse(Infra("azurite/package.json"));
        Assert.Equal("3.35.0",
            package.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString());
        Assert.Contains("infra/azurite/data/", File.ReadAllLines(Path.Combine(Servers.Root, ".gitignore")));
        Assert.Contains("azurite-blob", Infra("azurite/start.sh"), StringComparison.Ordinal);
        Assert.StartsWith("#!/usr/bin/env bash", Infra("azurite/start.sh"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_not_been_exercised_says_so_and_what_goes_wrong_has_a_runbook()
    {
        Assert.StartsWith("# Not exercised", Infra("kubernetes/silo.yaml"), StringComparison.Ordinal);
        Assert.StartsWith("// Not exercised", Infra("bicep/main.bicep"), StringComparison.Ordinal);
        foreach (var runbook in new[] { "silo-lost", "storage-outage", "coverage-below-one", "upgrade" })
        {
            Assert.StartsWith("# ", Infra($"runbooks/{runbook}.md"), StringComparison.Ordinal);
        }
    }

    /// <summary>No compiler of it is at hand: what opens closes at least, and no secret goes out.</summary>
    [Fact]
    public void Bicep_closes_what_it_opens_and_gives_out_no_secret()
    {
        var open = new Stack<char>();
        foreach (var line in Infra("bicep/main.bicep").Split('\n'))
        {
            if (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }
            foreach (var c in line)
            {
                if (c is '{' or '[' or '(')
                {
                    open.Push(c);
                }
                else if (c is '}' or ']' or ')')
                {
                    Assert.Equal(c == ')' ? '(' : c == ']' ? '[' : '{', open.Pop());
                }
            }
            Assert.Equal(0, line.Count(c => c == '\'') % 2);
        }
        Assert.Empty(open);
        var text = Infra("bicep/main.bicep");
        Assert.Contains("allowSharedKeyAccess: false", text, StringComparison.Ordinal);
        Assert.Contains("allowBlobPublicAccess: false", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
    }

    private static string Infra(string path) => File.ReadAllText(Path.Combine(Servers.Root, "infra", path));

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
