using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>
/// Accounts in an order, a page at a time. A page goes on after the last account of the one before, by the figure it
/// had there: whoever still has that figure is met once, whatever happened to the others. For a complete walk sort by
/// id, which never changes.
/// </summary>
internal sealed class AccountListEndpoint(ILeverageGrid grid)
{
    private const string ListName = "accounts";

    private static readonly IReadOnlyList<string> Orders =
        [.. Enum.GetValues<AccountOrder>().Select(order => SnapshotJson.Word(order).ToLowerInvariant())];

    private static readonly IReadOnlyList<string> Tiers =
        [.. Enum.GetValues<RiskTier>().Select(SnapshotJson.Word)];

    private static readonly IReadOnlyList<string> Sides =
        [.. Enum.GetValues<NetSide>().Select(side => SnapshotJson.Word(side).ToLowerInvariant())];

    private static readonly RiskTier[] AtRisk =
        [RiskTier.Warning, RiskTier.MarginCall, RiskTier.Liquidation, RiskTier.Bankrupt];

    private static readonly QueryParameter[] Filters =
    [
        ReadParameters.Symbol,
        new NameParameter("market", "Only who holds an instrument of a market, by its feed", FeedId.IsValid,
            "BTC-USD", "unknown_asset"),
        new WordParameter("side", "Which way net notional lies: in the symbol or market asked for, else in all", Sides),
        new NumberParameter("minLeverage", "Notional / equity at least; accounts without equity are above any"),
        new NumberParameter("maxLeverage", "Notional / equity below; accounts without equity are below none"),
        new NumberParameter("minNotional", "Gross notional in USD at least"),
        new NumberParameter("minEquity", "Equity in USD at least"),
        new NumberParameter("maxEquity", "Equity in USD below"),
        new MoveParameter("moveFrom", "With market and moveTo: who is liquidated by that market alone moving so far"),
        new MoveParameter("moveTo", "With moveFrom: below this move, as a fraction of the price"),
        ReadParameters.Limit, ReadParameters.Cursor, ReadParameters.Format,
    ];

    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new WordParameter("sort", "Largest first; id from the lowest", Orders, Default: "risk"),
        new WordParameter("tier", "Only accounts of these tiers", Tiers, Several: true),
        .. Filters,
    ];

    public static readonly IReadOnlyList<QueryParameter> AtRiskParameters = Filters;

    public async Task<Look> GetAsync(HttpContext context, ReadQuery query) => await ListAsync(context, query,
        Order(query.Text("sort") ?? Orders[0]), [.. query.Words("tier").Select(Tier)]);

    public async Task<Look> GetAtRiskAsync(HttpContext context, ReadQuery query) =>
        await ListAsync(context, query, AccountOrder.Risk, AtRisk);

    private async Task<Look> ListAsync(
        HttpContext context, ReadQuery query, AccountOrder order, IReadOnlyCollection<RiskTier> tiers)
    {
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_supported");
        }
        InstrumentId? holds = query.Text("symbol") is { } symbol ? new InstrumentId(symbol) : null;
        if (holds is { } held && grid.Universe.Instrument(held) is null)
        {
            return Refusal.Of("unknown_asset", "symbol");
        }
        FeedId? market = query.Text("market") is { } name ? new FeedId(name) : null;
        if (market is { } feed && grid.Universe.Feed(feed) is null)
        {
            return Refusal.Of("unknown_asset", "market");
        }
        var (from, to) = (query.Move("moveFrom"), query.Move("moveTo"));
        if ((from is null) != (to is null) || (from is not null && market is null))
        {
            return Refusal.Of("bad_query", from is null ? "moveFrom" : to is null ? "moveTo" : "market",
                "market, moveFrom and moveTo belong together");
        }
        AccountPlace? after = null;
        if (query.CursorText is { } cursor && (after = Place(cursor, order)) is null)
        {
            return Refusal.Of("bad_cursor", "cursor");
        }
        var listing = await reads.ListAsync(new AccountQuery
        {
            Order = order,
            Tiers = tiers,
            Side = query.Text("side") is { } side ? Enum.GetValues<NetSide>()[IndexOf(Sides, side)] : null,
            Holds = holds,
            Market = market,
            Move = from is { } low && to is { } high ? (low, high) : null,
            LeverageMin = query.Number("minLeverage"),
            LeverageBelow = query.Number("maxLeverage"),
            NotionalMin = query.Number("minNotional"),
            EquityMin = query.Number("minEquity"),
            EquityBelow = query.Number("maxEquity"),
            After = after,
            CountMax = query.Limit,
        }, context.RequestAborted);
        return listing is null ? Refusal.Of("not_measured") : Look.Of(listing.Frame, () => View(listing, order));
    }

    private AccountList View(AccountListing listing, AccountOrder order)
    {
        var frame = grid.Frame;
        var stamp = Stamp.Of(listing.Frame, listing.FrameTimeMs, frame);
        return new AccountList(stamp.AsOf, stamp.Seq, stamp.Freshness, Math.Max(0, frame.TimeMs - listing.FrameTimeMs),
            listing.Accounts, [.. listing.Items.Select(AccountRow.Of)],
            listing.Next is { } next ? Cursor.Of(ListName, Orders[(int)order],
                BitConverter.DoubleToInt64Bits(next.Key).ToString("x", CultureInfo.InvariantCulture),
                next.Account.Value) : null);
    }

    private static AccountPlace? Place(string cursor, AccountOrder order) =>
        Cursor.Words(cursor, ListName, 3) is [var by, var bits, var id] && by == Orders[(int)order]
        && long.TryParse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
        && !double.IsNaN(BitConverter.Int64BitsToDouble(key)) && AccountId.TryParse(id, out var account)
            ? new AccountPlace(BitConverter.Int64BitsToDouble(key), account)
            : null;

    private static AccountOrder Order(string word) => Enum.GetValues<AccountOrder>()[IndexOf(Orders, word)];

    private static RiskTier Tier(string word) => Enum.GetValues<RiskTier>()[IndexOf(Tiers, word)];

    private static int IndexOf(IReadOnlyList<string> words, string word) =>
        words.Index().First(at => at.Item == word).Index;
}
