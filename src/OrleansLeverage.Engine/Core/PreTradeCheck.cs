using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// May this order open? Decided as <see cref="ReserveOrder"/> would be, on committed state, changing nothing.
/// </summary>
internal static class PreTradeCheck
{
    public static PreTradeAnswer Answer(Account? account, PreTradeQuestion question, PriceFrame frame)
    {
        if (account is null)
        {
            return new PreTradeAnswer(false, CommandStatus.UnknownAccount, null, frame.Number, null, null, null);
        }
        var decision = account.Decide(new ReserveOrder(default, account.Id, question.Instrument, question.Quantity,
            question.Price), frame);
        if (frame.Universe.Instrument(question.Instrument) is not { } instrument)
        {
            return new PreTradeAnswer(false, decision.Status, decision.Detail, frame.Number, null, null, null);
        }
        var after = account.Copy();
        after.Apply(new OrderReserved(new Reservation(default, instrument, question.Quantity, question.Price)));
        var valuation = AccountValuation.Of(after, frame);
        var open = decision.Status == CommandStatus.Applied;
        if (!valuation.IsKnown)
        {
            return new PreTradeAnswer(open, decision.Status, decision.Detail, frame.Number, null, null, null);
        }
        var worst = 0m;
        foreach (var position in valuation.Positions)
        {
            worst += Math.Max(position.Notional, position.OrderNotional);
        }
        return new PreTradeAnswer(open, decision.Status, decision.Detail, frame.Number, valuation.InitialMargin,
            valuation.InitialBalance,
            valuation.Equity > 0m ? worst / valuation.Equity : null);
    }
}
