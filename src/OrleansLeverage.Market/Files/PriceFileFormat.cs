namespace OrleansLeverage.Market.Files;

/// <summary>What a price file is. The names that a user types are those of <see cref="PriceFileFormats"/>.</summary>
public enum PriceFileFormat
{
    /// <summary>Look at the first rows.</summary>
    Auto,

    /// <summary>LEAN minute or second trade bars: ms since midnight UTC, open, high, low, close, volume.</summary>
    LeanTrade,

    /// <summary>LEAN funding of a perpetual: <c>yyyyMMdd HH:mm:ss,rate</c>.</summary>
    LeanMarginInterest,

    /// <summary>
    /// Binance public klines, spot (microseconds from 2025 on) or futures (milliseconds), 12 columns.
    /// </summary>
    BinanceKlines,

    /// <summary>Binance mark-price klines: the same 12 columns, volumes all zero.</summary>
    BinanceMarkPriceKlines,

    /// <summary>CCXT OHLCV JSON: <c>[[ms, open, high, low, close, volume], ...]</c>.</summary>
    CcxtOhlcv,

    /// <summary>
    /// Tardis <c>derivative_ticker</c> CSV: columns by header name, microseconds, empty fields normal.
    /// </summary>
    TardisDerivativeTicker,

    /// <summary>
    /// Daily history: header <c>date,open,high,low,close</c> and more, dates <c>yyyy-MM-dd</c> in UTC.
    /// </summary>
    DailyOhlcv,
}

public static class PriceFileFormats
{
    private static readonly (PriceFileFormat Format, string Name)[] Names =
    [
        (PriceFileFormat.Auto, "auto"),
        (PriceFileFormat.LeanTrade, "lean"),
        (PriceFileFormat.LeanMarginInterest, "lean-funding"),
        (PriceFileFormat.BinanceKlines, "binance-klines"),
        (PriceFileFormat.BinanceMarkPriceKlines, "binance-mark"),
        (PriceFileFormat.CcxtOhlcv, "ccxt"),
        (PriceFileFormat.TardisDerivativeTicker, "tardis-ticker"),
        (PriceFileFormat.DailyOhlcv, "daily"),
    ];

    /// <summary>Every name, "auto" first: for help texts and completion.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Select(pair => pair.Name)];

    public static string Name(this PriceFileFormat format) => Names.First(pair => pair.Format == format).Name;

    public static bool TryParse(string? name, out PriceFileFormat format)
    {
        var index = Array.FindIndex(Names, pair => pair.Name == name);
        format = index < 0 ? PriceFileFormat.Auto : Names[index].Format;
        return index >= 0;
    }
}
