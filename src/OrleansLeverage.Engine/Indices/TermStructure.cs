using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Indices;

/// <summary>Model-free volatility of one expiry.</summary>
/// <param name="Days">To expiry, ACT.</param>
/// <param name="Points">Percent a year; null where the strip lacks too much to be believed.</param>
/// <param name="Reason">What it lacks; null where it lacks nothing that matters.</param>
public sealed record TermVolatility(DateTimeOffset Expiry, double Days, double? Points, string? Reason);

/// <summary>The volatility of every expiry of an underlying, as an index would take it of each alone.</summary>
public static class TermStructure
{
    private const double MinutesPerDay = 1_440.0;

    /// <summary>Of a frame's marks, the nearest expiry first; empty without options or without a price.</summary>
    public static IReadOnlyList<TermVolatility> Of(PriceFrame frame, AssetId underlying) =>
        FrameChain.Of(frame, underlying) is { Quotes.Count: > 0 } chain
            ? [.. chain.Expiries.Select(expiry => Of(chain, expiry))]
            : [];

    private static TermVolatility Of(OptionChain chain, DateTimeOffset expiry)
    {
        var days = MinutesToExpiry.Between(chain.Time, expiry) / MinutesPerDay;
        try
        {
            var strip = StripVariance.Of(ChainStrip.Of(chain, expiry, StripSource.Marks));
            return strip.Completeness.IsComplete
                ? new TermVolatility(expiry, days, strip.Points, null)
                : new TermVolatility(expiry, days, null,
                    $"{StripCompleteness.IncompleteCode}: {strip.Completeness.Lacks}");
        }
        catch (VolatilityException none)
        {
            return new TermVolatility(expiry, days, null, none.Message);
        }
    }
}
