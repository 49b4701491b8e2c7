using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api;

/// <summary>What became of one update or command.</summary>
/// <param name="Id">The command's id; null for a price.</param>
/// <param name="Code">applied, duplicate, ignored_older, quarantined:jump and so on, or a problem's code.</param>
/// <param name="Original">For a duplicate: the first answer.</param>
/// <param name="Seq">The grid's count of applied commands when this one was; null for a price.</param>
/// <param name="Detail">What was out of range, and the bound.</param>
internal sealed record ItemResult(string? Id, string Code, string? Original, long? Seq, string? Detail)
{
    public static ItemResult Of(CommandResult result) => new(result.Id.ToString(), Codes.Of(result.Status),
        result.Original is { } original ? Codes.Of(original) : null, result.Sequence, result.Detail);

    public static ItemResult Of(PriceAcceptance acceptance) => new(null, acceptance.Code(), null, null, null);

    public static ItemResult Of(Refusal refusal) => new(null, refusal.Code, null, null, refusal.Detail);
}

/// <summary>The answer to something sent: one result, or one per item in the order of the batch.</summary>
/// <param name="Code">The code of the one, or per_item.</param>
internal sealed record SentView(
    string Code, AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<ItemResult> Items)
{
    public static SentView Of(PriceFrame frame, IReadOnlyList<ItemResult> items, bool isBatch) => new(
        isBatch ? "per_item" : items[0].Code, SnapshotJson.AsOf(frame.Number, frame.TimeMs),
        items.Max(item => item.Seq) ?? frame.Number.Sequence,
        MarketFreshness.Of(frame), items);
}

/// <summary>The engine's statuses as the API's codes.</summary>
internal static class Codes
{
    /// <summary>Applied now, or before with the same content.</summary>
    public static bool IsSuccess(this CommandStatus status) =>
        status is CommandStatus.Applied or CommandStatus.Duplicate;

    /// <summary>
    /// The API has one code where the engine knows two: what is held or priced is an asset, and a balance that does not
    /// cover a withdrawal is collateral that is missing.
    /// </summary>
    public static string Of(CommandStatus status) => status switch
    {
        CommandStatus.UnknownInstrument => CommandStatus.UnknownAsset.Code(),
        CommandStatus.InsufficientBalance => CommandStatus.InsufficientCollateral.Code(),
        _ => status.Code(),
    };

    /// <summary>Of a fill: a reused id is a conflict of fills.</summary>
    public static Refusal Refusal(CommandResult result, bool isFill) => Edge.Refusal.Of(
        isFill && result.Status == CommandStatus.CommandIdReused ? "fill_conflict" : Of(result.Status),
        detail: result.Detail);
}
