using System.Text.RegularExpressions;
using OrleansLeverage.Tests.Repository;
using OrleansLeverage.Tests.Web;
using Xunit;

namespace OrleansLeverage.Tests.Infra;

/// <summary>The files of Prometheus and Grafana, without a server.</summary>
public sealed class ObservabilityFileTests
{
    // names of interfaces.md §8 as OpenTelemetry writes them; promtool would keep the suffix for histograms
    private static readonly string[] EndInCount =
    [
        "leveragegrid_account_count", "leveragegrid_stream_subscriber_count", "dotnet_assembly_count",
        "dotnet_process_cpu_count", "dotnet_timer_count",
    ];

    [Fact]
    public void EveryAlertHasARunbookAnOwnerAndACaseThatFiresIt()
    {
        var rules = RepositoryFiles.File("infra/prometheus/alerts.yml").Text;
        var cases = RepositoryFiles.File("infra/prometheus/alerts.test.yml").Text;
        var alerts = Regex.Split(rules, @"\n      - (?=alert: )").Skip(1).ToArray();
        Assert.True(alerts.Length >= 30);
        foreach (var alert in alerts)
        {
            var name = Regex.Match(alert, @"^alert: (\w+)").Groups[1].Value;
            Assert.Matches(@"severity: (page|ticket), owner: [a-z-]+", alert);
            Assert.Contains("summary: ", alert);
            var runbook = Regex.Match(alert, @"runbook_url: (infra/runbooks/[a-z-]+\.md)\n?").Groups[1].Value;
            Assert.True(runbook.Length > 0, $"{name} has no runbook");
            Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, runbook)), $"{name}: {runbook} does not exist");
            Assert.Matches(@$"alertname: {name}\n +exp_alerts:\n +- exp_labels", cases);
        }
    }

    [PrometheusFact]
    public async Task PromtoolTakesTheConfigurationAndEveryRuleFires()
    {
        foreach (var args in new[]
        {
            new[] { "check", "config", "infra/prometheus/prometheus.yml" },
            ["check", "rules", "--lint=all", "--lint-fatal", "infra/prometheus/alerts.yml"],
            ["test", "rules", "infra/prometheus/alerts.test.yml"],
        })
        {
            var (code, words) = await Promtool.RunAsync(null, args);
            Assert.True(code == 0, words);
        }
    }

    [PrometheusFact]
    public async Task PromtoolTakesWhatIsScraped()
    {
        await using var web = await WebGrid.StartAsync();
        await RawHttp.PostAsync(web.Port, "/v1/ticks", Web.BadInputs.ValidRequest.Tick(web).ToString());
        var text = (await RawHttp.GetAsync(web.Port, "/metrics")).Body;
        var (code, words) = await Promtool.RunAsync(text, "check", "metrics");
        // 1 is text that cannot be read, 3 is style
        Assert.True(code is 0 or 3, words);
        Assert.All(words.Split('\n', StringSplitOptions.RemoveEmptyEntries), word => Assert.True(
            word.EndsWith("should not have \"_count\" suffix", StringComparison.Ordinal)
            && EndInCount.Contains(word.Split(' ')[0]), word));
    }

    [Fact]
    public void TheDashboardIsWhole()
    {
        Assert.Equal(
            ["Executive overview", "Market", "Oracle", "Engine", "HTTP", "Streams", "ADL", "Orleans"],
            GrafanaDashboard.Panels.Where(GrafanaDashboard.IsRow).Select(GrafanaDashboard.Title));
        Assert.Equal(["datasource", "job", "instance", "market"], GrafanaDashboard.Json.GetProperty("templating")
            .GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()));
        var ids = GrafanaDashboard.Panels.Select(panel => panel.GetProperty("id").GetInt32()).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in GrafanaDashboard.Panels)
        {
            var place = panel.GetProperty("gridPos");
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            var (w, h) = (place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.True(x + w <= 24, GrafanaDashboard.Title(panel));
            Assert.All(from dx in Enumerable.Range(x, w) from dy in Enumerable.Range(y, h) select (dx, dy),
                cell => Assert.True(taken.Add(cell), $"{GrafanaDashboard.Title(panel)} lies over another"));
            if (!GrafanaDashboard.IsRow(panel))
            {
                Assert.NotEmpty(panel.GetProperty("description").GetString()!);
                Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            }
        }
        Assert.All(GrafanaDashboard.Queries(), query => Assert.Matches("ALERTS|instance=~\"\\$instance\"",
            query.Expression));
    }
}
