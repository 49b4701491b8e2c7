using System.Text.RegularExpressions;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// Feeds out of the names that venues give: <c>btcusd</c>, <c>BTCUSDT</c>, <c>BTCUSD_PERP</c>, <c>BTC-PERPETUAL</c>,
/// <c>BTC_USDT</c>. The quote stays what it is: USDT is not taken for USD.
/// </summary>
internal static partial class FeedNames
{
    // longest first: BTCUSDT is BTC in USDT, not BTCU in SDT or BTCUSD in T
    private static readonly string[] Quotes =
        ["FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "TRY", "BTC", "ETH", "BNB"];

    /// <summary>Null where no known quote currency ends the symbol.</summary>
    public static FeedId? Of(string symbol, bool perpetual)
    {
        var name = symbol.ToUpperInvariant();
        var named = false;
        foreach (var suffix in (string[])["_PERP", "-PERP", "-PERPETUAL", "-SWAP"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                (name, perpetual, named) = (name[..^suffix.Length], true, true);
                break;
            }
        }
        var parts = name.Split('-', '_', '/');
        var (coin, quote) = parts is [var left, var right] ? (left, right)
            : parts is [var whole] ? Split(whole, coinAlone: named)
            : ("", "");
        coin = coin == "XBT" ? "BTC" : coin;
        var text = perpetual ? $"{coin}-{quote}-PERP" : $"{coin}-{quote}";
        return FeedId.IsValid(text) ? new FeedId(text) : null;
    }

    /// <summary>
    /// A feed at the head of a file's name, the rest being interval and date: <c>BTC_USDT-1m.json</c>,
    /// <c>BTC_USDT_USDT-1m-futures.json</c>, <c>BTC-USD-PERP.json</c>, <c>ETHUSDT-5m.json</c>.
    /// </summary>
    public static FeedId? OfFileName(string fileName)
    {
        var match = NamePattern().Match(fileName.ToUpperInvariant());
        if (match.Success)
        {
            return Of($"{match.Groups["coin"]}-{match.Groups["quote"]}", match.Groups["perp"].Success);
        }
        var head = fileName.Split('-', '_', '.')[0];
        return Of(head, perpetual: false);
    }

    public static FeedId Mark(FeedId feed) =>
        feed.Value.EndsWith("-PERP", StringComparison.Ordinal) ? feed : new FeedId(feed.Value + "-PERP");

    public static FeedId Index(FeedId feed) =>
        feed.Value.EndsWith("-PERP", StringComparison.Ordinal) ? new FeedId(feed.Value[..^"-PERP".Length]) : feed;

    // coinAlone: Deribit names a perpetual by its coin and quotes it in dollars
    private static (string Coin, string Quote) Split(string symbol, bool coinAlone)
    {
        foreach (var quote in Quotes)
        {
            if (symbol.Length > quote.Length && symbol.EndsWith(quote, StringComparison.Ordinal))
            {
                return (symbol[..^quote.Length], quote);
            }
        }
        return (symbol, coinAlone ? "USD" : "");
    }

    [GeneratedRegex(@"^(?<coin>[A-Z0-9]{1,12})[-_](?<quote>[A-Z]{3,6})(?<perp>[-_](?:PERP|\k<quote>))?(?=[-_.]|$)")]
    private static partial Regex NamePattern();
}
