namespace OrleansLeverage.Domain;

/// <summary>Caps on leverage, asked wherever something would add risk.</summary>
public sealed partial class Account
{
    /// <summary>Refused where the limits in force stop the instrument; asked before prices are.</summary>
    private static Decision? StopProblem(Instrument instrument, PriceFrame frame, bool isFill = false) =>
        frame.Universe.Rules.Leverage is { } limits && (limits.Fills || !isFill)
        && limits.StopOf(instrument) is { } stop
            ? Decision.Refused(CommandStatus.ReduceOnly, stop)
            : null;

    /// <summary>Refused where the venue isolates every position and this one is not, or none and this one is.</summary>
    private static Decision? ModeProblem(MarginMode mode, PriceFrame frame) => frame.Universe.Rules.Isolation switch
    {
        IsolationTerms.Only when mode != MarginMode.Isolated =>
            Decision.Refused(CommandStatus.MarginModeNotOffered, "positions are isolated here"),
        IsolationTerms.None when mode == MarginMode.Isolated =>
            Decision.Refused(CommandStatus.MarginModeNotOffered, "no position is isolated here"),
        _ => null,
    };

    /// <summary>Refused where <paramref name="after"/>, whose prices are known, passes a cap.</summary>
    private static Decision? CapProblem(Account after, Instrument instrument, PriceFrame frame) =>
        frame.Universe.Rules.Leverage is { } limits
        && limits.Excess(AccountValuation.Of(after, frame), instrument.Base.Id, withOrders: true) is { } excess
            ? Decision.Refused(CommandStatus.LeverageCap, excess)
            : null;

    /// <summary>The same of a trade: what cannot be valued cannot be shown to keep a cap.</summary>
    private static Decision? FillCapProblem(Account after, Instrument instrument, PriceFrame frame)
    {
        if (frame.Universe.Rules.Leverage is not { Fills: true, HasCaps: true } limits)
        {
            return null;
        }
        var valuation = AccountValuation.Of(after, frame);
        return !valuation.IsKnown ? Decision.Refused(CommandStatus.OracleStale, valuation.MissingFeed?.Id.Value)
            : limits.Excess(valuation, instrument.Base.Id, withOrders: false) is { } excess
                ? Decision.Refused(CommandStatus.LeverageCap, excess)
                : null;
    }

    /// <summary>Refused where what leaves would leave the account above a cap on anything it holds.</summary>
    private static Decision? OutgoingCapProblem(Account after, PriceFrame frame) =>
        frame.Universe.Rules.Leverage is { HasCaps: true } limits
        && limits.Excess(AccountValuation.Of(after, frame), null, withOrders: true) is { } excess
            ? Decision.Refused(CommandStatus.LeverageCap, excess)
            : null;
}
