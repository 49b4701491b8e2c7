using OrleansLeverage.Analytics.Cascade;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>
/// A shock through accounts, liquidations, price impact, fund and deleveraging: the first run tick by tick, all runs
/// as a band, and what other policies would have done. Amounts in USD; a simulation, whatever it says. A function of
/// book and plan alone.
/// </summary>
public sealed record CascadeStudy(
    CascadeAssumptions Assumptions, CascadeTotals Totals, IReadOnlyList<CascadeBand> Bands,
    IReadOnlyList<BranchRow> Branching, IReadOnlyList<PolicyRow> Policies, IReadOnlyList<CascadeTickRow> Ticks)
{
    /// <summary>Σ gross / Σ equity of who has equity, before the first run; null where nobody has.</summary>
    public double? LeverageBefore { get; init; }

    /// <summary>The same after it.</summary>
    public double? LeverageAfter { get; init; }

    /// <exception cref="FormatException">A plan that is none: a word or a number out of range.</exception>
    public static CascadeStudy Of(MarketBook book, CascadePlan plan, Workload work)
    {
        const double Branching = 0.1;
        (string Policy, CascadePlan Plan)[] policies = plan.WithCounterfactuals ? [.. plan.Policies()] : [];
        var simulations = (double)(plan.Runs + policies.Length);
        var done = 0;
        Workload Next() => work.Part((1.0 - Branching) * done / simulations, (1.0 - Branching) * ++done / simulations);

        var totals = new List<CascadeTotals>();
        CascadeOutcome? first = null;
        for (var run = 0; run < plan.Runs; run++)
        {
            var outcome = Run(book, plan, run, Next());
            first ??= outcome;
            totals.Add(CascadeTotals.Of(outcome));
        }
        var rows = policies.Select(p => PolicyRow.Of(p.Policy, Run(book, p.Plan, 0, Next()))).ToArray();
        return new CascadeStudy(CascadeAssumptions.Of(plan, book), totals[0], CascadeBand.Of(totals),
            BranchRow.Of(book, plan.DepthInInterest, work.Part(1.0 - Branching, 1.0)), rows,
            [.. first!.Ticks.Select(t => CascadeTickRow.Of(t, book))])
        {
            LeverageBefore = first.LeverageBefore, LeverageAfter = first.LeverageAfter,
        };
    }

    private static CascadeOutcome Run(MarketBook book, CascadePlan plan, int run, Workload work)
    {
        var path = plan.PathOf(book.Exposures, run);
        return new CascadeSimulator(book.Exposures, plan.Settings(book, work.Workers)).Run(path, work.Cancellation,
            tick => work.Reached((double)tick / path.Length));
    }
}

/// <summary>Everything the result rests on besides the accounts.</summary>
public sealed record CascadeAssumptions(
    double Shock, int Ticks, int RampTicks, double RecoveredShare, double NoisePerTick, ulong Seed, int Runs,
    double DepthInInterest, double DepthExponent, string Impact, string Oracle, string Liquidation,
    string Deleveraging, double Fund,
    double FeeRate, double TargetRatio, double PermanentShare, double RecoveryPerTick, IReadOnlyList<string> Feeds)
{
    public static CascadeAssumptions Of(CascadePlan plan, MarketBook book)
    {
        var settings = plan.Settings(book, 1);
        var market = settings.Markets.Count > 0 ? settings.Markets[0] : new CascadeMarket { Depth = 1.0 };
        return new CascadeAssumptions(plan.Path.Move, plan.Path.Ticks, plan.Path.RampTicks, plan.Path.RecoveredShare,
            plan.Path.Deviation, plan.Seed, plan.Runs, plan.DepthInInterest, plan.DepthExponent, plan.Impact,
            plan.Oracle, plan.Liquidation, plan.Deleveraging, plan.Fund, settings.FeeRate, settings.TargetRatio,
            market.PermanentShare, market.RecoveryPerTick, book.Exposures.Feeds);
    }
}

/// <param name="DeepestFall">Of any feed's own price below the undisturbed start, as a fraction.</param>
/// <param name="ConservationError">Largest relative error of cash and units of any step.</param>
public sealed record CascadeTotals(
    int LiquidatedAccounts, double LiquidatedNotional, int Rounds, double DeepestFall, double Deficit, double FundPaid,
    double FundAfter, double DeleveragedAmount, double Overshoot, double BadDebt, double ConservationError,
    bool IsSettled, string TriggerHash)
{
    public static CascadeTotals Of(CascadeOutcome o) => new(o.LiquidatedBuckets.Count, o.LiquidatedNotional, o.Rounds,
        o.Ticks.Count == 0 ? 0.0 : Enumerable.Range(0, o.Ticks[0].OwnPrices.Count).Max(o.DeepestFall), o.Deficit,
        o.FundPaid, o.FundAfter, o.DeleveragedAmount, o.Overshoot, o.BadDebt, o.ConservationError, o.IsSettled,
        o.TriggerHash);
}

public sealed record PolicyRow(string Policy, CascadeTotals Totals)
{
    public static PolicyRow Of(string policy, CascadeOutcome outcome) => new(policy, CascadeTotals.Of(outcome));
}

/// <summary>One figure over the runs, nearest rank.</summary>
public sealed record CascadeBand(string Figure, double P5, double Median, double P95)
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
