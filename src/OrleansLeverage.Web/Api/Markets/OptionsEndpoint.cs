using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Indices;
using OrleansLeverage.Web.Api.History;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>Volatility of a market over the last day, a minute apart; annualised, in points.</summary>
/// <param name="Implied">Of an index; null throughout where none is published.</param>
/// <param name="Realised">Exponentially weighted over the last minutes, null until estimated.</param>
internal sealed record VolatilityHistory(
    IReadOnlyList<long> Times, IReadOnlyList<double?> Implied, IReadOnlyList<double?> Realised);

/// <summary>One underlying. Points are percent a year.</summary>
/// <param name="Points">The newest value of its implied index; null where none is published.</param>
/// <param name="Complete">Whether the index was made of whole strips.</param>
/// <param name="Reason">Why there is no index.</param>
/// <param name="Percentile">Where it stands among the values of the last day, a minute apart.</param>
/// <param name="RealisedEwma">Realised volatility, exponentially weighted: a memory of about a hundred minutes.</param>
/// <param name="Realised30d">Of thirty days; null, for a server keeps a day.</param>
/// <param name="Regime">LOW, NORMAL, HIGH or EXTREME: below a fifth of the day's minutes, below four fifths, below 95
/// in a hundred, above; null where there is no index, or too little of a day.</param>
/// <param name="RegimeReason">Why it is called so, or not called anything, in words.</param>
/// <param name="CandleMs">How long a candle is; null where there is no index.</param>
/// <param name="Candles">Of the published index, oldest first: begin in Unix milliseconds, open, high, low,
/// close.</param>
/// <param name="Terms">By expiry, the nearest first.</param>
internal sealed record VolatilityRow(
    string Index, double? Points, bool? Complete, string? Reason, double? Percentile, double? RealisedEwma,
    double? Realised30d, string? Regime, string RegimeReason, long? CandleMs, IReadOnlyList<double[]> Candles,
    IReadOnlyList<TermRow> Terms, VolatilityHistory History);

/// <summary>Model-free volatility of one expiry, from the option marks of the newest frame.</summary>
/// <param name="Vol">Points; null where too many strikes lack.</param>
/// <param name="Reason">What lacks; null where nothing does.</param>
internal sealed record TermRow(string Expiry, double Days, double? Vol, string? Reason)
{
    public static TermRow Of(TermVolatility term) => new(
        term.Expiry.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), term.Days, Statistic.Of(term.Points),
        term.Reason);
}

/// <param name="Reason">Why no index is among the items; null where one is.</param>
internal sealed record VolatilityView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<VolatilityRow> Items, string? Reason);

/// <summary><c>GET /greeks</c> and <c>GET /vol-index</c>.</summary>
internal sealed class OptionsEndpoint(ILeverageGrid grid, FigureHistory history)
{
    private const string NoIndex = "no volatility index is published to this grid";
    private const double DaysPerYear = 365.0;
    private const double Percent = 100.0;

    /// <summary>Terms are shown every five seconds, and made no more often.</summary>
    private const long TermsEveryMs = 5_000;

    private volatile Terms? _terms;

