namespace OrleansLeverage.Analytics.Cascade;

/// <summary>One tick of a cascade; amounts in USD.</summary>
/// <param name="Rounds">Rounds that liquidated somebody.</param>
/// <param name="Deficit">Left by accounts that closed below zero in this tick.</param>
/// <param name="Deleveraged">Winners who paid, in number of times.</param>
/// <param name="BadDebt">Paid by nobody, since the beginning.</param>
/// <param name="ConservationError">Largest relative error of cash or units over the tick's steps.</param>
public sealed record CascadeTick(
    int Tick, IReadOnlyList<double> OwnPrices, IReadOnlyList<double> Marks, int Rounds, int Liquidations,
    double LongsSold, double ShortsBought, int Bankruptcies, double Deficit, int Deleveraged,
    double DeleveragedAmount, double Fund, double BadDebt, double ConservationError)
{
    public double Liquidated => LongsSold + ShortsBought;
}

/// <summary>One account was looked at below its line: the unit of the ordered trigger list.</summary>
/// <param name="Share">Of its positions that was closed.</param>
public readonly record struct CascadeTrigger(int Tick, int Round, int Bucket, double Share);

/// <param name="TriggerHash">SHA-256 over the triggers in their order.</param>
/// <param name="LiquidatedBuckets">Buckets that were liquidated at least once.</param>
/// <param name="IsSettled">False where a tick ran out of rounds.</param>
public sealed record CascadeOutcome(
    IReadOnlyList<CascadeTick> Ticks, IReadOnlyList<CascadeTrigger> Triggers, string TriggerHash,
    IReadOnlyList<int> LiquidatedBuckets, double FundBefore, double FundAfter, double BadDebt, double Deficit,
    double DeleveragedAmount, double Fees, bool IsSettled)
{
    public double LiquidatedNotional => Ticks.Sum(t => t.Liquidated);

    public int Rounds => Ticks.Sum(t => t.Rounds);

    public double ConservationError => Ticks.Select(t => t.ConservationError).DefaultIfEmpty(0.0).Max();

    /// <summary>
    /// Taken from winners beyond what was missing; 0 for a rule that takes what is missing, and by contracts.
    /// </summary>
    public required double Overshoot { get; init; }

    /// <summary>What the fund paid towards deficits.</summary>
    public required double FundPaid { get; init; }

    /// <summary>
    /// Σ gross / Σ equity of who has equity, at the marks before the first tick; null where nobody has.
    /// </summary>
    public double? LeverageBefore { get; init; }

    /// <summary>The same at the end.</summary>
    public double? LeverageAfter { get; init; }

    /// <summary>Relative fall of a feed's own price from the first tick to its lowest.</summary>
    public double DeepestFall(int feed) =>
        Ticks.Count == 0 ? 0.0 : 1.0 - Ticks.Min(t => t.OwnPrices[feed]) / Ticks[0].OwnPrices[feed];
}
