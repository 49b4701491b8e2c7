namespace OrleansLeverage.Domain;

/// <summary>Caps on leverage, asked wherever something would add risk.</summary>
public sealed partial class Account
{
    /// <summary>Refused where the limits in force stop the instrument; asked before prices are.</summary>
    private static Decision? StopProblem(Instrument instrument, PriceFrame frame) =>
        frame.Universe.Rules.Leverage?.StopOf(instrument) is { } stop
            ? Decision.Refused(CommandStatus.ReduceOnly, stop)
            : null;

    /// <summary>Refused where <paramref name="after"/>, whose prices are known, passes a cap.</summary>
    private static Decision? CapProblem(Account after, Instrument instrument, PriceFrame frame) =>
        frame.Universe.Rules.Leverage is { } limits
        && limits.Excess(AccountValuation.Of(after, frame), instrument) is { } excess
            ? Decision.Refused(CommandStatus.PositionLimit, excess)
            : null;
}
