using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Api.History;

/// <summary>What is kept over time: names, and where their numbers come from. Numbers stand in the order of
/// names.</summary>
internal static class RecordedFigures
{
    private static readonly (string Name, Func<SystemFigures, double?> Of)[] System =
    [
        ("marketLeverage", f => f.MarketLeverage), ("longLeverage", f => f.LongLeverage),
        ("shortLeverage", f => f.ShortLeverage), ("leverageSkew", f => f.LeverageSkew),
        ("notionalSkew", f => f.NotionalSkew), ("accountSkew", f => f.AccountSkew),
        ("leverageSkewExMakers", f => f.LeverageSkewExMakers), ("notionalSkewExMakers", f => f.NotionalSkewExMakers),
        ("estimatedLeverageRatio", f => f.EstimatedLeverageRatio), ("equity", f => f.Equity),
        ("notional", f => f.GrossNotional), ("longNotional", f => f.LongNotional),
        ("shortNotional", f => f.ShortNotional), ("borrowed", f => f.Borrowed), ("accounts", f => f.Accounts),
        ("accountsWithExposure", f => f.AccountsWithExposure), ("accountsAtRisk", f => f.AccountsAtRisk),
        ("notionalAtRisk", f => f.NotionalAtRisk), ("bankrupt", f => f.Bankrupt), ("deficit", f => f.Deficit),
        ("coverage", f => f.Coverage), ("oldestPriceAgeMs", f => f.OldestPriceAgeMs),
        ("notionalHhi", f => f.Concentration.NotionalHhi),
        ("notionalTop10Share", f => f.Concentration.NotionalTop10Share),
        ("equityHhi", f => f.Concentration.EquityHhi),
        ("longP50", f => f.LongHistogram.P50), ("longP99", f => f.LongHistogram.P99),
        ("shortP50", f => f.ShortHistogram.P50), ("shortP99", f => f.ShortHistogram.P99),
    ];

    private static readonly (string Name, Func<SystemFigures, LeverageDistribution> Of)[] Histograms =
        [("longHistogram", f => f.LongHistogram), ("shortHistogram", f => f.ShortHistogram)];

    private static readonly string[] Feed =
    [
        "price", "leverage", "longLeverage", "shortLeverage", "leverageSkew", "notionalSkew", "longNotional",
        "shortNotional", Volatility, "openInterestNotional", "fundingIndex", "fundingRate",
    ];

    /// <summary>Standard deviation of the daily return.</summary>
    public const string Volatility = "dailyVolatility";

    /// <summary>Buckets of a histogram.</summary>
    public const int Buckets = 9;

    /// <summary>Of the whole market; the last two give an array at every time: accounts by bucket.</summary>
    public static IReadOnlyList<string> SystemNames { get; } =
        [.. System.Select(metric => metric.Name), .. Histograms.Select(metric => metric.Name)];

    /// <summary>Of one market.</summary>
    public static IReadOnlyList<string> FeedNames => Feed;

    public static double[] OfSystem(SystemFigures figures)
    {
        var values = new double[System.Length + (Histograms.Length * Buckets)];
        for (var i = 0; i < System.Length; i++)
        {
            values[i] = System[i].Of(figures) ?? double.NaN;
        }
        for (var h = 0; h < Histograms.Length; h++)
        {
            var accounts = Histograms[h].Of(figures).Accounts;
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                values[System.Length + (h * Buckets) + bucket] =
                    bucket < accounts.Count ? accounts[bucket] : double.NaN;
            }
        }
        return values;
    }

    /// <param name="traded">What is counted in the market.</param>
    /// <param name="funding">Of its perpetual; null without one.</param>
    public static double[] OfFeed(SystemFigures figures, PriceFrame frame, Feed feed, IEnumerable<Instrument> traded,
        FundingSeen? funding)
    {
        var asset = figures.Assets.FirstOrDefault(a => a.Asset == feed.Id);
        return
        [
            (double?)frame[feed].Price?.Value ?? double.NaN, asset?.Leverage ?? double.NaN,
            asset?.LongLeverage ?? double.NaN, asset?.ShortLeverage ?? double.NaN, asset?.LeverageSkew ?? double.NaN,
            asset?.NotionalSkew ?? double.NaN, asset?.LongNotional ?? double.NaN, asset?.ShortNotional ?? double.NaN,
            frame.DailyVolatility?[feed.Index] is > 0.0 and var sigma ? sigma : double.NaN,
            OpenInterest(frame, traded), funding?.Index ?? double.NaN, funding?.Rate ?? double.NaN,
        ];
    }

    /// <summary>One-sided, USD; of what has no mark it is unknown, and then so is the sum.</summary>
    private static double OpenInterest(PriceFrame frame, IEnumerable<Instrument> traded)
    {
        var (sum, any) = (0m, false);
        foreach (var instrument in traded)
        {
            if (frame.Mark(instrument) is null)
            {
                return double.NaN;
            }
            sum += frame.OpenInterestUsd(instrument);
            any = true;
        }
        return any ? (double)sum : double.NaN;
    }

    /// <summary>The number of a metric at a moment, or its array; null where there was none.</summary>
    public static object? At(Moment moment, int metric, bool isSystem)
    {
        if (!isSystem || metric < System.Length)
        {
            return Statistic.Of(moment.Values[metric]);
        }
        var from = System.Length + ((metric - System.Length) * Buckets);
        return moment.Values[from..(from + Buckets)].Select(value => Statistic.Of(value)).ToArray();
    }

    public static bool IsArray(int metric, bool isSystem) => isSystem && metric >= System.Length;
}