    public async Task<Look> GetGreeksAsync(HttpContext context, ReadQuery query)
    {
        if (!grid.Universe.Instruments.Any(instrument => instrument.Option is not null))
        {
            return Look.Of(grid.Frame.Number, () => GreeksView.None(grid.Frame));
        }
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_supported");
        }
        return await reads.GreeksAsync(context.RequestAborted) is { } greeks
            ? Look.Of($"{greeks.Frame}{ReachView.Of(greeks).Version()}", () => GreeksView.Of(greeks, grid.Frame))
            : Refusal.Of("not_measured");
    }

    public Look GetVolatility(ReadQuery query)
    {
        var frame = grid.Frame;
        return Look.Of(frame.Number, () =>
        {
            var stamp = Stamp.Of(frame);
            var terms = TermsAt(frame);
            VolatilityRow[] rows = [.. frame.Universe.Assets.Where(asset => asset.PriceFeed is not null)
                .Select(asset => Row(asset, frame, terms.ByAsset.GetValueOrDefault(asset.Id) ?? []))];
            return new VolatilityView(stamp.AsOf, stamp.Seq, stamp.Freshness, rows,
                rows.Any(row => row.Points is not null) ? null : NoIndex);
        });
    }

    private Terms TermsAt(PriceFrame frame)
    {
        if (_terms is { } made && ReferenceEquals(made.Universe, frame.Universe)
            && Math.Abs(frame.TimeMs - made.TimeMs) < TermsEveryMs)
        {
            return made;
        }
        var held = frame.Universe.Instruments.Where(i => i.Option is not null).Select(i => i.Base.Id).Distinct();
        return _terms = new Terms(frame.Universe, frame.TimeMs, held.ToDictionary(id => id,
            id => (IReadOnlyList<TermRow>)[.. TermStructure.Of(frame, id).Select(TermRow.Of)]));
    }

    private VolatilityRow Row(Asset asset, PriceFrame frame, IReadOnlyList<TermRow> terms)
    {
        var feed = asset.PriceFeed!;
        var daily = frame.DailyVolatility?[feed.Index] is > 0.0 and var sigma ? Statistic.Of(sigma) : null;
        var metric = RecordedFigures.FeedNames.Index().First(m => m.Item == RecordedFigures.Volatility).Index;
        var day = history.Between(feed.Id, 0, long.MaxValue).Day;
        var index = frame.Universe.Feed(FeedId.VolatilityIndexOf(asset.Id));
        var (points, reason) = index is null ? (null, NoIndex) : Index(frame[index]);
        var implied = index is null ? [] : Implied(index);
        var percentile = Percentile([.. implied.Values], points);
        var (regime, why) = VolatilityRegime.Of(percentile, implied.Count);
        var (width, candles) = index is null ? (0L, []) : history.Candles(index.Id);
        return new VolatilityRow(asset.Id.Value, points, points is null ? null : true, reason, percentile,
            Points(daily), null, regime, why, index is null ? null : width,
            [.. candles.Select(c => new[] { c.BeginMs, c.Open, c.High, c.Low, c.Close })], terms,
            new VolatilityHistory([.. day.Select(moment => moment.TimeMs)],
                [.. day.Select(moment => implied.TryGetValue(moment.TimeMs, out var then) ? then : (double?)null)],
                [.. day.Select(moment => Points(Statistic.Of(moment.Values[metric])))]));
    }

    /// <summary>An index is published only of whole strips; one that is no longer is old, and says so.</summary>
    private static (double? Points, string? Reason) Index(FramePrice price) => price.Price is not { } value
        ? (null, "the index has not been measured: its strips are incomplete, or it is not published")
        : ((double)value.Value, price.State is PriceState.Fresh or PriceState.Degraded ? null
            : $"the index is {SnapshotJson.Word(price.State)}");

    private Dictionary<long, double> Implied(Feed index)
    {
        var price = RecordedFigures.FeedNames.Index().First(m => m.Item == "price").Index;
        return history.Between(index.Id, 0, long.MaxValue).Day
            .Where(moment => double.IsFinite(moment.Values[price]))
            .GroupBy(moment => moment.TimeMs).ToDictionary(same => same.Key, same => same.Last().Values[price]);
    }

    /// <summary>Share of the day's values that are not above this one; null without either.</summary>
    private static double? Percentile(double[] values, double? points) => points is { } now && values.Length > 0
        ? (double)values.Count(value => value <= now) / values.Length
        : null;

    /// <summary>Terms of every underlying with options, as a frame had them.</summary>
    private sealed record Terms(
        Universe Universe, long TimeMs, IReadOnlyDictionary<AssetId, IReadOnlyList<TermRow>> ByAsset);

    private static double? Points(double? daily) => daily * Math.Sqrt(DaysPerYear) * Percent;
}
