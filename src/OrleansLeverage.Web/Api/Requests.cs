using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api;

/// <summary>A trade as its venue reports it.</summary>
internal sealed record FillRequest(ApplyFill Command, long TimeMs);

/// <summary>
/// The bodies that the API takes, each declared once: names, forms, the code of each fault. Form is judged here, sense
/// by the engine; where both could, the order of checks decides and both give the same code.
/// </summary>
internal static class Requests
{
    public static readonly Shape<PriceUpdate> Tick = TickShape();

    public static readonly Shape<FillRequest> Fill = FillShape();

    public static readonly Shape<AccountCommand> Collateral = CollateralShape();

    private static Shape<PriceUpdate> TickShape()
    {
        var asset = new TextField("asset", "The price feed", Stage.Id, Known(FeedId.IsValid, "unknown_asset"))
        {
            Pattern = "^[A-Z0-9]{1,12}-[A-Z0-9]{2,6}(-PERP)?$",
            Example = "BTC-USD",
        };
        var price = Names.Price("price", "Quote units per base unit");
        var source = new TextField("source", "Who says so", Stage.Id, Known(SourceId.IsValid, "not_entitled"))
        {
            Pattern = "^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$",
            Example = "kraken",
        };
        var session = new IntegerField("session", "Higher after each restart of the source", NotNegative)
        {
            IsRequired = false,
            Example = 1,
        };
        var seq = new IntegerField("seq", "Counts the source's updates of this feed within the session", NotNegative)
        {
            Example = 42,
        };
        var timestamp = Names.Timestamp("When the source saw the price, Unix milliseconds");
        var confidence = Optional("confidence", "Half width of the source's interval, quote units", "bad_confidence");
        var bid = Optional("bid", "Best bid, together with ask", "price_out_of_range");
        var ask = Optional("ask", "Best ask, together with bid", "price_out_of_range");
        var signature = new TextField(
            TickSignature.Field, "P-256 over v1|source|session|seq|asset|price|confidence|timestamp, base64",
            Stage.Value, _ => null)
        {
            IsRequired = false,
        };
        return new Shape<PriceUpdate>("Tick", row => new PriceUpdate(
            new FeedId(asset.Of(row)!), price.Of(row), new SourceId(source.Of(row)!), session.Of(row), seq.Of(row),
            timestamp.Of(row), confidence.Maybe(row), bid.Maybe(row), ask.Maybe(row), signature.Of(row)),
            asset, price, source, session, seq, timestamp, confidence, bid, ask, signature);
    }

    private static Shape<FillRequest> FillShape()
    {
        var account = Names.Account("account", "Whose side this is");
        var qty = Names.Quantity("qty", "Signed contracts: bought above zero");
        var fee = Names.Amount("fee", "Settlement asset; below zero is a rebate", "fee_out_of_range", zero: true);
        var leg = new Shape<FillLeg>("FillLeg", row =>
            new FillLeg(new AccountId(account.Of(row)!), new Quantity(qty.Of(row)), fee.Of(row)), account, qty, fee);
        var id = Names.Ulid("fillId", "bad_fill_id");
        var instrument = Names.Instrument();
        var price = Names.Price("price", "The price of the trade");
        var timestamp = Names.Timestamp("When the trade happened, Unix milliseconds");
        var legs = new ListField(
            "legs", "The two sides: equal and opposite", leg, (2, "legs_mismatch"), (2, "legs_mismatch"));
        return new Shape<FillRequest>("Fill", row =>
        {
            var sides = legs.Of(row).Select(leg.Make).ToArray();
            return new FillRequest(new ApplyFill(CommandId.Parse(id.Of(row)!), new InstrumentId(instrument.Of(row)!),
                new Price(price.Of(row)), sides[0], sides[1]), timestamp.Of(row));
        }, id, instrument, price, timestamp, legs);
    }

    private static Shape<AccountCommand> CollateralShape()
    {
        var id = Names.Ulid("commandId", "bad_command_id");
        var account = Names.Account("account", "Whose collateral");
        var asset = Names.Asset();
        var amount = Names.Amount("amount", "Units of the asset: above zero deposits, below zero withdraws");
        return new Shape<AccountCommand>("Collateral", row =>
        {
            var (command, owner, of, delta) = (CommandId.Parse(id.Of(row)!), new AccountId(account.Of(row)!),
                new AssetId(asset.Of(row)!), amount.Of(row));
            return delta > 0m ? new Deposit(command, owner, of, delta) : new Withdraw(command, owner, of, -delta);
        }, id, account, asset, amount);
    }

    private static DecimalField Optional(string name, string description, string rangeCode) =>
        new(name, description, "price_scale", value => value > Price.Max ? rangeCode : null)
        {
            IsRequired = false,
            Example = "0.5",
        };

    private static Func<string, string?> Known(Func<string?, bool> isValid, string code) =>
        text => isValid(text) ? null : code;

    private static string? NotNegative(long value) => value < 0 ? "bad_integer" : null;
}
