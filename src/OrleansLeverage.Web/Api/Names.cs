using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api;

/// <summary>Fields that several bodies share.</summary>
internal static class Names
{
    public const string UlidPattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";

    private const string OutOfRange = "leverage_out_of_range";

    public const string AccountPattern = "^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$";

    public static TextField Ulid(string name, string code) => new(name, "A ULID made by the client", Stage.Id, text =>
        CommandId.TryParse(text, out var id) ? id.IsReserved ? "reserved_id" : null
        : text.Length == 26 && text.All(c => c == 'Z') ? "reserved_id" : code)
    {
        MissingCode = code,
        Pattern = UlidPattern,
        Example = "01JZ8Q6Z7V5N3K2M4P6R8T0WXY",
    };

    public static TextField Account(string name, string description) => new(name, description, Stage.Id, text =>
        AccountId.IsValid(text) ? null : "bad_account_id")
    {
        Pattern = AccountPattern,
        Example = "acct-1",
    };

    public static TextField Instrument() => new("instrument", "What is held", Stage.Id, text =>
        InstrumentId.IsValid(text) ? null : "unknown_asset")
    {
        Example = "BTC-USD-PERP",
    };

    public static TextField Asset() => new("asset", "The collateral's asset", Stage.Id, text =>
        AssetId.IsValid(text) ? null : "unknown_asset")
    {
        Pattern = "^[A-Z0-9]{1,12}$",
        Example = "USD",
    };

    public static DecimalField Price(string name, string description) => new(name, description, "price_scale", value =>
        value <= 0m ? "price_not_positive" : value > Domain.Price.Max ? "price_out_of_range" : null)
    {
        Example = "65000.5",
    };

    public static DecimalField Quantity(string name, string description) => new(name, description, "qty_step", value =>
        value == 0m ? "qty_zero" : Domain.Quantity.IsValid(value) ? null : "qty_out_of_range")
    {
        IsSigned = true,
        Example = "0.25",
    };

    /// <summary>An amount of money within ±10^12; zero only where <paramref name="zero"/> allows it.</summary>
    public static DecimalField Amount(
        string name, string description, string code = "amount_out_of_range", bool zero = false) =>
        new(name, description, code, value =>
            (zero || value != 0m) && Math.Abs(value) <= Domain.Quantity.Max ? null : code)
        {
            IsSigned = true,
            Example = zero ? "0.5" : "1000",
        };

    /// <summary>Leverage has one code for everything that is no leverage, text included.</summary>
    public static DecimalField Leverage(string name, string description) =>
        new(name, description, OutOfRange, value => value is > 0m and <= 1_000m ? null : OutOfRange)
        {
            UnreadableCode = OutOfRange,
            Example = "5",
        };

    public static IntegerField Timestamp(string description) => new("timestamp", description, _ => null)
    {
        Example = 1_767_225_600_000,
    };
}
