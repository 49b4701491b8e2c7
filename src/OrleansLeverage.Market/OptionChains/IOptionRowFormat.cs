using System.Globalization;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.OptionChains;

/// <summary>What one row says.</summary>
internal readonly record struct OptionRowReading(OptionQuote Quote, string? Underlying, DateTimeOffset? Time);

/// <summary>One layout of option files.</summary>
internal interface IOptionRowFormat
{
    string Name { get; }

    bool IsOf(NamedRow header);

    /// <exception cref="FormatException">The row is not what its columns promise.</exception>
    OptionRowReading Read(NamedRow row);

    static IOptionRowFormat? Of(NamedRow header) =>
        new IOptionRowFormat[] { new DeribitRows(), new PlainRows(), new LeanUniverseRows() }
            .FirstOrDefault(format => format.IsOf(header));
}

/// <summary>
/// Deribit's book summary: names like <c>BTC-26MAR21-48000-C</c>, expiry at 8:00 UTC, prices in coin (times
/// <c>underlying_price</c> they are in USD), volatilities in percent, 0 where nobody quotes.
/// </summary>
internal sealed class DeribitRows : IOptionRowFormat
{
    // the last millisecond of the year 9999
    private const double TimestampMax = 253_402_300_799_999.0;

    public string Name => "deribit";

    public bool IsOf(NamedRow header) => header.Has("instrument_name", "timestamp", "underlying_price", "mark_iv");

    public OptionRowReading Read(NamedRow row)
    {
        var name = row.Required("instrument_name");
        var (expiry, strike, right) = DeribitOptionRow.Terms(name);
        var underlying = row.RequiredNumber("underlying_price");
        double? InUsd(string column) => row.Number(column) is { } coins ? coins * underlying : null;
        var time = row.RequiredNumber("timestamp") is >= 0.0 and <= TimestampMax and var stamp
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)stamp)
            : throw new FormatException($"timestamp '{PriceText.Shorten(row.Required("timestamp"))}' is no time");
        var quote = new OptionQuote(right, strike, expiry, underlying)
        {
            Bid = InUsd("best_bid_price"),
            Ask = InUsd("best_ask_price"),
            Mark = InUsd("mark_price"),
            MarkVolatility = row.Number("mark_iv") is { } percent and not 0.0 ? percent / 100.0 : null,
            OpenInterest = row.Number("open_interest"),
        };
        return new OptionRowReading(quote, name[..name.IndexOf('-', StringComparison.Ordinal)], time);
    }
}

/// <summary>
/// QuantConnect's option universe: one row per option and day with its closing mid and implied volatility. It names no
/// time and no underlying; expiries are dates, taken at 20:00 UTC (the close of the exchange in winter and summer
/// differs by an hour).
/// </summary>
internal sealed class LeanUniverseRows : IOptionRowFormat
{
    private const double ExpiryHour = 20.0;

    public string Name => "lean-universe";

    public bool IsOf(NamedRow header) => header.Has("expiry", "strike", "right", "close", "implied_volatility");

    public OptionRowReading Read(NamedRow row)
    {
        var date = row.Required("expiry");
        return DateTime.TryParseExact(date, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new OptionRowReading(new OptionQuote(PlainRows.Right(row), row.RequiredNumber("strike"),
                new DateTimeOffset(day, TimeSpan.Zero).AddHours(ExpiryHour), null)
            {
                Mark = row.Number("close"),
                MarkVolatility = row.Number("implied_volatility") is { } value and not 0.0 ? value : null,
                OpenInterest = row.Number("open_interest"),
            }, null, null)
            : throw new FormatException($"expiry '{PriceText.Shorten(date)}' is not yyyyMMdd");
    }
}

/// <summary>This project's own columns; prices in the quote currency, volatilities per 1.00, times ISO 8601.</summary>
internal sealed class PlainRows : IOptionRowFormat
{
    public string Name => "plain";

    public bool IsOf(NamedRow header) => header.Has("expiry", "strike", "right")
        && (header.Has("mark_iv") || header.Has("mark") || header.Has("bid", "ask"));

    public OptionRowReading Read(NamedRow row) => new(
        new OptionQuote(Right(row), row.RequiredNumber("strike"), Time(row.Required("expiry")),
            row.Number("underlying"))
        {
            Bid = row.Number("bid"),
            Ask = row.Number("ask"),
            Mark = row.Number("mark"),
            MarkVolatility = row.Number("mark_iv"),
            OpenInterest = row.Number("open_interest"),
        },
        row.Text("asset"), row.Text("time") is { } time ? Time(time) : null);

    public static OptionRight Right(NamedRow row) => row.Required("right").ToUpperInvariant() switch
    {
        "C" or "CALL" => OptionRight.Call,
        "P" or "PUT" => OptionRight.Put,
        var other => throw new FormatException($"right '{PriceText.Shorten(other)}' is neither C nor P"),
    };

    public static DateTimeOffset Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? time
        : throw new FormatException($"time '{PriceText.Shorten(text)}' is not ISO 8601");
}
