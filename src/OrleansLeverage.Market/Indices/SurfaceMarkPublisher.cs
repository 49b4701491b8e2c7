using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Market.Indices;

/// <summary>What became of a series' mark, in precedence.</summary>
public enum SurfaceMarkStatus
{
    Expired,

    /// <summary>The surface is too old, or from after now.</summary>
    SurfaceStale,

    /// <summary>The surface gives no volatility here; the reason says why.</summary>
    NoVolatility,

    Published,
}

/// <summary>A series at a time.</summary>
/// <param name="Flags">Of the volatility: a mark from beyond the quotes is still one, and says so.</param>
/// <param name="Mark">Before rounding, in the quote or, settled in coin, in coin.</param>
public sealed record SurfaceMark(
    InstrumentId Instrument, SurfaceMarkStatus Status, double? Volatility, SmileFlags Flags, double? Mark,
    string? Reason, PriceUpdate? Update);

/// <summary>
/// Marks of option series out of a surface, as updates of the series' own feeds: Black 1976 on the surface's forward as
/// far as the underlying has moved since, at the volatility that the named rule leaves there, ACT/365, rounded to the
/// feed's tick and at least one (a price is above 0). A surface that grows too old marks nothing, so that the feeds
/// grow stale with it. No clock, no thread; not safe for several threads at once.
/// </summary>
/// <param name="series">Options; others are an error.</param>
/// <param name="rule">Which volatility a strike has once the underlying has moved.</param>
/// <param name="session">Above that of any earlier run of this source.</param>
public sealed class SurfaceMarkPublisher(
    IReadOnlyList<Instrument> series, SourceId source, long session, SmileRule rule = SmileRule.StickyDelta,
    long surfaceAgeMaxMs = SurfaceMarkPublisher.AgeMaxMs)
{
    public const long AgeMaxMs = 60_000;

    // gamma has no bound in the last moments
    private const double YearsMin = 60.0 / 31_536_000.0;
    private const double DaysPerYear = 365.0;

    private long _sequence;

    /// <param name="move">Underlying now / underlying at the surface's time; 1 where it has not moved.</param>
    public IReadOnlyList<SurfaceMark> Publish(VolatilitySurface surface, double move, long nowMs)
    {
        if (!(double.IsFinite(move) && move > 0.0))
        {
            throw new ArgumentOutOfRangeException(nameof(move), move, "a ratio of two prices");
        }
        _sequence++;
        return [.. series.Select(instrument => Mark(surface, instrument, move, nowMs))];
    }

    private SurfaceMark Mark(VolatilitySurface surface, Instrument instrument, double move, long nowMs)
    {
        var terms = instrument.Option ?? throw new ArgumentException($"{instrument} is no option", nameof(instrument));
        var blank = new SurfaceMark(
            instrument.Id, SurfaceMarkStatus.NoVolatility, null, SmileFlags.None, null, null, null);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
        if (instrument.Expiry is not { } expiry || expiry <= now)
        {
            return blank with { Status = SurfaceMarkStatus.Expired, Reason = $"expired at {instrument.Expiry:O}" };
        }
        var ageMs = nowMs - surface.AsOf.ToUnixTimeMilliseconds();
        if (ageMs < 0 || ageMs > surfaceAgeMaxMs)
        {
            return blank with
            {
                Status = SurfaceMarkStatus.SurfaceStale,
                Reason = $"the surface is {ageMs} ms old, at most {surfaceAgeMaxMs}",
            };
        }
        try
        {
            var strike = (double)terms.Strike.Value;
            var point = surface.Interpolate(expiry, rule == SmileRule.StickyDelta ? strike / move : strike);
            var market = new ForwardMarket(
                point.Forward * move, Math.Max(YearsMin, (expiry - now).TotalDays / DaysPerYear));
            var value = market.Price(terms.Right, strike, point.Volatility);
            var mark = instrument.Settlement == instrument.Base ? value / market.Forward : value;
            var update = new PriceUpdate(instrument.MarkFeed.Id, Rounded(mark, instrument), source, session, _sequence,
                nowMs);
            return update.FormFault() is { } fault
                ? blank with { Reason = $"{mark} is no price: {fault.Code()}" }
                : new SurfaceMark(instrument.Id, SurfaceMarkStatus.Published, point.Volatility, point.Flags, mark, null,
                    update);
        }
        catch (VolatilityException none)
        {
            return blank with { Reason = none.Message };
        }
    }

    private static decimal Rounded(double mark, Instrument instrument)
    {
        var tick = instrument.MarkFeed.TickSize;
        var ticks = Math.Round(mark / (double)tick, MidpointRounding.ToEven);
        var most = Decimals.FloorTo(instrument.PriceMax, tick);
        return ticks < 1.0 ? tick : ticks >= (double)(most / tick) ? most : (decimal)ticks * tick;
    }
}
