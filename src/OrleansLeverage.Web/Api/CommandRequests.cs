using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// The commands of one account, told apart by <c>type</c>. The account is the one in the path, so a shape makes a
/// command once it is known.
/// </summary>
internal static class CommandRequests
{
    private static readonly TextField Id = Names.Ulid("commandId", "bad_command_id");
    private static readonly TextField Instrument = Names.Instrument();
    private static readonly DecimalField Quantity = Names.Quantity("qty", "Signed contracts");
    private static readonly DecimalField Price = Names.Price("price", "Limit price");
    private static readonly TextField Order = Names.Ulid("order", "bad_command_id");
    private static readonly DecimalField Leverage = Names.Leverage("leverage", "The setting, above 0");
    private static readonly DecimalField Amount = Names.Amount("amount", "Above zero goes to the position");
    private static readonly DecimalField Sent = Names.Amount("amount", "Units of the asset, above zero");
    private static readonly TextField Asset = Names.Asset();
    private static readonly TextField To = Names.Account("to", "The account that receives");

    private static readonly TextField Mode = new("marginMode", "cross, isolated or portfolio", Stage.Value, text =>
        text is "cross" or "isolated" or "portfolio" ? null : "bad_text")
    {
        Words = ["cross", "isolated", "portfolio"],
        Example = "isolated",
    };

    /// <summary>Every kind of command by the word that names it.</summary>
    public static readonly IReadOnlyDictionary<string, Shape<Func<AccountId, AccountCommand>>> Kinds = new[]
    {
        Kind("reserveOrder", (id, account, row) => new ReserveOrder(
            id, account, Held(row), new Quantity(Quantity.Of(row)), new Price(Price.Of(row))),
            Instrument, Quantity, Price),
        Kind("releaseOrder", (id, account, row) => new ReleaseOrder(
            id, account, CommandId.Parse(Order.Of(row)!)), Order),
        Kind("settleFunding", (id, account, row) => new SettleFunding(id, account, Held(row)), Instrument),
        Kind("setLeverage", (id, account, row) => new SetLeverage(id, account, Held(row), Leverage.Of(row)),
            Instrument, Leverage),
        Kind("setMarginMode", (id, account, row) => new SetMarginMode(
            id, account, Held(row), Enum.Parse<MarginMode>(Mode.Of(row)!, ignoreCase: true)),
            Instrument, Mode),
        Kind("assignIsolatedMargin", (id, account, row) => new AssignIsolatedMargin(
            id, account, Held(row), Amount.Of(row)), Instrument, Amount),
        Kind("transfer", (id, account, row) => new Transfer(
            id, account, new AccountId(To.Of(row)!), new AssetId(Asset.Of(row)!), Sent.Of(row)), To, Asset, Sent),
        Kind("liquidate", (id, account, _) => new Liquidate(id, account)),
    }.ToDictionary(shape => shape.Name);

    /// <summary>
    /// What is read where <c>type</c> names no kind: every name of any kind is known, and type is at fault.
    /// </summary>
    public static readonly Shape<Func<AccountId, AccountCommand>> Any = new("Command",
        _ => throw new InvalidOperationException("a command without a kind passed the checks"),
        [Type(), .. Kinds.Values.SelectMany(kind => kind.Fields).Where(field => field.Name != "type")
            .DistinctBy(field => field.Name).Select(field => new AnyField(field))])
    {
        Kinds = [.. Kinds.Values],
    };

    public static Shape<Func<AccountId, AccountCommand>> Choose(JsonElement root) =>
        root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && Kinds.TryGetValue(type.GetString()!, out var kind) ? kind : Any;

    private static Shape<Func<AccountId, AccountCommand>> Kind(
        string word, Func<CommandId, AccountId, JsonElement, AccountCommand> make, params Field[] fields) =>
        new(word, row =>
        {
            // the row is read now: the document is gone when the account is known
            var copy = row.Clone();
            return account => make(CommandId.Parse(Id.Of(copy)!), account, copy);
        }, [Type(word), Id, .. fields]);

    private static TextField Type(string? word = null) => new("type", "What is asked", Stage.Value, text =>
        Kinds!.ContainsKey(text) ? null : "bad_text")
    {
        Words = word is null ? null : [word],
        Example = word ?? "",
    };

    private static InstrumentId Held(JsonElement row) => new(Instrument.Of(row)!);
}
