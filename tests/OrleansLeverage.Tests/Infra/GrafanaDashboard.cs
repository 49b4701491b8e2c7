using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLeverage.Tests.Repository;

namespace OrleansLeverage.Tests.Infra;

/// <summary>One query of a panel, under the row that it is in.</summary>
internal sealed record PanelQuery(string Row, string Panel, string Expression, string Legend)
{
    /// <summary>As Prometheus is asked: Grafana's variables stand for everything, its interval for a few scrapes.
    /// </summary>
    public string Asked => Expression.Replace("$__rate_interval", "10s", StringComparison.Ordinal)
        .Replace("\"$job\"", "\".+\"", StringComparison.Ordinal)
        .Replace("\"$instance\"", "\".+\"", StringComparison.Ordinal)
        .Replace("\"$market\"", "\".+\"", StringComparison.Ordinal);

    /// <summary>The labels that the legend names.</summary>
    public IEnumerable<string> LegendLabels => Regex.Matches(Legend, @"\{\{(\w+)\}\}").Select(m => m.Groups[1].Value);
}

/// <summary>The committed dashboard.</summary>
internal static class GrafanaDashboard
{
    public const string Path = "infra/grafana/dashboards/leverage.json";

    public static JsonElement Json { get; } = JsonDocument.Parse(RepositoryFiles.File(Path).Text).RootElement;

    public static IEnumerable<JsonElement> Panels => Json.GetProperty("panels").EnumerateArray();

    public static bool IsRow(JsonElement panel) => panel.GetProperty("type").GetString() == "row";

    public static string Title(JsonElement panel) => panel.GetProperty("title").GetString()!;

    public static IReadOnlyList<PanelQuery> Queries()
    {
        var (queries, row) = (new List<PanelQuery>(), "");
        foreach (var panel in Panels)
        {
            if (IsRow(panel))
            {
                row = Title(panel);
                continue;
            }
            queries.AddRange(panel.GetProperty("targets").EnumerateArray().Select(target => new PanelQuery(row,
                Title(panel), Text(target, "expr"), Text(target, "legendFormat"))));
        }
        return queries;
    }

    private static string Text(JsonElement target, string name) => target.GetProperty(name).GetString()!;
}
