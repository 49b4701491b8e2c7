using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>
/// Accounts in an order, a page at a time. A page goes on after the last account of the one before, by the figure it
/// had there: whoever still has that figure is met once, whatever happened to the others. For a complete walk sort by
/// id, which never changes.
/// </summary>
internal sealed class AccountListEndpoint(ILeverageGrid grid)
{
    private const string ListName = "accounts";

    private static readonly QueryParameter[] Bounds =
        [.. AccountFilters.Bounds, ReadParameters.Limit, ReadParameters.Cursor, ReadParameters.Format];

    public static readonly IReadOnlyList<QueryParameter> Parameters =
        [AccountFilters.Sort("risk"), AccountFilters.Tier, .. Bounds];

    public static readonly IReadOnlyList<QueryParameter> AtRiskParameters = Bounds;

    public Task<Look> GetAsync(HttpContext context, ReadQuery query) => ListAsync(context, query, null);

    public Task<Look> GetAtRiskAsync(HttpContext context, ReadQuery query) =>
        ListAsync(context, query, AccountFilters.AtRisk);

    /// <param name="tiers">Those that the list is of; null for those that are asked for.</param>
    private async Task<Look> ListAsync(HttpContext context, ReadQuery query, IReadOnlyCollection<RiskTier>? tiers)
    {
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_supported");
        }
        var (asked, fault) = AccountFilters.Of(query, grid.Universe);
        if (fault is not null)
        {
            return fault;
        }
        AccountPlace? after = null;
        if (query.CursorText is { } cursor && (after = Place(cursor, asked.Order)) is null)
        {
            return Refusal.Of("bad_cursor", "cursor");
        }
        var listing = await reads.ListAsync(asked with
        {
            Tiers = tiers ?? asked.Tiers, After = after, CountMax = query.Limit,
        }, context.RequestAborted);
        return listing is null ? Refusal.Of("not_measured")
            : Look.Of($"{listing.Frame}{ReachView.Of(listing).Version()}", () => View(listing, asked.Order));
    }

    private AccountList View(AccountListing listing, AccountOrder order)
    {
        var frame = grid.Frame;
        var stamp = Stamp.Of(listing.Frame, listing.FrameTimeMs, frame);
        return new AccountList(stamp.AsOf, stamp.Seq, stamp.Freshness, ReachView.Of(listing),
            Math.Max(0, frame.TimeMs - listing.FrameTimeMs), listing.Accounts, [.. listing.Items.Select(AccountRow.Of)],
            listing.Next is { } next ? Cursor.Of(ListName, AccountFilters.Word(order),
                BitConverter.DoubleToInt64Bits(next.Key).ToString("x", CultureInfo.InvariantCulture),
                next.Account.Value) : null);
    }

    private static AccountPlace? Place(string cursor, AccountOrder order) =>
        Cursor.Words(cursor, ListName, 3) is [var by, var bits, var id] && by == AccountFilters.Word(order)
        && long.TryParse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
        && !double.IsNaN(BitConverter.Int64BitsToDouble(key)) && AccountId.TryParse(id, out var account)
            ? new AccountPlace(BitConverter.Int64BitsToDouble(key), account)
            : null;
}
