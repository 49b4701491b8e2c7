using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>Which accounts, in which order: the same words for lists and for exports.</summary>
internal static class AccountFilters
{
    private static readonly IReadOnlyList<string> Orders =
        [.. Enum.GetValues<AccountOrder>().Select(order => SnapshotJson.Word(order).ToLowerInvariant())];

    private static readonly IReadOnlyList<string> Tiers =
        [.. Enum.GetValues<RiskTier>().Select(SnapshotJson.Word)];

    private static readonly IReadOnlyList<string> Sides =
        [.. Enum.GetValues<NetSide>().Select(side => SnapshotJson.Word(side).ToLowerInvariant())];

    /// <summary>Near or past their line.</summary>
    public static readonly IReadOnlyCollection<RiskTier> AtRisk =
        [RiskTier.Warning, RiskTier.MarginCall, RiskTier.Liquidation, RiskTier.Bankrupt];

    public static readonly QueryParameter Tier =
        new WordParameter("tier", "Only accounts of these tiers", Tiers, Several: true);

    public static readonly IReadOnlyList<QueryParameter> Bounds =
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
    ];

    /// <param name="usual">Where none is asked for; null where then there is none.</param>
    public static QueryParameter Sort(string? usual) =>
        new WordParameter("sort", "Largest first; id from the lowest", Orders, Default: usual);

    public static string Word(AccountOrder order) => Orders[(int)order];

    /// <summary>What the filters ask for, by risk where no order is; or why that cannot be.</summary>
    public static (AccountQuery Query, Refusal? Fault) Of(ReadQuery query, Universe universe)
    {
        InstrumentId? holds = query.Text("symbol") is { } symbol ? new InstrumentId(symbol) : null;
        FeedId? market = query.Text("market") is { } name ? new FeedId(name) : null;
        var (from, to) = (query.Move("moveFrom"), query.Move("moveTo"));
        return (new AccountQuery
        {
            Order = Chosen<AccountOrder>(Orders, query.Text("sort")) ?? AccountOrder.Risk,
            Tiers = [.. query.Words("tier").Select(word => Chosen<RiskTier>(Tiers, word)!.Value)],
            Side = Chosen<NetSide>(Sides, query.Text("side")),
            Holds = holds,
            Market = market,
            Move = from is { } low && to is { } high ? (low, high) : null,
            LeverageMin = query.Number("minLeverage"),
            LeverageBelow = query.Number("maxLeverage"),
            NotionalMin = query.Number("minNotional"),
            EquityMin = query.Number("minEquity"),
            EquityBelow = query.Number("maxEquity"),
        }, Fault());

        Refusal? Fault()
        {
            if (holds is { } held && universe.Instrument(held) is null)
            {
                return Refusal.Of("unknown_asset", "symbol");
            }
            if (market is { } feed && universe.Feed(feed) is null)
            {
                return Refusal.Of("unknown_asset", "market");
            }
            return (from is null) == (to is null) && (from is null || market is not null) ? null
                : Refusal.Of("bad_query", from is null ? "moveFrom" : to is null ? "moveTo" : "market",
                    "market, moveFrom and moveTo belong together");
        }
    }

    private static T? Chosen<T>(IReadOnlyList<string> words, string? word)
        where T : struct, Enum =>
        word is null ? null : Enum.GetValues<T>()[words.Index().First(at => at.Item == word).Index];
}
