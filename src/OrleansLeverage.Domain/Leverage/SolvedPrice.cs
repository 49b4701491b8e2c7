namespace OrleansLeverage.Domain;

/// <summary>Why a solved price is what it is.</summary>
public enum SolvedReason
{
    /// <summary>There is a price and it is an ordinary one.</summary>
    Solved,

    /// <summary>No fall can reach the line: the solver's price is 0, interfaces show null.</summary>
    FullyCollateralised,

    /// <summary>No rise can reach the line.</summary>
    NeverReached,

    /// <summary>Already past the line, and no price of this feed alone brings the account back.</summary>
    NoSolution,

    /// <summary>Nothing is held.</summary>
    NoPosition,

    /// <summary>A price the account depends on has not been measured.</summary>
    PriceUnknown,

    /// <summary>
    /// Margin is that of the worst scenario: not solved here, or an option, for which its underlying's price says it.
    /// </summary>
    ByScenarios,

    /// <summary>Margin is that of scenarios, and the account is past its line now.</summary>
    PastLine,

    /// <summary>No line between a hundredth of the price and a hundred times it.</summary>
    NotWithinRange,
}

/// <summary>A liquidation or bankruptcy price, or the reason why there is none.</summary>
public readonly record struct SolvedPrice(decimal? Value, SolvedReason Reason)
{
    /// <summary>What interfaces show: null unless a price can really be met.</summary>
    public decimal? Shown => Reason == SolvedReason.Solved ? Value : null;

    public static SolvedPrice At(decimal value) => new(value, SolvedReason.Solved);

    public static SolvedPrice None(SolvedReason reason) =>
        new(reason == SolvedReason.FullyCollateralised ? 0m : null, reason);
}
