namespace OrleansLeverage.Analytics.Limits;

/// <summary>
/// How an asset's initial margin follows its volatility: IM = max(floors, z·σ·√h buffered and stressed + add-ons), as a
/// fraction of notional, and the maximum leverage 1 / IM. What follows volatility alone is lax in calm and strangles in
/// a crash; the other settings are there against that. Source: quant reference §12; the three measures are those of
/// EMIR RTS 153/2013 article 28.
/// </summary>
public sealed record LeveragePolicy(string Name)
{
    /// <summary>Of the normal law: 2.3263 is 99 %.</summary>
    public double Z { get; init; } = 2.3263;

    public int HorizonDays { get; init; } = 1;

    /// <summary>No margin is below it, whatever the volatility.</summary>
    public double Floor { get; init; } = 0.02;

    /// <summary>Margin is never above it: a limit of 1x is a limit.</summary>
    public double Ceiling { get; init; } = 1.0;

    public double Decay { get; init; } = Models.EwmaVolatility.DailyDecay;

    /// <summary>Returns that seed the volatility.</summary>
    public int SeedLength { get; init; } = 30;

    /// <summary>
    /// On top of z·σ·√h in calm, used up as volatility rises: none of it is left where margin is 1 + buffer times its
    /// average over the look-back.
    /// </summary>
    public double Buffer { get; init; }

    /// <summary>Weight of stressed days: those of the largest hundredth of moves in the look-back.</summary>
    public double StressWeight { get; init; }

    /// <summary>Margin from the look-back's plain volatility is a floor.</summary>
    public bool HasLookbackFloor { get; init; }

    public int LookbackDays { get; init; } = 3650;

    /// <summary>
    /// Share of the worst day of the look-back (low or high against the close before) that margin must outlast; 0 none,
    /// 1.25 a quarter more than was ever seen.
    /// </summary>
    public double WorstDayShare { get; init; }

    /// <summary>Maintenance that is left when liquidation begins; of survival.</summary>
    public double MaintenanceRate { get; init; } = 0.005;

    /// <summary>The margin in force is kept while the new one lies within this fraction of it.</summary>
    public double Hysteresis { get; init; }

    /// <summary>Largest rise of margin in a day, as a fraction of it; null any.</summary>
    public double? StepUpMax { get; init; }

    /// <summary>Largest fall, likewise.</summary>
    public double? StepDownMax { get; init; }

    /// <summary>Added to every day's margin.</summary>
    public double AddOn { get; init; }

    /// <summary>What is added for what takes long to sell, day by day; null nothing.</summary>
    public MarketDepth? Depth { get; init; }

    /// <summary>Volatility and a floor, nothing else: what most venues' formulas come to.</summary>
    public static LeveragePolicy Naive { get; } = new("naive");

    /// <summary>The three measures, a dead band, and a step that participants can follow.</summary>
    public static LeveragePolicy AntiProcyclical { get; } = new("anti-procyclical")
    {
        Buffer = 0.25, StressWeight = 0.25, HasLookbackFloor = true, Hysteresis = 0.10, StepUpMax = 0.25,
        StepDownMax = 0.05,
    };

    /// <summary>The same, and never below what outlasts the worst day of the look-back and a quarter more.</summary>
    public static LeveragePolicy Survivor { get; } = AntiProcyclical with { Name = "survivor", WorstDayShare = 1.25 };

    public static IReadOnlyList<LeveragePolicy> All { get; } = [Naive, AntiProcyclical, Survivor];

    /// <summary>Throws with the first setting that is out of range.</summary>
    public void Check()
    {
        Require(Z is > 0.0 and < 100.0, nameof(Z), Z);
        Require(HorizonDays is >= 1 and <= 365, nameof(HorizonDays), HorizonDays);
        Require(Floor is > 0.0 and <= 1.0, nameof(Floor), Floor);
        Require(Ceiling >= Floor && double.IsFinite(Ceiling), nameof(Ceiling), Ceiling);
        Require(Decay is > 0.0 and < 1.0, nameof(Decay), Decay);
        Require(SeedLength is >= 2 and <= 1000, nameof(SeedLength), SeedLength);
        Require(Buffer is >= 0.0 and <= 10.0, nameof(Buffer), Buffer);
        Require(StressWeight is >= 0.0 and <= 1.0, nameof(StressWeight), StressWeight);
        Require(LookbackDays is >= 30, nameof(LookbackDays), LookbackDays);
        Require(WorstDayShare is >= 0.0 and <= 10.0, nameof(WorstDayShare), WorstDayShare);
        Require(MaintenanceRate is >= 0.0 and < 1.0, nameof(MaintenanceRate), MaintenanceRate);
        Require(Hysteresis is >= 0.0 and < 1.0, nameof(Hysteresis), Hysteresis);
        Require(StepUpMax is null or > 0.0, nameof(StepUpMax), StepUpMax ?? 0.0);
        Require(StepDownMax is null or > 0.0, nameof(StepDownMax), StepDownMax ?? 0.0);
        Require(AddOn is >= 0.0 and <= 1.0, nameof(AddOn), AddOn);
        Depth?.Check();
    }

    private static void Require(bool isRight, string name, double value)
    {
        if (!isRight)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} of a leverage policy is out of range");
        }
    }
}
