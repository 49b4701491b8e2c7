using OrleansLeverage.Domain;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Export;

/// <summary>An account in an export. Amounts in USD; null where a price is unknown.</summary>
/// <param name="Balances">Assets and amounts, as in USD 1000;BTC 0.5.</param>
internal sealed record ExportedAccount(
    string Account, long Seq, string Tier, string PriceState, string? Equity, string? MarginBalance, string? Notional,
    string? NetNotional, string? LongNotional, string? ShortNotional, double? Leverage, string? InitialMargin,
    string? MaintenanceMargin, double? MarginRatio, string? FreeCollateral, int Positions, string Balances)
{
    public static ExportedAccount Of(AccountValuation valuation)
    {
        var account = valuation.Account;
        string? Known(decimal amount) => valuation.IsKnown ? Decimals.Text(amount) : null;
        return new ExportedAccount(account.Id.Value, account.Sequence,
            SnapshotJson.Word(valuation.Tier(valuation.Frame.Universe.Rules)),
            SnapshotJson.Word(valuation.IsKnown ? valuation.PriceState : Domain.PriceState.NotMeasured),
            Known(valuation.Equity), Known(valuation.MarginBalance), Known(valuation.GrossNotional),
            Known(valuation.NetNotional), Known(valuation.LongNotional), Known(valuation.ShortNotional),
            valuation.IsKnown && valuation.Equity > 0m ? (double)valuation.GrossNotional / (double)valuation.Equity
                : null,
            Known(valuation.InitialMargin), Known(valuation.MaintenanceMargin),
            valuation.IsKnown ? (double?)valuation.MarginRatio() : null, Known(valuation.FreeCollateral),
            account.Positions.Count(position => !position.Quantity.IsZero), string.Join(';',
                account.Balances.Select(balance => $"{balance.Asset.Id.Value} {Decimals.Text(balance.Amount)}")));
    }
}

/// <summary>A position in an export, as the account shows it.</summary>
internal sealed record ExportedPosition(
    string Account, string Symbol, string Side, string Contracts, string Notional, string? EntryPrice,
    string MarkPrice, string UnrealizedPnl, string AccruedFunding, string RealizedPnl, string SettlementAsset,
    string MarginMode, string IsolatedMargin, string InitialMargin, string MaintenanceMargin, double? Leverage,
    string? LeverageSetting, string? LiquidationPrice, string? LiquidationReason, string? BankruptcyPrice,
    double? DistanceToLiquidation)
{
    public static IEnumerable<ExportedPosition> Of(AccountJson account) => account.Positions.Select(position =>
        new ExportedPosition(account.Account, position.Symbol, position.Side, position.Contracts, position.Notional,
            position.EntryPrice, position.MarkPrice, position.UnrealizedPnl, position.AccruedFunding,
            position.Settlement.RealizedPnl, position.Settlement.Asset, position.MarginMode,
            position.Settlement.IsolatedMargin, position.InitialMargin, position.MaintenanceMargin, position.Leverage,
            position.LeverageSetting, position.LiquidationPrice, position.LiquidationReason, position.BankruptcyPrice,
            position.DistanceToLiquidation));
}
