using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.App.Calc;

/// <summary>
/// What <c>calc --venue</c> works on, read strictly: accounts with balances (<c>asset</c>, <c>amount</c>, and
/// <c>price</c> in USD where that is not 1) and positions by the venue's market names.
/// </summary>
internal static class VenueCalcFile
{
    private const decimal LeverageMax = 1_000m;

    private enum Side
    {
        Long,
        Short,
    }

    /// <exception cref="RuleFileException">Anything unknown, missing, repeated, malformed or out of range.</exception>
    public static IReadOnlyList<(AccountId Id, VenueAccount Account)> Parse(string text, string name) =>
        StrictObject.Read(text, name, file => file.List("accounts", row => (
            row.Id("account", id => new AccountId(id)),
            new VenueAccount(
                row.Has("balances") ? row.List("balances", ReadBalance) : [],
                row.Has("positions") ? row.List("positions", ReadPosition) : []))));

    /// <summary>The answer for one account, decimals as texts.</summary>
    public static object Shown(AccountId id, RuleFile rules, VenueAccount account)
    {
        VenueState state;
        try
        {
            state = VenueMargin.Of(rules, account);
        }
        catch (RuleException exception)
        {
            throw new InputException($"account {id}: {exception.Message} ({exception.Status.Code()})");
        }
        return new
        {
            account = id.Value,
            equity = Text(state.Equity),
            marginBalance = Text(state.MarginBalance),
            notional = Text(state.GrossNotional),
            leverage = (double?)state.Leverage,
            leverageReason = state.Leverage is null ? "no_equity" : null,
            initialMargin = Text(state.InitialMargin),
            maintenanceMargin = Text(state.MaintenanceMargin),
            freeCollateral = Text(state.FreeCollateral),
            marginRatio = (double?)state.MarginRatio,
            isLiquidatable = state.IsLiquidatable,
            positions = state.Positions.Select(position => new
            {
                market = position.Position.Market,
                side = position.Position.Side > 0 ? "long" : "short",
                contracts = Text(position.Position.Contracts),
                markPrice = Text(position.Position.Mark),
                notional = Text(position.Notional),
                unrealisedProfit = Text(position.Gain),
                initialMargin = Text(position.InitialMargin),
                maintenanceMargin = Text(position.MaintenanceMargin),
                liquidationPrice = Text(position.LiquidationPrice.Shown),
                liquidationReason = Reason(position.LiquidationPrice),
                bankruptcyPrice = Text(position.BankruptcyPrice.Shown),
                bankruptcyReason = Reason(position.BankruptcyPrice),
            }),
        };
    }

    private static VenueBalance ReadBalance(StrictObject row) => new(
        row.Id("asset", text => new AssetId(text)), row.Within("amount", -Money.Max, Money.Max),
        row.Has("price") ? row.Above("price", 0m, Price.Max) : 1m,
        row.WithinOr(0m, "venueDeposits", 0m, Money.Max));

    private static VenuePosition ReadPosition(StrictObject row)
    {
        var mode = row.WordOr(MarginMode.Cross, "marginMode");
        if (mode == MarginMode.Portfolio)
        {
            throw row.Bad("marginMode", "portfolio margin is not modelled: cross or isolated");
        }
        return new VenuePosition
        {
            Market = row.Text("market"),
            Side = row.Word<Side>("side") == Side.Long ? 1 : -1,
            Contracts = row.Above("contracts", 0m, Quantity.Max),
            Entry = row.Above("entryPrice", 0m, Price.Max),
            Mark = row.Above("markPrice", 0m, Price.Max),
            Style = row.WordOr(ContractStyle.Linear, "style"),
            Multiplier = row.Has("multiplier") ? row.Above("multiplier", 0m, Price.Max) : 1m,
            SettlementPrice = row.Has("settlementPrice") ? row.Above("settlementPrice", 0m, Price.Max) : 1m,
            Base = row.Has("base") ? row.Id("base", text => new AssetId(text)) : null,
            IsIsolated = mode == MarginMode.Isolated,
            IsolatedMargin = row.WithinOr(0m, "isolatedMargin", 0m, Money.Max),
            Leverage = row.Has("leverageSetting") ? row.Above("leverageSetting", 0m, LeverageMax) : null,
            Funding = row.WithinOr(0m, "funding", -Money.Max, Money.Max),
            OpenBuys = row.WithinOr(0m, "openBuys", 0m, Quantity.Max),
            OpenSells = row.WithinOr(0m, "openSells", 0m, Quantity.Max),
            OpenOrders = row.Has("openOrders") ? row.Number("openOrders", 0, 1_000_000) : 0,
            OpenInterest = row.WithinOr(0m, "openInterest", 0m, Price.Max),
        };
    }

    private static string? Text(decimal? value) =>
        value is { } number ? Decimals.Text(decimal.Round(number, Decimals.ScaleMax)) : null;

    private static string? Reason(SolvedPrice price) => price.Reason switch
    {
        SolvedReason.Solved => null,
        SolvedReason.FullyCollateralised => "fully_collateralised",
        SolvedReason.NeverReached => "never_reached",
        _ => "no_solution",
    };
}
