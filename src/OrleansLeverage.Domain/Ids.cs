using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansLeverage.Domain;

/// <summary>
/// An account: 1-64 of a-z, 0-9 and '-', beginning and ending with a letter or digit. Never trimmed or folded.
/// </summary>
public readonly record struct AccountId : IComparable<AccountId>
{
    public const int LengthMax = 64;

    public AccountId(string value) =>
        Value = IsValid(value) ? value : throw new FormatException($"'{Shown.Text(value)}' is not an account id");

    public string Value { get => field ?? ""; }

    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length is 0 or > LengthMax || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }
        return true;
    }

    public static bool TryParse(string? text, out AccountId id)
    {
        var valid = IsValid(text);
        id = valid ? new AccountId(text!) : default;
        return valid;
    }

    public int CompareTo(AccountId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>A currency or coin that balances are held in: 1-12 of A-Z and 0-9: <c>USD</c>, <c>BTC</c>.</summary>
public readonly record struct AssetId : IComparable<AssetId>
{
    public static readonly AssetId Usd = new("USD");

    public AssetId(string value) =>
        Value = IsValid(value) ? value : throw new FormatException($"'{Shown.Text(value)}' is not an asset");

    public string Value { get => field ?? ""; }

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= 12 } && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    public int CompareTo(AssetId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>
/// A price feed: <c>BTC-USD</c> for an index, <c>BTC-USD-PERP</c> for a contract's own mark price, to which prices are
/// published; or an option's name, for a mark that the engine makes and to which nobody can publish.
/// </summary>
public readonly record struct FeedId : IComparable<FeedId>
{
    public const int LengthMax = 24;

    public FeedId(string value) => Value = IsValid(value) || IsOption(value)
        ? value
        : throw new FormatException($"'{Shown.Text(value)}' is not a price feed");

    public string Value { get => field ?? ""; }

    /// <summary>True for a feed that is filled by the engine.</summary>
    public bool IsMade => !IsValid(Value);

    /// <summary>
    /// Of feeds to which prices are published: whole match of <c>[A-Z0-9]{1,12}-[A-Z0-9]{2,6}(-PERP)?</c>.
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        var parts = text is { Length: <= LengthMax } ? text.Split('-') : [];
        return parts.Length is 2 or 3 && AssetId.IsValid(parts[0]) && parts[1].Length is >= 2 and <= 6
            && AssetId.IsValid(parts[1]) && (parts.Length == 2 || parts[2] == "PERP");
    }

    public static FeedId Of(AssetId asset) => new($"{asset.Value}-USD");

    /// <summary>The volatility index of an asset, in points: BTCVOL-PTS.</summary>
    public static FeedId VolatilityIndexOf(AssetId asset) => new($"{asset.Value}VOL-PTS");

    public int CompareTo(FeedId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    private static bool IsOption(string? text) =>
        InstrumentId.IsValid(text) && text.Count(c => c == '-') == 4;
}

/// <summary>
/// An instrument: spot <c>BTC-USD</c>, perpetual <c>BTC-USD-PERP</c>, future <c>BTC-USD-20260327</c>,
/// option <c>BTC-USD-20260327-80000-C</c>.
/// </summary>
public readonly record struct InstrumentId : IComparable<InstrumentId>
{
    public const int LengthMax = 48;

    public InstrumentId(string value) =>
        Value = IsValid(value) ? value : throw new FormatException($"'{Shown.Text(value)}' is not an instrument");

    public string Value { get => field ?? ""; }

    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length > LengthMax)
        {
            return false;
        }
        var parts = text.Split('-');
        if (parts.Length is < 2 or > 5 || !AssetId.IsValid(parts[0]) || !AssetId.IsValid(parts[1]))
        {
            return false;
        }
        return parts.Length switch
        {
            2 => true,
            3 => parts[2] == "PERP" || IsDate(parts[2]),
            5 => IsDate(parts[2]) && IsStrike(parts[3]) && parts[4] is "C" or "P",
            _ => false,
        };
    }

    public int CompareTo(InstrumentId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    private static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>
    /// Above zero and written in the one way that has no spare digits, so that a series has one name.
    /// </summary>
    private static bool IsStrike(string text) =>
        Decimals.TryParseCanonical(text, out var strike) && strike > 0m && Decimals.Text(strike) == text;
}

/// <summary>What may be echoed of a bad text: short, printable ASCII.</summary>
internal static class Shown
{
    public static string Text(string? value) => value is null
        ? "null"
        : string.Concat(value.Take(32).Select(c => c is >= ' ' and <= '~' ? c : '?'))
            + (value.Length > 32 ? "..." : "");
}
