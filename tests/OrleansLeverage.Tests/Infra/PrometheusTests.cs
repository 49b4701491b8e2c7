using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Infra;

/// <summary>
/// The server, scraped by Debian's Prometheus with the committed configuration and rules, and every expression of the
/// committed dashboard asked as Grafana would.
/// </summary>
public sealed class PrometheusTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>What some panels must show, to the label: panel, label, values that are among those of its series.
    /// </summary>
    private static readonly (string Panel, string Label, string[] Values)[] Shown =
    [
        ("Condition", "status", ["ready"]),
        ("Leverage by side", "side", ["long", "short"]),
        ("Notional by side", "side", ["long", "short"]),
        ("Leverage by market", "market", ["BTC-USD", "ETH-USD"]),
        ("Accounts by tier", "status", ["warning", "margin_call", "liquidation", "bankrupt", "unknown"]),
        ("Liquidated", "side", ["long"]),
        ("Liquidated", "market", ["BTC-USD-PERP"]),
        ("Inhibited", "status", ["liquidation", "deleveraging", "withdrawal"]),
        ("Why", "reason", ["too_old", "insufficient_sources", "jump_held"]),
        ("Prices judged", "status", ["applied"]),
        ("Requests by route", "http_route", ["/v1/accounts/{id}", "/v1/system", "/v1/fills", "/v1/ticks"]),
        ("Answers by status", "http_response_status_code", ["200", "404"]),
        ("Inputs refused", "reason", ["not_found"]),
        ("Commands by status", "status", ["applied"]),
        ("Collector", "gc_heap_generation", ["gen0", "gen1", "gen2"]),
        ("Memory", "kind", ["rows", "exact"]),
        ("Plans executed", "market", ["BTC-USD-PERP"]),
    ];

    [PrometheusFact]
    public async Task EveryPanelAndEveryAlertAnswers()
    {
        await using var grid = await BusyGrid.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(grid.Address);
        await UntilAsync(async () => (await prometheus.QueryAsync("leveragegrid_frame_count_total")).Count == 1
            && (await prometheus.QueryAsync("leveragegrid_fill_applied_total > 0")).Count == 1, "nothing is scraped");
        await grid.FallAsync();

        var queries = GrafanaDashboard.Queries();
        var open = queries.Where(query => query.Row != "Orleans").ToList();
        await UntilAsync(async () =>
        {
            var silent = new List<PanelQuery>();
            foreach (var query in open)
            {
                if ((await prometheus.QueryAsync(query.Asked)).All(series => double.IsNaN(series.Value)))
                {
                    silent.Add(query);
                }
            }
            open = silent;
            return open.Count == 0;
        }, "", () => "no series: " + string.Join("; ", open.Select(query => $"{query.Panel}: {query.Asked}")));

        var answers = new Dictionary<PanelQuery, IReadOnlyList<Series>>();
        foreach (var query in queries)
        {
            answers[query] = await prometheus.QueryAsync(query.Asked);
            Assert.All(answers[query], series => Assert.All(query.LegendLabels,
                label => Assert.True(series.Labels.ContainsKey(label) || series.Labels.Count == 0,
                    $"{query.Panel} has no {label}")));
        }
        foreach (var (panel, label, values) in Shown)
        {
            var seen = answers.Where(row => row.Key.Panel == panel).SelectMany(row => row.Value)
                .Select(series => series.Labels.GetValueOrDefault(label)).ToHashSet();
            Assert.True(values.All(seen.Contains), $"{panel}: {label} is {string.Join(", ", seen)}");
        }
        foreach (var panel in new[] { "Age of prices", "State", "Deviation", "Price changes", "Clock skew" })
        {
            Assert.Equal(grid.Feeds.Order(StringComparer.Ordinal), answers.Where(row => row.Key.Panel == panel)
                .SelectMany(row => row.Value).Select(series => series.Labels["market"]).Order(StringComparer.Ordinal));
        }
        output.WriteLine($"{queries.Count} expressions, {answers.Sum(row => row.Value.Count)} series");
        await AlertsAnswerAsync(prometheus);
    }

    /// <summary>Every rule is evaluated without a fault and of series that exist; those fire that should.</summary>
    private async Task AlertsAnswerAsync(PrometheusServer prometheus)
    {
        var firing = new List<string>();
        await UntilAsync(async () =>
        {
            firing = [.. (await prometheus.QueryAsync("ALERTS{alertstate=\"firing\"}"))
                .Select(series => series.Labels["alertname"]).Distinct().Order(StringComparer.Ordinal)];
            return firing.SequenceEqual(["AdlFired", "FillConflicts"]);
        }, "", () => $"firing are {string.Join(", ", firing)}");
        var rules = (await prometheus.RulesAsync()).EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray()
                .Select(rule => (Group: group.GetProperty("name").GetString(), Rule: rule))).ToArray();
        Assert.Equal(39, rules.Length);
        foreach (var (group, rule) in rules)
        {
            var name = rule.GetProperty("name").GetString();
            Assert.Equal((name, "ok"), (name, rule.GetProperty("health").GetString()));
            var query = rule.GetProperty("query").GetString()!;
            await prometheus.QueryAsync(query);
            foreach (Match metric in Regex.Matches(query, @"\b(leveragegrid|http_server|dotnet|job:)[a-z0-9_:]+"))
            {
                // nobody was slow and nothing failed: these have no series before the first time
                if (group != "cluster" && !metric.Value.StartsWith("job:", StringComparison.Ordinal)
                    && metric.Value != "leveragegrid_stream_dropped_total")
                {
                    Assert.True((await prometheus.QueryAsync(metric.Value)).Count > 0, $"{name}: no {metric.Value}");
                }
            }
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what, Func<string>? words = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, words?.Invoke() ?? what);
            await Task.Delay(250);
        }
    }
}
