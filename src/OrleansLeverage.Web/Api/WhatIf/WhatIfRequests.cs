using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.WhatIf;

/// <summary>The bodies of questions that change nothing. The account is the one in the path.</summary>
internal static class WhatIfRequests
{
    private const int PartsMax = 100;

    private static readonly TextField Symbol = new("symbol", "What is traded", Stage.Id, text =>
        InstrumentId.IsValid(text) ? null : "unknown_asset")
    {
        Example = "BTC-USD-PERP",
    };

    private static readonly TextField Side = new("side", "buy or long, sell or short", Stage.Value, text =>
        text is "buy" or "long" or "sell" or "short" ? null : "bad_text")
    {
        Words = ["buy", "sell", "long", "short"],
        Example = "buy",
    };

    private static readonly DecimalField Contracts = new("contracts", "Unsigned", "qty_step", value =>
        value <= 0m ? "qty_zero" : Quantity.IsValid(value) ? null : "qty_out_of_range")
    {
        Example = "0.25",
    };

    public static readonly Shape<Func<AccountId, PreTradeQuestion>> Check = CheckShape();

    public static readonly Shape<Func<AccountId, WhatIfQuestion>> Question = QuestionShape();

    private static Shape<Func<AccountId, PreTradeQuestion>> CheckShape()
    {
        var price = Names.Price("price", "Limit price");
        return new Shape<Func<AccountId, PreTradeQuestion>>("PreTradeQuestion", row =>
        {
            var (instrument, quantity, limit) = (new InstrumentId(Symbol.Of(row)!), Signed(row), new Price(
                price.Of(row)));
            return account => new PreTradeQuestion(account, instrument, quantity, limit);
        }, Symbol, Side, Contracts, price);
    }

    private static Shape<Func<AccountId, WhatIfQuestion>> QuestionShape()
    {
        var price = new DecimalField("price", "At which it trades in full; at the mark where left out", "price_scale",
            value => value <= 0m ? "price_not_positive" : value > Price.Max ? "price_out_of_range" : null)
        {
            IsRequired = false,
            IsShown = true,
            Example = "65000.5",
        };
        var order = new Shape<WhatIfOrder>("WhatIfOrder", row => new WhatIfOrder(new InstrumentId(Symbol.Of(row)!),
            Signed(row), price.Maybe(row) is { } at ? new Price(at) : null), Symbol, Side, Contracts, price);
        var (asset, amount) = (Names.Asset(), Names.Amount("amount", "Units of the asset: above zero comes in"));
        var moved = new Shape<WhatIfCollateral>("WhatIfCollateral",
            row => new WhatIfCollateral(new AssetId(asset.Of(row)!), amount.Of(row)), asset, amount);
        var collateral = Optional("collateral", "Moves first", moved);
        var orders = Optional("orders", "Trade next, in their order", order);
        var shocks = new NumberMapField("shocks", "Prices move last, by feed: -0.2 is 20 % down",
            ((double)WhatIfQuestion.ShockMin, (double)WhatIfQuestion.ShockMax), PartsMax,
            text => FeedId.IsValid(text) ? null : "unknown_asset")
        {
            IsRequired = false,
            IsShown = true,
            Example = ("BTC-USD", -0.2),
        };
        return new Shape<Func<AccountId, WhatIfQuestion>>("WhatIfQuestion", row =>
        {
            var (moves, trades) = (collateral.Of(row).Select(moved.Make).ToArray(),
                orders.Of(row).Select(order.Make).ToArray());
            var prices = row.TryGetProperty(shocks.Name, out var sent)
                ? NumberMapField.Exact(sent).ToDictionary(one => new FeedId(one.Key), one => one.Value)
                : [];
            return account => new WhatIfQuestion(account, moves, trades, prices);
        }, collateral, orders, shocks);
    }

    private static ListField Optional(string name, string description, Shape items) =>
        new(name, description, items, (0, "empty_body"), (PartsMax, "batch_too_large"))
        {
            IsRequired = false,
            IsShown = true,
        };

    private static Quantity Signed(JsonElement row) =>
        new(Side.Of(row) is "buy" or "long" ? Contracts.Of(row) : -Contracts.Of(row));
}
