using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>An open order that holds margin.</summary>
/// <param name="Order">The command that reserved it.</param>
/// <param name="Timestamp">The time that the client put into the order's id, Unix milliseconds.</param>
internal sealed record OrderRow(
    string Order, string Symbol, string Side, string Contracts, string Price, long Timestamp, string Datetime)
{
    public static OrderRow Of(Reservation order) => new(order.Order.ToString(), order.Instrument.Id.Value,
        order.Quantity.IsLong ? "long" : "short", order.Quantity.Abs.ToString(), order.Price.ToString(),
        order.Order.UnixMs, SnapshotJson.Datetime(order.Order.UnixMs));
}

/// <summary>A page of applied commands, newest first.</summary>
/// <param name="IsWhole">False where the list ends and what was before is not kept any more.</param>
internal sealed record HistoryList(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, bool IsWhole, IReadOnlyList<CommandRow> Items,
    string? NextCursor) : Listed<CommandRow>(AsOf, Seq, Freshness, Items, NextCursor);

/// <summary>A command that changed the account. Durable.</summary>
/// <param name="Seq">The grid's count of applied commands when this one was.</param>
/// <param name="AccountSeq">The account's.</param>
/// <param name="Timestamp">Of the frame that it was decided at; null where that is no longer known.</param>
/// <param name="Kind">What it did, by its weightiest change: trade, deposit, withdrawal, transfer, funding, insurance,
/// order, release, import, setting.</param>
internal sealed record CommandRow(
    string CommandId, long Seq, long AccountSeq, string Frame, long? Timestamp, string? Datetime, string Kind,
    IReadOnlyList<ChangeJson> Changes)
{
    private static readonly BalanceReason[] ByWeight =
    [
        BalanceReason.Import, BalanceReason.Deposit, BalanceReason.Withdrawal, BalanceReason.Transfer,
        BalanceReason.Insurance, BalanceReason.Funding, BalanceReason.IsolatedMargin,
    ];

    public static CommandRow Of(AppliedCommand command) => new(command.Id.ToString(), command.Sequence,
        command.AccountSequence, command.Frame.ToString(), command.FrameTimeMs,
        command.FrameTimeMs is { } time ? SnapshotJson.Datetime(time) : null, KindOf(command.Events),
        [.. command.Events.Select(ChangeJson.Of)]);

    private static string KindOf(IReadOnlyList<AccountEvent> events)
    {
        var reasons = events.OfType<BalanceChanged>().Select(b => b.Reason).ToHashSet();
        foreach (var reason in ByWeight.Take(4).Where(reasons.Contains))
        {
            return SnapshotJson.Word(reason).ToLowerInvariant();
        }
        // a fill moves a position and realises or pays; a setting or a settlement leaves its contracts as they are
        if (reasons.Overlaps([BalanceReason.RealisedProfit, BalanceReason.Fee]))
        {
            return "trade";
        }
        foreach (var reason in ByWeight.Where(reasons.Contains))
        {
            return SnapshotJson.Word(reason).ToLowerInvariant();
        }
        return events.Any(e => e is OrderReserved) ? "order"
            : events.Any(e => e is OrderReleased) ? "release"
            : events.Any(e => e is PositionChanged { After.Quantity.IsZero: false }) ? "trade"
            : "setting";
    }
}

/// <summary>One change of an account; members that do not belong to its kind are null.</summary>
/// <param name="Kind">balance, position, order_reserved, order_released or episode.</param>
/// <param name="Reason">Of a balance: deposit, withdrawal, transfer, realised_profit, fee, funding, isolated_margin,
/// import, insurance.</param>
/// <param name="Contracts">Signed, after the change.</param>
internal sealed record ChangeJson(string Kind, string? Asset, string? Delta, string? After, string? Reason,
    string? Symbol, string? Contracts, string? EntryPrice, string? RealizedPnl, string? Order, string? Tier)
{
    public static ChangeJson Of(AccountEvent change) => change switch
    {
        BalanceChanged balance => None("balance") with
        {
            Asset = balance.Asset.Id.Value, Delta = Exact.Text(balance.Delta), After = Exact.Text(balance.After),
            Reason = SnapshotJson.Word(balance.Reason).ToLowerInvariant(),
        },
        PositionChanged { After: var position } => None("position") with
        {
            Symbol = position.Instrument.Id.Value, Contracts = position.Quantity.ToString(),
            EntryPrice = position.EntryPrice is { } price
                ? Decimals.Text(decimal.Round(price, Decimals.ScaleMax))
                : null,
            RealizedPnl = Exact.Text(position.RealisedProfit),
        },
        OrderReserved { Reservation: var order } => None("order_reserved") with
        {
            Order = order.Order.ToString(), Symbol = order.Instrument.Id.Value,
            Contracts = order.Quantity.ToString(), EntryPrice = order.Price.ToString(),
        },
        OrderReleased released => None("order_released") with { Order = released.Order.ToString() },
        EpisodeChanged episode => None("episode") with { Tier = SnapshotJson.Word(episode.After.Raised) },
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.GetType().Name, "is not shown"),
    };

    private static ChangeJson None(string kind) =>
        new(kind, null, null, null, null, null, null, null, null, null, null);
}

/// <summary>A line that the account crossed, confirmed exactly and durable before it was told.</summary>
internal sealed record TriggerRow(
    long Sequence, string Account, string Kind, string Tier, string Frame, long Timestamp, string Datetime,
    string Equity, string MarginBalance, string MaintenanceMargin, string Notional)
{
    public static TriggerRow Of(Trigger trigger) => new(trigger.Sequence, trigger.Account.Value,
        SnapshotJson.Word(trigger.Kind), SnapshotJson.Word(trigger.Tier), trigger.Frame.ToString(),
        trigger.FrameTimeMs, SnapshotJson.Datetime(trigger.FrameTimeMs), Decimals.Text(trigger.Equity),
        Decimals.Text(trigger.MarginBalance), Decimals.Text(trigger.MaintenanceMargin),
        Decimals.Text(trigger.GrossNotional));
}
