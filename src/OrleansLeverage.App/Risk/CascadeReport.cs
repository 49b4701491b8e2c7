using System.Globalization;
using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.App.Output;
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
    public static CascadeReport Of(MarketBook book, CascadePlan plan, CancellationToken cancellation)
    {
        var outcomes = new List<CascadeTotals>();
        CascadeOutcome? first = null;
        for (var run = 0; run < plan.Runs; run++)
        {
            var outcome = Run(book, plan, run, cancellation);
            first ??= outcome;
            outcomes.Add(CascadeTotals.Of(outcome));
        }
        var policies = plan.WithCounterfactuals
            ? plan.Policies().Select(p => PolicyRow.Of(p.Policy, Run(book, p.Plan, 0, cancellation))).ToArray()
            : [];
        return new CascadeReport("leverage-cascade/1", book.Source, SnapshotJson.Datetime(book.Frame.TimeMs),
            book.Accounts.Count, CascadeAssumptions.Of(plan, book), outcomes[0], CascadeBand.Of(outcomes),
            BranchRow.Of(book, plan.DepthInInterest, plan.Workers), policies,
            [.. first!.Ticks.Select(t => CascadeTickRow.Of(t, book))]);
    }

    /// <summary>A row per tick, with the prices of every feed at the end.</summary>
    public ReportTable Rows()
    {
        var feeds = Assumptions.Feeds;
        var table = new ReportTable([.. CascadeTickRow.Names, .. feeds.Select(f => $"{f} own"),
            .. feeds.Select(f => $"{f} mark")]);
        foreach (var tick in Ticks)
        {
            table.Add([.. tick.Cells(), .. tick.OwnPrices.Cast<object>(), .. tick.Marks.Cast<object>()]);
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

    private static CascadeOutcome Run(MarketBook book, CascadePlan plan, int run, CancellationToken cancellation) =>
        new CascadeSimulator(book.Exposures, plan.Settings(book)).Run(plan.PathOf(book.Exposures, run), cancellation);
}

/// <summary>Everything the result rests on besides the accounts.</summary>
internal sealed record CascadeAssumptions(
    double Shock, int Ticks, int RampTicks, double RecoveredShare, double NoisePerTick, ulong Seed, int Runs,
    double DepthInInterest, double DepthExponent, string Impact, string Oracle, string Liquidation,
    string Deleveraging, double Fund,
    double FeeRate, double TargetRatio, double PermanentShare, double RecoveryPerTick, IReadOnlyList<string> Feeds)
{
    public static CascadeAssumptions Of(CascadePlan plan, MarketBook book)
    {
        var settings = plan.Settings(book);
        var market = settings.Markets.Count > 0 ? settings.Markets[0] : new CascadeMarket { Depth = 1.0 };
        return new CascadeAssumptions(plan.Path.Move, plan.Path.Ticks, plan.Path.RampTicks, plan.Path.RecoveredShare,
            plan.Path.Deviation, plan.Seed, plan.Runs, plan.DepthInInterest, plan.DepthExponent, plan.Impact,
            plan.Oracle == OraclePolicy.OwnBook ? "own-book" : "median", plan.Liquidation.ToString().ToLowerInvariant(),
            plan.Deleveraging, plan.Fund, settings.FeeRate, settings.TargetRatio, market.PermanentShare,
            market.RecoveryPerTick, book.Exposures.Feeds);
    }
}

/// <param name="DeepestFall">Of any feed's own price below the undisturbed start, as a fraction.</param>
/// <param name="ConservationError">Largest relative error of cash and units of any step.</param>
internal sealed record CascadeTotals(
    int LiquidatedAccounts, double LiquidatedNotional, int Rounds, double DeepestFall, double Deficit, double FundPaid,
    double FundAfter, double DeleveragedAmount, double Overshoot, double BadDebt, double ConservationError,
    bool IsSettled, string TriggerHash)
{
    public static CascadeTotals Of(CascadeOutcome o) => new(o.LiquidatedBuckets.Count, o.LiquidatedNotional, o.Rounds,
        o.Ticks.Count == 0 ? 0.0 : Enumerable.Range(0, o.Ticks[0].OwnPrices.Count).Max(o.DeepestFall), o.Deficit,
        o.FundPaid, o.FundAfter, o.DeleveragedAmount, o.Overshoot, o.BadDebt, o.ConservationError, o.IsSettled,
        o.TriggerHash);
}

internal sealed record PolicyRow(string Policy, CascadeTotals Totals)
{
    public static PolicyRow Of(string policy, CascadeOutcome outcome) => new(policy, CascadeTotals.Of(outcome));
}

/// <summary>One figure over the runs, nearest rank.</summary>
internal sealed record CascadeBand(string Figure, double P5, double Median, double P95)
{
    public static IReadOnlyList<CascadeBand> Of(IReadOnlyList<CascadeTotals> runs) =>
    [
        Of("accounts liquidated", runs.Select(r => (double)r.LiquidatedAccounts)),
        Of("notional liquidated", runs.Select(r => r.LiquidatedNotional)),
        Of("deepest fall of a feed", runs.Select(r => r.DeepestFall)),
        Of("deficit", runs.Select(r => r.Deficit)),
        Of("taken from winners", runs.Select(r => r.DeleveragedAmount)),
        Of("bad debt", runs.Select(r => r.BadDebt)),
    ];

    private static CascadeBand Of(string figure, IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        double At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        return new CascadeBand(figure, At(0.05), At(0.5), At(0.95));
    }
}

internal sealed record CascadeTickRow(
    int Tick, int Rounds, int Liquidations, double LongsSold, double ShortsBought, int Bankruptcies, double Deficit,
    int Deleveraged, double DeleveragedAmount, double Fund, double BadDebt, IReadOnlyList<double> OwnPrices,
    IReadOnlyList<double> Marks)
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "tick", "rounds", "liquidations", "longsSold", "shortsBought", "bankruptcies", "deficit", "deleveraged",
        "deleveragedAmount", "fund", "badDebt",
    ];

    public static CascadeTickRow Of(CascadeTick t, MarketBook book) => new(t.Tick, t.Rounds, t.Liquidations,
        t.LongsSold, t.ShortsBought, t.Bankruptcies, t.Deficit, t.Deleveraged, t.DeleveragedAmount, t.Fund, t.BadDebt,
        [.. t.OwnPrices.Take(book.Exposures.Feeds.Count)], t.Marks);

    public object[] Cells() =>
    [
        Tick, Rounds, Liquidations, LongsSold, ShortsBought, Bankruptcies, Deficit, Deleveraged, DeleveragedAmount,
        Fund, BadDebt,
    ];
}
