using OrleansLeverage.Conformance;
using Xunit;

namespace OrleansLeverage.Tests.Conformance;

/// <summary>The published cases, through the runner as a user runs it.</summary>
public sealed class PublicVectorsTests
{
    /// <summary>Every required kind with its number of public cases over all files, counted from the files.</summary>
    private static readonly Dictionary<string, int> RequiredKinds = new()
    {
        ["notional"] = 3,
        ["pnl_linear"] = 6,
        ["pnl_inverse"] = 6,
        ["unrealised_pnl"] = 1,
        ["realised_pnl_avg_cost"] = 5,
        ["initial_margin"] = 13,
        ["maintenance_margin"] = 8,
        ["maintenance_margin_netted"] = 3,
        ["margin_requirement"] = 9,
        ["tier_lookup"] = 13,
        ["tier_cum"] = 3,
        ["max_leverage_for_margin"] = 5,
        ["oi_scaled_imf"] = 3,
        ["oi_scaled_initial_margin"] = 5,
        ["liquidation_price"] = 58,
        ["liquidation_price_with_buffer"] = 3,
        ["bankruptcy_price"] = 12,
        ["is_liquidatable"] = 3,
        ["risk_predicate"] = 9,
        ["effective_leverage"] = 1,
        ["funding_payment"] = 4,
        ["funding_settlement"] = 4,
        ["adl_event_state"] = 480,
        ["adl_ranking"] = 3,
        ["adl_transfer"] = 9,
    };

    private static readonly Dictionary<string, int> RequiredTopics = new()
    {
        ["leverage_identities.json"] = 49,
        ["oracle_heartbeat.json"] = 9,
        ["adl_allocations.json"] = 45,
    };

    [Fact]
    public void EveryPublicCasePassesOrIsSkippedByName()
    {
        if (SharedData.Path("vectors") is not { } folder)
        {
            return;
        }
        var output = new StringWriter();
        var result = new ConformanceRun(SkipTable.Current, CaseMap.Current).Run(folder, output);
        Assert.True(result.Failures.Count == 0, output.ToString());
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith($"{result.Passed} passed, 0 failed, {result.Skipped} skipped", output.ToString().TrimEnd());
        foreach (var (topic, cases) in RequiredTopics)
        {
            Assert.True(cases == result.Passes.GetValueOrDefault((topic, null)), $"{topic}: {output}");
        }
        var byKind = result.Passes.Where(pass => pass.Key.Kind is not null)
            .GroupBy(pass => pass.Key.Kind!).ToDictionary(kind => kind.Key, kind => kind.Sum(pass => pass.Value));
        foreach (var (kind, cases) in RequiredKinds)
        {
            var passed = byKind.GetValueOrDefault(kind);
            Assert.True(cases == passed, $"{kind}: {passed} of {cases}");
        }
    }

    [Fact]
    public void NoRowOfTheSkipTableIsStale()
    {
        if (SharedData.Path("vectors") is not { } folder)
        {
            return;
        }
        var tables = new ReferenceTables(folder);
        var cases = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .SelectMany(path => VectorFile.Parse(Path.GetFileName(path), File.ReadAllText(path), tables).Cases ?? [])
            .ToList();
        var stale = SkipTable.Current.Rows.Where(row => !cases.Any(row.Covers));
        Assert.Empty(stale);
    }

    [Fact]
    public void NoRowOfTheSkipTableNamesARequiredKindOrTopic()
    {
        var rows = SkipTable.Current.Rows;
        // one case of a topic may be left out by its id, for a reason of its own; never a topic
        Assert.DoesNotContain(rows, row => row.Id is null && row.File is { } file && RequiredTopics.ContainsKey(file));
        Assert.DoesNotContain(rows, row => row.Kind is { } kind && RequiredKinds.ContainsKey(kind));
    }
}
