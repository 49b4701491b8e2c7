namespace OrleansLeverage.Domain.Scenarios;

/// <summary>Why margin by scenarios is not known. Listed in the order in which a portfolio is looked at.</summary>
public enum ScenarioStatus
{
    /// <summary>No scenarios, too many, or a factor that is not above 0.</summary>
    BadRules,

    /// <summary>A price, strike or forward that is not above 0.</summary>
    BadPrice,

    /// <summary>A volatility that is missing or below 0.</summary>
    BadVolatility,

    /// <summary>A confidence outside 0 to 1, a haircut or share that is none.</summary>
    BadShare,

    /// <summary>Two columns of one name.</summary>
    Duplicate,

    /// <summary>An option whose expiry has no forward.</summary>
    UnknownExpiry,

    /// <summary>A holding of something that has no column.</summary>
    UnknownInstrument,

    /// <summary>Collateral that is owed: nothing here lends it.</summary>
    NegativeCollateral,

    /// <summary>A value that is no number, or too large to be exact.</summary>
    TooLarge,
}

public static class ScenarioStatuses
{
    /// <summary>The stable machine code: snake_case, as interfaces show it.</summary>
    public static string Code(this ScenarioStatus status) => status switch
    {
        ScenarioStatus.BadRules => "bad_rules",
        ScenarioStatus.BadPrice => "bad_price",
        ScenarioStatus.BadVolatility => "bad_volatility",
        ScenarioStatus.BadShare => "bad_share",
        ScenarioStatus.Duplicate => "duplicate",
        ScenarioStatus.UnknownExpiry => "unknown_expiry",
        ScenarioStatus.UnknownInstrument => "unknown_instrument",
        ScenarioStatus.NegativeCollateral => "negative_collateral",
        ScenarioStatus.TooLarge => "too_large",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status of scenario margin"),
    };
}

/// <summary>A portfolio, market or rule for which no margin can be stated; nothing was clamped to state one.</summary>
public sealed class ScenarioException(ScenarioStatus status, string message) : ArgumentException(message)
{
    public ScenarioStatus Status { get; } = status;
}
