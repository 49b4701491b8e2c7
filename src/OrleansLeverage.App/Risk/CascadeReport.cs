using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Risk;

/// <summary>
/// What <c>cascade</c> says: the first run tick by tick, all runs as a band, and what other policies would have done.
/// Amounts in USD; a simulation, whatever it says.
/// </summary>
internal sealed record CascadeReport(
    string Schema, string Source, string AsOf, int Accounts, CascadeAssumptions Assumptions, CascadeTotals Totals,
    IReadOnlyList<CascadeBand> Bands, IReadOnlyList<BranchRow> Branching, IReadOnlyList<PolicyRow> Policies,
    IReadOnlyList<CascadeTickRow> Ticks)
{
    public static CascadeReport Of(MarketBook book, CascadePlan plan, Workload work)
    {
        var study = CascadeStudy.Of(book, plan, work);
        return new CascadeReport("leverage-cascade/1", book.Source, SnapshotJson.Datetime(book.Frame.TimeMs),
            book.Accounts, study.Assumptions, study.Totals, study.Bands, study.Branching, study.Policies, study.Ticks);
    }

    /// <summary>A row per tick, with the prices of every feed at the end.</summary>
    public ReportTable Rows()
    {
        var feeds = Assumptions.Feeds;
        var table = new ReportTable([.. CascadeTickRow.Names, .. feeds.Select(f => $"{f} own"),
            .. feeds.Select(f => $"{f} mark")]);
        foreach (var tick in Ticks)
        {
            table.Add([.. tick.Cells(), .. tick.OwnPrices.Cast<object?>(), .. tick.Marks.Cast<object?>()]);
        }
        return table;
    }

    public void WriteTo(TextWriter output)
    {
        var a = Assumptions;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Accounts} accounts ({Source}) as of {AsOf}; a simulation: {a.Shock:P1} over {a.RampTicks} of {a.Ticks} "
            + $"ticks, depth {a.DepthInInterest} open interests, {a.Impact} impact, oracle {a.Oracle}, {a.Liquidation} "
            + $"liquidation, deleveraging {a.Deleveraging}, fund {a.Fund:N0} USD, seed {a.Seed}"));
        output.WriteLine();
        var busy = Ticks.Where(t => t.Rounds > 0).ToList();
        var ticks = new ReportTable("tick", "rounds", "liquidations", "longs sold", "shorts bought", "bankrupt",
            "deficit", "deleveraged", "fund", "bad debt");
        foreach (var t in busy.OrderByDescending(t => t.LongsSold + t.ShortsBought).Take(15).OrderBy(t => t.Tick))
        {
            ticks.Add(t.Tick, t.Rounds, t.Liquidations, t.LongsSold, t.ShortsBought, t.Bankruptcies, t.Deficit,
                t.DeleveragedAmount, t.Fund, t.BadDebt);
        }
        output.WriteLine($"the {ticks.Count} largest of {busy.Count} ticks with liquidations");
        output.Write(ticks.ToText());
        output.WriteLine();
        var bands = new ReportTable("figure", "p5", "median", "p95");
        foreach (var band in Bands)
        {
            bands.Add(band.Figure, band.P5, band.Median, band.P95);
        }
        output.Write(bands.ToText());
        output.WriteLine();
        output.WriteLine("liquidations that one causes, where that is most (1 runs away)");
        var branching = new ReportTable("feed", "move", "branching ratio");
        foreach (var branch in Branching)
        {
            branching.Add(branch.Feed, branch.Move, branch.Ratio);
        }
        output.Write(branching.ToText());
        if (Policies.Count > 0)
        {
            output.WriteLine();
            var policies = new ReportTable("policy", "accounts", "liquidated", "deepest fall", "deficit",
                "taken from winners", "overshoot", "bad debt");
            foreach (var p in Policies)
            {
                policies.Add(p.Policy, p.Totals.LiquidatedAccounts, p.Totals.LiquidatedNotional, p.Totals.DeepestFall,
                    p.Totals.Deficit, p.Totals.DeleveragedAmount, p.Totals.Overshoot, p.Totals.BadDebt);
            }
            output.Write(policies.ToText());
        }
        output.WriteLine();
        output.WriteLine($"triggers {Totals.TriggerHash}"
            + (Totals.IsSettled ? "" : "; NOT SETTLED: a tick ran out of rounds"));
    }
}
