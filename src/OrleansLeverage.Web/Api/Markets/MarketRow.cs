using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Api.Accounts;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>What is traded on a market's price.</summary>
/// <param name="Kind">spot, perpetual, future or option.</param>
/// <param name="OpenInterestNotional">One-sided, USD.</param>
/// <param name="FundingIndex">Cumulative funding of a perpetual, settlement asset a contract; null for others.</param>
/// <param name="LongAccounts">Accounts with a long position; null while they are not counted.</param>
internal sealed record SymbolRow(
    string Symbol, string Kind, string? MarkPrice, string? OpenInterestNotional, string? FundingIndex,
    double MaxLeverage, bool IsOpen, long? LongAccounts, long? ShortAccounts)
{
    public static SymbolRow Of(Instrument instrument, PriceFrame frame, MarketCensus? census)
    {
        var holders = census?.Instruments[instrument.Index];
        var mark = frame.Mark(instrument);
        return new SymbolRow(instrument.Id.Value, SnapshotJson.Word(instrument.Kind).ToLowerInvariant(),
            mark?.ToString(), mark is null ? null : Exact.Text(frame.OpenInterestUsd(instrument)),
            instrument.Kind == InstrumentKind.Perpetual ? Exact.Text(frame.FundingIndex(instrument)) : null,
            (double)instrument.Margin.Tiers[0].MaxLeverage, instrument.IsOpen, holders?.LongAccounts,
            holders?.ShortAccounts);
    }
}

/// <summary>
/// One market: a price feed, what is traded on it, and the leverage of whoever holds that. USD; null where there is no
/// value.
/// </summary>
/// <param name="State">LIVE, PARTIAL, DRIFT, STALE, HALTED or NOT_MEASURED.</param>
/// <param name="Reason">What is wrong with the price, in words; empty where nothing is.</param>
/// <param name="Accounts">Accounts with an exposure to it; null while they are not counted.</param>
/// <param name="DailyVolatility">Standard deviation of the daily return; null until estimated.</param>
internal sealed record MarketRow(
    string Asset, IReadOnlyList<SymbolRow> Symbols, string? Price, string State, string Reason, long? AgeMs,
    double? LongNotional, double? ShortNotional, double? Notional, double? Leverage, double? LongLeverage,
    double? ShortLeverage, double? LeverageSkew, double? NotionalSkew, double? AccountSkew, long? Accounts,
    long? LongAccounts, long? ShortAccounts, double? DailyVolatility)
{
    public static MarketRow Of(Feed feed, IEnumerable<Instrument> traded, PriceFrame frame, SystemFigures? figures,
        FeedQuote? quote, MarketCensus? census)
    {
        var asset = figures?.Assets.FirstOrDefault(a => a.Asset == feed.Id);
        var holders = census?.Feeds[feed.Index];
        var price = frame[feed];
        // a market that nobody holds has a notional, of 0, once it has been looked at
        var empty = figures is null || price.Price is null ? (double?)null : 0.0;
        var (longs, shorts) = (Statistic.Of(asset?.LongNotional) ?? empty, Statistic.Of(asset?.ShortNotional) ?? empty);
        var sigma = frame.DailyVolatility?[feed.Index] ?? 0.0;
        return new MarketRow(feed.Id.Value, [.. traded.Select(i => SymbolRow.Of(i, frame, census))],
            price.Price?.ToString(),
            quote is { } known ? SnapshotJson.Word(known.Display) : Display(price),
            quote?.Explain() ?? "",
            price.Price is null ? null : quote?.AgeMs ?? Math.Max(0, frame.TimeMs - price.TimeMs),
            longs, shorts, longs + shorts, Statistic.Of(asset?.Leverage), Statistic.Of(asset?.LongLeverage),
            Statistic.Of(asset?.ShortLeverage), Statistic.Of(asset?.LeverageSkew), Statistic.Of(asset?.NotionalSkew),
            Statistic.Of(holders?.AccountSkew), holders?.LongAccounts + holders?.ShortAccounts,
            holders?.LongAccounts, holders?.ShortAccounts, sigma > 0.0 ? Statistic.Of(sigma) : null);
    }

    /// <summary>Of a price that the engine makes itself, which no source stands behind.</summary>
    private static string Display(FramePrice price) => price.State switch
    {
        PriceState.NotMeasured => "NOT_MEASURED",
        PriceState.Fresh => "LIVE",
        PriceState.Degraded => "PARTIAL",
        PriceState.Stale => "STALE",
        _ => "HALTED",
    };
}
