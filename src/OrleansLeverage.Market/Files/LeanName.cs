using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// What LEAN writes into names and not into rows. Two layouts: the data folder
/// <c>cryptofuture/binance/minute/btcusdt/20221213_trade.zip</c> (with the entry
/// <c>20221213_btcusdt_minute_trade.csv</c>) and the flat
/// <c>cryptofuture_binance_minute_btcusdt_20221213_trade.csv</c>.
/// </summary>
internal sealed record LeanName(FeedId? Feed, long? MidnightMs, long? IntervalMs, bool IsTrade)
{
    private static readonly string[] SecurityTypes = ["crypto", "cryptofuture"];

    public static LeanName Of(string path, string entryName)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        var tokens = folder.Split('/', '\\').TakeLast(4)
            .Concat(Tokens(Path.GetFileName(path)))
            .Concat(Tokens(entryName))
            .ToList();
        var type = tokens.FirstOrDefault(t => SecurityTypes.Contains(t));
        var date = tokens.FirstOrDefault(t => Midnight(t) is not null);
        var resolution = tokens.LastOrDefault(t => IntervalMsOf(t) is not null);
        return new LeanName(
            Symbol(tokens, date) is { } symbol ? FeedNames.Of(symbol, perpetual: type == "cryptofuture") : null,
            Midnight(date), IntervalMsOf(resolution), tokens.Contains("trade"));
    }

    // the symbol follows the resolution, or "margin_interest"; in an entry's name it stands before the resolution
    private static string? Symbol(List<string> tokens, string? date)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if ((IntervalMsOf(tokens[i]) is not null || tokens[i] is "interest" or "margin_interest")
                && tokens[i + 1] is var next && next is not ("trade" or "quote") && next != date)
            {
                return next;
            }
        }
        for (var i = 1; i < tokens.Count; i++)
        {
            if (IntervalMsOf(tokens[i]) is not null && tokens[i - 1] != date && !SecurityTypes.Contains(tokens[i - 1]))
            {
                return tokens[i - 1];
            }
        }
        return null;
    }

    private static IEnumerable<string> Tokens(string fileName) => fileName.ToLowerInvariant().Split('_', '.');

    private static long? Midnight(string? text) => text is { Length: 8 } && TimeUnit.IsDigits(text)
        && DateTimeOffset.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var date)
        ? date.ToUnixTimeMilliseconds()
        : null;

    private static long? IntervalMsOf(string? text) => text switch
    {
        "second" => 1_000,
        "minute" => 60_000,
        _ => null,
    };
}
