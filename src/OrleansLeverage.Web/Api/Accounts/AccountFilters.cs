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
        new WordParameter("side", "Which way the account's net notional lies", Sides),
        new NumberParameter("minLeverage", "Notional / equity at least; accounts without equity are above any"),
        new NumberParameter("minNotional", "Gross notional in USD at least"),
    ];

    /// <param name="usual">Where none is asked for; null where then there is none.</param>
    public static QueryParameter Sort(string? usual) =>
        new WordParameter("sort", "Largest first; id from the lowest", Orders, Default: usual);

    public static string Word(AccountOrder order) => Orders[(int)order];

    /// <summary>What the filters ask for, by risk where no order is; or why that cannot be.</summary>
    public static (AccountQuery Query, Refusal? Fault) Of(ReadQuery query, Universe universe)
    {
        InstrumentId? holds = query.Text("symbol") is { } symbol ? new InstrumentId(symbol) : null;
        return (new AccountQuery
        {
            Order = Chosen<AccountOrder>(Orders, query.Text("sort")) ?? AccountOrder.Risk,
            Tiers = [.. query.Words("tier").Select(word => Chosen<RiskTier>(Tiers, word)!.Value)],
            Side = Chosen<NetSide>(Sides, query.Text("side")),
            Holds = holds,
            LeverageMin = query.Number("minLeverage"),
            NotionalMin = query.Number("minNotional"),
        }, holds is { } held && universe.Instrument(held) is null ? Refusal.Of("unknown_asset", "symbol") : null);
    }

    private static T? Chosen<T>(IReadOnlyList<string> words, string? word)
        where T : struct, Enum =>
        word is null ? null : Enum.GetValues<T>()[words.Index().First(at => at.Item == word).Index];
}
