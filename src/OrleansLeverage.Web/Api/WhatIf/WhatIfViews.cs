using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.WhatIf;

/// <summary>An account as it is and as it would be, at one frame. Nothing of it is kept.</summary>
/// <param name="Orders">Whether each could be placed as the account is when its turn comes.</param>
internal sealed record WhatIfView(
    string Account, AsOfJson AsOf, long Seq, MarketFreshness Freshness, AccountJson Before, AccountJson After,
    IReadOnlyList<AdmissionView> Orders)
{
    public static WhatIfView Of(PriceFrame frame, WhatIfAnswer answer, LeverageSnapshot after) => new(
        answer.Before.Account.Value, SnapshotJson.AsOf(answer.Before.Frame, answer.Before.FrameTimeMs),
        answer.Before.Sequence, MarketFreshness.Of(frame), SnapshotJson.Of(answer.Before), SnapshotJson.Of(after),
        [.. answer.Orders.Select(AdmissionView.Of)]);
}

/// <param name="Price">At which it trades.</param>
/// <param name="Reason">The code of what forbids it; null where it is allowed.</param>
internal sealed record AdmissionView(
    string Symbol, string Side, string Contracts, string Price, bool Allowed, string? Reason, string? Detail)
{
    public static AdmissionView Of(WhatIfAdmission admission)
    {
        var (order, isAllowed) = (admission.Order, admission.Status == CommandStatus.Applied);
        return new AdmissionView(order.Instrument.Value, order.Quantity.IsLong ? "buy" : "sell",
            order.Quantity.Abs.ToString(), order.Price!.Value.ToString(), isAllowed,
            isAllowed ? null : Codes.Of(admission.Status), admission.Detail);
    }
}

/// <summary>Whether an order may be placed now. Nothing is reserved.</summary>
/// <param name="Reason">The code of the rule that forbids it; null where none does.</param>
/// <param name="Limit">What was out of range, and the bound.</param>
/// <param name="InitialMarginAfter">With the order held; null where a price is unknown.</param>
/// <param name="Remaining">Margin balance less the initial margin after; below 0 it is what is missing.</param>
/// <param name="LeverageAfter">With every open order traded at its worst; null without equity.</param>
internal sealed record CheckView(
    string Account, AsOfJson AsOf, long Seq, MarketFreshness Freshness, bool Allowed, string? Reason, string? Limit,
    string? MarginBalance, string? InitialMarginAfter, string? Remaining, double? LeverageAfter)
{
    public static CheckView Of(PriceFrame frame, AccountId account, PreTradeAnswer answer) => new(account.Value,
        SnapshotJson.AsOf(answer.Frame, frame.TimeMs), answer.Frame.Sequence, MarketFreshness.Of(frame),
        answer.MayOpen, answer.MayOpen ? null : Codes.Of(answer.LimitingRule), answer.Detail,
        Text(answer.MarginBalance), Text(answer.InitialMarginAfter),
        Text(answer.MarginBalance - answer.InitialMarginAfter), (double?)answer.LeverageAfter);

    private static string? Text(decimal? amount) => amount is { } value ? Decimals.Text(value) : null;
}
