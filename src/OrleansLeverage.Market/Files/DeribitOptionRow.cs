using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// A row of a snapshot of Deribit's option book (order-book summaries with the exchange's own Greeks): name, time, the
/// future or synthetic it is priced on, mark in coin, mark volatility, quotes, open interest. Volatilities stand in
/// percent in the file and per 1.00 here; a quoted volatility or price of 0 is none.
/// </summary>
public sealed record DeribitOptionRow
{
    private static readonly TimeSpan ExpiryHour = TimeSpan.FromHours(8);

    public required string Name { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>08:00 UTC of the day in the name.</summary>
    public required DateTimeOffset Expiry { get; init; }

    public required double Strike { get; init; }

    public required OptionRight Right { get; init; }

    public required string UnderlyingIndex { get; init; }

    public required double UnderlyingPrice { get; init; }

    public required double IndexPrice { get; init; }

    public required double MarkPrice { get; init; }

    public required double MarkVolatility { get; init; }

    public double? BidVolatility { get; init; }

    public double? AskVolatility { get; init; }

    public double? BidPrice { get; init; }

    public double? AskPrice { get; init; }

    public double? OpenInterest { get; init; }

    public double? Delta { get; init; }

    public double? Gamma { get; init; }

    public double? Vega { get; init; }

    public double? Theta { get; init; }

    public double? Rho { get; init; }

    /// <summary>Years to expiry, ACT/365; 0 or below once expired.</summary>
    public double Years => (Expiry - Time).TotalDays / 365.0;

    /// <exception cref="FormatException">The name or a number is not what it must be.</exception>
    public static DeribitOptionRow Of(NamedRow row)
    {
        var name = row.Text("instrument_name") ?? throw new FormatException("instrument_name is missing");
        var (expiry, strike, right) = Terms(name);
        double Needed(string field) => row.FiniteNumber(field) ?? throw new FormatException($"{field} is missing");
        double? Quoted(string field) => row.FiniteNumber(field) is { } value and > 0.0 ? value : null;
        return new DeribitOptionRow
        {
            Name = name,
            Time = DateTimeOffset.FromUnixTimeMilliseconds((long)Needed("timestamp")),
            Expiry = expiry,
            Strike = strike,
            Right = right,
            UnderlyingIndex = row.Text("underlying_index") ?? "",
            UnderlyingPrice = Needed("underlying_price"),
            IndexPrice = Needed("index_price"),
            MarkPrice = Needed("mark_price"),
            MarkVolatility = Needed("mark_iv") / 100.0,
            BidVolatility = Quoted("bid_iv") / 100.0,
            AskVolatility = Quoted("ask_iv") / 100.0,
            BidPrice = Quoted("best_bid_price"),
            AskPrice = Quoted("best_ask_price"),
            OpenInterest = row.FiniteNumber("open_interest"),
            Delta = row.FiniteNumber("greeks.delta"),
            Gamma = row.FiniteNumber("greeks.gamma"),
            Vega = row.FiniteNumber("greeks.vega"),
            Theta = row.FiniteNumber("greeks.theta"),
            Rho = row.FiniteNumber("greeks.rho"),
        };
    }

    /// <summary>What a name such as BTC-24SEP21-7000-P says.</summary>
    internal static (DateTimeOffset Expiry, double Strike, OptionRight Right) Terms(string name) =>
        name.Split('-') is [_, var day, var strike, "C" or "P"] parts
        && DateTime.TryParseExact(day, "dMMMyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && double.TryParse(strike, NumberStyles.Float, CultureInfo.InvariantCulture, out var price)
            ? (new DateTimeOffset(date, TimeSpan.Zero) + ExpiryHour, price,
                parts[3] == "C" ? OptionRight.Call : OptionRight.Put)
            : throw new FormatException($"'{name}' is no option's name, as BTC-24SEP21-7000-P is");
}
