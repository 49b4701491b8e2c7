namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>What a strip lacks. The first four make it incomplete, the others are warnings.</summary>
[Flags]
public enum StripLacks
{
    None = 0,
    FewPairedStrikes = 1,
    WideGap = 2,
    PutWing = 4,
    CallWing = 8,

    /// <summary>Strikes further apart than <see cref="CompletenessRule.GapWarning"/>: the sum overstates.</summary>
    CoarseStrikes = 16,

    /// <summary>Quotes that were refused: crossed, one-sided, negative, no numbers.</summary>
    DiscardedQuotes = 32,
}

/// <summary>What a strip must have to be an index. Gaps are fractions of K0, inside the wings.</summary>
public sealed record CompletenessRule
{
    public static CompletenessRule Standard { get; } = new();

    public int PairedStrikesMin { get; init; } = 10;

    /// <summary>
    /// A flat 60 % strip of 8 % spacing reads 1.2 points too high; the stored chain of 26 March 2021, with a hole of
    /// 17 % at the money, reads 60.
    /// </summary>
    public double GapMax { get; init; } = 0.10;

    public double GapWarning { get; init; } = 0.03;

    /// <summary>|forward delta| that the last put and the last call must have come down to.</summary>
    public double WingDeltaMax { get; init; } = 0.05;
}

/// <summary>How much of the strip was there.</summary>
/// <param name="PairedStrikes">Strikes with a bid call and a bid put.</param>
/// <param name="WidestGap">
/// Largest distance of two neighbours of which one has at least the wings' delta, in units of K0.
/// </param>
/// <param name="PutWingDelta">|forward delta| of the lowest strike used, at its own volatility.</param>
public sealed record StripCompleteness(
    int PairedStrikes, double WidestGap, double LowestStrike, double HighestStrike, double PutWingDelta,
    double CallWingDelta, int Discarded, StripLacks Lacks)
{
    public const string IncompleteCode = "chain_incomplete";

    private const StripLacks Fatal =
        StripLacks.FewPairedStrikes | StripLacks.WideGap | StripLacks.PutWing | StripLacks.CallWing;

    public bool IsComplete => (Lacks & Fatal) == StripLacks.None;
}
