using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Admin;

/// <summary>The settlement of an instrument that ended.</summary>
internal sealed record ExpiryRequest(CommandId Id, Price SettlementPrice);

/// <summary>The bodies of administration.</summary>
internal static class AdminRequests
{
    private const int HoldingsMax = 256;

    public static readonly Shape<ExpiryRequest> Expiry = ExpiryShape();

    public static readonly Shape<ImportAccount> Import = ImportShape();

    private static Shape<ExpiryRequest> ExpiryShape()
    {
        var id = Names.Ulid("commandId", "bad_command_id");
        var price = Names.Price("settlementPrice", "At which positions close; of an option the underlying's");
        return new Shape<ExpiryRequest>("Expiry",
            row => new ExpiryRequest(CommandId.Parse(id.Of(row)!), new Price(price.Of(row))), id, price);
    }

    private static Shape<ImportAccount> ImportShape()
    {
        var id = Names.Ulid("commandId", "bad_command_id");
        var account = Names.Account("account", "Who holds it; opened where there is none");
        var (asset, amount) = (Names.Asset(), Names.Amount("amount", "Units of the asset; below zero is owed"));
        var balance = new Shape<ImportedBalance>("ImportedBalance",
            row => new ImportedBalance(new AssetId(asset.Of(row)!), amount.Of(row)), asset, amount);
        var instrument = Names.Instrument();
        var quantity = Names.Quantity("qty", "Signed contracts");
        var entry = Names.Price("entryPrice", "Average; need not lie on the tick");
        var leverage = new DecimalField("leverage", "The setting, above 0", "leverage_out_of_range",
            value => value is > 0m and <= 1_000m ? null : "leverage_out_of_range")
        {
            IsRequired = false,
            UnreadableCode = "leverage_out_of_range",
            Example = "5",
        };
        var margin = new DecimalField("isolatedMargin", "Of the settlement asset, out of the balance",
            "amount_out_of_range", value => value is >= 0m and <= Quantity.Max ? null : "amount_out_of_range")
        {
            IsRequired = false,
            Example = "100",
        };
        var position = new Shape<ImportedPosition>("ImportedPosition", row => new ImportedPosition(
            new InstrumentId(instrument.Of(row)!), new Quantity(quantity.Of(row)), new Price(entry.Of(row)),
            leverage.Maybe(row), margin.Of(row)), instrument, quantity, entry, leverage, margin);
        var balances = Holdings("balances", "Collateral", balance);
        var positions = Holdings("positions", "Positions at their entry prices", position);
        return new Shape<ImportAccount>("AccountImport", row => new ImportAccount(CommandId.Parse(id.Of(row)!),
            new AccountId(account.Of(row)!), [.. balances.Of(row).Select(balance.Make)],
            [.. positions.Of(row).Select(position.Make)]), id, account, balances, positions);
    }

    private static ListField Holdings(string name, string description, Shape items) =>
        new(name, description, items, (0, "empty_body"), (HoldingsMax, "batch_too_large"))
        {
            IsRequired = false,
            IsShown = true,
        };
}
