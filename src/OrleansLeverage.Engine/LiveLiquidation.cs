using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>What becomes of a loss that the insurance fund cannot pay.</summary>
public enum ResidualLoss : byte
{
    /// <summary>The position stays and waits for deleveraging, whose trigger is exactly this.</summary>
    Deleverage,

    /// <summary>
    /// The position is closed, and holders who gain in the same market pay in proportion to their gain.
    /// </summary>
    ShareByGain,
}

/// <summary>
/// A grid that liquidates by itself, under the rules in force (<see cref="RiskRules.Liquidation"/>): what is triggered
/// is closed against the desk by ordinary fills, fees go to the insurance fund and claims come from it. All of one
/// account's liquidation at a frame is durable together or not at all, and is decided from durable state alone: after
/// a crash it is not done twice, and goes on.
/// </summary>
public sealed record LiveLiquidation
{
    /// <summary>
    /// The account that takes positions over, as any counterparty: it needs collateral of its own. A takeover that it
    /// cannot carry is refused and tried again.
    /// </summary>
    public required AccountId Desk { get; init; }

    public ResidualLoss Residual { get; init; } = ResidualLoss.Deleverage;

    /// <summary>Accounts dealt with between two frames, 1 to 4096; the others follow at the next.</summary>
    public int AccountsAtOnce { get; init; } = 64;

    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(AccountsAtOnce, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(AccountsAtOnce, 4096);
        if (!AccountId.IsValid(Desk.Value) || !Enum.IsDefined(Residual))
        {
            throw new ArgumentOutOfRangeException(nameof(Desk), $"{Desk}, {Residual}", "no account or no such policy");
        }
    }
}

/// <summary>What a grid that liquidates by itself has done since it was opened.</summary>
/// <param name="Liquidations">Accounts that something was closed of, counted once per frame.</param>
/// <param name="Closes">Fills against the desk.</param>
/// <param name="Waiting">Closes that were left to deleveraging.</param>
/// <param name="Shared">Payments of holders who share losses.</param>
public readonly record struct LiquidationTotals(long Liquidations, long Closes, long Waiting, long Shared);
