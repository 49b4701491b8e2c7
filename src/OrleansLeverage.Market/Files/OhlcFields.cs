using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

internal static class OhlcFields
{
    /// <summary>Four prices that can be a bar: low ≤ open, close ≤ high.</summary>
    public static bool TryRead(
        ReadOnlySpan<string> ohlc, out (Price Open, Price High, Price Low, Price Close) bar, out string? reason)
    {
        bar = default;
        if (!PriceText.TryPrice("open", ohlc[0], out var open, out reason)
            || !PriceText.TryPrice("high", ohlc[1], out var high, out reason)
            || !PriceText.TryPrice("low", ohlc[2], out var low, out reason)
            || !PriceText.TryPrice("close", ohlc[3], out var close, out reason))
        {
            return false;
        }
        if (high < open || high < close || low > open || low > close)
        {
            reason = $"open {open}, high {high}, low {low}, close {close} cannot be one bar";
            return false;
        }
        bar = (open, high, low, close);
        return true;
    }

    /// <summary>Null where the text is empty; false where it is no volume.</summary>
    public static bool TryVolume(string text, out decimal? volume, out string? reason)
    {
        volume = null;
        reason = null;
        if (text.Length == 0)
        {
            return true;
        }
        if (!PriceText.TryDecimal(text, out var value) || value < 0m)
        {
            reason = $"volume '{PriceText.Shorten(text)}' is not a number that can be read exactly and is 0 or more";
            return false;
        }
        volume = value;
        return true;
    }
}
