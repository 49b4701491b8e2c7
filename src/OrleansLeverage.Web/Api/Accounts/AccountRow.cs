using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>
/// One account in a list, exact at the list's frame. Null where there is no value; of leverage the reason says why.
/// </summary>
/// <param name="Tier">HEALTHY, WARNING, MARGIN_CALL, LIQUIDATION, BANKRUPT or UNKNOWN.</param>
/// <param name="MarginRatio">Maintenance margin / margin balance of the worst bucket; 1.00 = liquidation.</param>
/// <param name="Side">Which way the net notional lies: long, short or flat.</param>
/// <param name="Positions">Open positions.</param>
/// <param name="WorstSymbol">The position whose liquidation price is nearest.</param>
/// <param name="DistanceToLiquidation">Its liquidation price / mark - 1.</param>
/// <param name="AgeMs">Age at the frame of the oldest price that the account depends on.</param>
internal sealed record AccountRow(
    string Account, string Tier, double? MarginRatio, double? Leverage, string? LeverageReason, string? Equity,
    string? Notional, string? NetNotional, string? Side, int Positions, string? WorstSymbol,
    double? DistanceToLiquidation, long? AgeMs, long Seq)
{
    public static AccountRow Of(ListedAccount account) => new(account.Account.Value, SnapshotJson.Word(account.Tier),
        (double?)account.MarginRatio, (double?)account.Leverage,
        account.LeverageReason == NoLeverageReason.None
            ? null
            : SnapshotJson.Word(account.LeverageReason).ToLowerInvariant(),
        Exact.Text(account.Equity), Exact.Text(account.GrossNotional), Exact.Text(account.NetNotional),
        account.NetNotional is { } net ? net > 0m ? "long" : net < 0m ? "short" : "flat" : null, account.Positions,
        account.NearestPosition?.Value, (double?)account.Distance, account.PriceAgeMs, account.Sequence);
}

/// <summary>A page of accounts.</summary>
/// <param name="AgeMs">How much older than the newest frame the list is.</param>
/// <param name="Accounts">How many accounts the order is over, whatever the filters leave.</param>
internal sealed record AccountList(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView Reach, long AgeMs, long Accounts,
    IReadOnlyList<AccountRow> Items, string? NextCursor)
    : Listed<AccountRow>(AsOf, Seq, Freshness, Items, NextCursor), IReaching;

/// <summary>An exact figure as its decimal string.</summary>
internal static class Exact
{
    public static string? Text(decimal? value) => value is { } known ? Decimals.Text(known) : null;
}
