using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>
/// Sensitivities in USD: delta per 100 % of the underlying, gamma as change of that per 1 %, vega per point of
/// volatility, theta per day.
/// </summary>
internal sealed record GreeksRow(double? Delta, double? Gamma, double? Vega, double? Theta, double? Vanna, double? Volga)
{
    public static GreeksRow Of(double contracts, UnitGreeks unit)
    {
        var all = contracts * unit;
        return new GreeksRow(Statistic.Of(all.DollarDelta), Statistic.Of(all.GammaPerPercent), Statistic.Of(all.Vega),
            Statistic.Of(all.Theta), Statistic.Of(all.Vanna), Statistic.Of(all.Volga));
    }

    public static GreeksRow operator +(GreeksRow left, GreeksRow right) => new(left.Delta + right.Delta,
        left.Gamma + right.Gamma, left.Vega + right.Vega, left.Theta + right.Theta, left.Vanna + right.Vanna,
        left.Volga + right.Volga);
}

/// <summary>One strike of one expiry. What one side gains the other loses, so the market has open interest's size and
/// the net of whoever quotes both sides.</summary>
/// <param name="OpenContracts">Held long, calls and puts.</param>
/// <param name="Open">Of all that is held long.</param>
/// <param name="Makers">Net of market makers.</param>
internal sealed record StrikeRow(string Strike, double OpenContracts, double MakerContracts, GreeksRow Open,
    GreeksRow Makers);

/// <summary>One expiry.</summary>
internal sealed record ExpiryRow(
    string Expiry, double? Days, GreeksRow Open, GreeksRow Makers, IReadOnlyList<StrikeRow> Strikes);

/// <summary>One underlying.</summary>
internal sealed record UnderlyingRow(
    string Underlying, string? Price, GreeksRow Open, GreeksRow Makers, IReadOnlyList<ExpiryRow> Expiries);

internal sealed record UnvaluedRow(string Symbol, string Reason);

/// <summary>Sensitivities by underlying, expiry and strike.</summary>
/// <param name="Underlyings">Null while there are no options.</param>
/// <param name="Unvalued">Series without sensitivities, and why.</param>
internal sealed record GreeksView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<UnderlyingRow>? Underlyings,
    IReadOnlyList<UnvaluedRow> Unvalued)
{
    private const double DayMs = 86_400_000.0;

    public static GreeksView None(PriceFrame frame)
    {
        var stamp = Stamp.Of(frame);
        return new GreeksView(stamp.AsOf, stamp.Seq, stamp.Freshness, null, []);
    }

    public static GreeksView Of(MarketGreeks greeks, PriceFrame frame)
    {
        var stamp = Stamp.Of(greeks.Frame, greeks.FrameTimeMs, frame);
        return new GreeksView(stamp.AsOf, stamp.Seq, stamp.Freshness,
            [.. greeks.Series.GroupBy(s => s.Underlying).OrderBy(u => u.Key).Select(underlying =>
            {
                ExpiryRow[] expiries = [.. underlying.GroupBy(s => s.Instrument.Expiry).OrderBy(e => e.Key).Select(
                    expiry => Of(expiry.Key, [.. expiry], greeks.FrameTimeMs))];
                return new UnderlyingRow(underlying.Key.Value,
                    frame.Universe.Asset(underlying.Key) is { } asset && frame.UsdPrice(asset) is { } price
                        ? Decimals.Text(price)
                        : null,
                    Sum(expiries.Select(e => e.Open)), Sum(expiries.Select(e => e.Makers)), expiries);
            })],
            [.. greeks.Unvalued.Select(u => new UnvaluedRow(u.Instrument.Value, u.Reason))]);
    }

    private static ExpiryRow Of(DateTimeOffset? expiry, SeriesGreeks[] series, long timeMs)
    {
        StrikeRow[] strikes = [.. series.GroupBy(s => s.Instrument.Option!.Strike.Value).OrderBy(k => k.Key).Select(
            strike => new StrikeRow(Decimals.Text(strike.Key), strike.Sum(s => s.OpenContracts),
                strike.Sum(s => s.MakerContracts), Sum(strike.Select(s => GreeksRow.Of(s.OpenContracts, s.Unit))),
                Sum(strike.Select(s => GreeksRow.Of(s.MakerContracts, s.Unit)))))];
        var end = expiry?.ToUnixTimeMilliseconds();
        return new ExpiryRow(end is { } ms ? SnapshotJson.Datetime(ms) : "",
            end is { } at ? Math.Max(0.0, (at - timeMs) / DayMs) : null, Sum(strikes.Select(s => s.Open)),
            Sum(strikes.Select(s => s.Makers)), strikes);
    }

    private static GreeksRow Sum(IEnumerable<GreeksRow> rows) => rows.Aggregate((sum, row) => sum + row);
}

/// <summary>Realised volatility of a market, and the index where one is published.</summary>
/// <param name="Realised">Annualised per 1.00, ACT/365, exponentially weighted; null until estimated.</param>
/// <param name="Index">Points of an implied index; null where none is measured.</param>
internal sealed record VolatilityRow(string Asset, double? Realised, double? RealisedDaily, double? Index);

internal sealed record VolatilityView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<VolatilityRow> Items, string? NextCursor)
    : Listed<VolatilityRow>(AsOf, Seq, Freshness, Items, NextCursor);

/// <summary><c>GET /greeks</c> and <c>GET /vol-index</c>.</summary>
internal sealed class OptionsEndpoint(ILeverageGrid grid)
{
    private const double DaysPerYear = 365.0;

    public static readonly IReadOnlyList<QueryParameter> VolatilityParameters = [ListParameters.Format];

    public async Task<Look> GetGreeksAsync(HttpContext context, ReadQuery query)
    {
        if (!grid.Universe.Instruments.Any(instrument => instrument.Option is not null))
        {
            return Look.Of(grid.Frame.Number, () => GreeksView.None(grid.Frame));
        }
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_kept");
        }
        return await reads.GreeksAsync(context.RequestAborted) is { } greeks
            ? Look.Of(greeks.Frame, () => GreeksView.Of(greeks, grid.Frame))
            : Refusal.Of("not_measured");
    }

    public Look GetVolatility(ReadQuery query)
    {
        var frame = grid.Frame;
        return Look.Of(frame.Number, () =>
        {
            var stamp = Stamp.Of(frame);
            return new VolatilityView(stamp.AsOf, stamp.Seq, stamp.Freshness,
                [.. frame.Universe.Feeds.Where(feed => !feed.Id.IsMade).Select(feed =>
                {
                    var daily = frame.DailyVolatility?[feed.Index] is > 0.0 and var sigma ? Statistic.Of(sigma) : null;
                    return new VolatilityRow(feed.Id.Value, daily * Math.Sqrt(DaysPerYear), daily, null);
                })], null);
        });
    }
}
