using OrleansLeverage.Analytics.Forecast;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Models;

/// <summary>A market's accounts over a horizon, as <c>forecast</c> shows them. USD; steps are days.</summary>
/// <param name="LiquidatedNotional">Over all paths: average and quantiles of what is liquidated in all.</param>
/// <param name="MarketLeverage">At the horizon, of those still there.</param>
/// <param name="Regime">Of the first feed now, with its probability.</param>
internal sealed record ForecastReport(
    string Schema, string Source, IReadOnlyList<string> Histories, IReadOnlyList<string> Followers, string Method,
    ulong Seed, long Paths, int Days, int Accounts, string? Regime, double? RegimeProbability,
    double ExpectedLiquidations, Spread LiquidatedNotional, Spread MarketLeverage, double MarketLeverageNow,
    IReadOnlyList<DayRow> ByDay, IReadOnlyList<AccountForecast> Riskiest)
{
    public ReportTable Summary()
    {
        var table = new ReportTable("figure", "mean", "p05", "p50", "p95", "p99")
        {
            Title = $"{Accounts} accounts over {Days} days, {Paths} paths ({Method}, seed {Seed}); market leverage now "
                + FormattableString.Invariant($"{MarketLeverageNow:0.###}")
                + (Regime is null ? "" : FormattableString.Invariant($"; regime {Regime} ({RegimeProbability:P0})")),
        };
        table.Add("liquidated notional", LiquidatedNotional.Mean, LiquidatedNotional.P05, LiquidatedNotional.P50,
            LiquidatedNotional.P95, LiquidatedNotional.P99);
        return table.Add("market leverage", MarketLeverage.Mean, MarketLeverage.P05, MarketLeverage.P50,
            MarketLeverage.P95, MarketLeverage.P99);
    }

    public static ReportTable Rows(LeverageForecast forecast)
    {
        var table = new ReportTable("account", "probability", "standardError", "expectedLiquidated", "meanDay",
            "medianDay", "leverageP05", "leverageP50", "leverageP95");
        for (var i = 0; i < forecast.Book.Count; i++)
        {
            Add(table, forecast[i]);
        }
        return table;
    }

    public ReportTable RiskiestRows()
    {
        var table = new ReportTable("account", "probability", "standardError", "expectedLiquidated", "meanDay",
            "medianDay", "leverageP05", "leverageP50", "leverageP95") { Title = "Most probable liquidations" };
        foreach (var account in Riskiest)
        {
            Add(table, account);
        }
        return table;
    }

    private static void Add(ReportTable table, AccountForecast a) => table.Add(a.Name, a.Probability, a.StandardError,
        a.ExpectedLiquidated, a.MeanStep, a.MedianStep, a.LeverageLow, a.LeverageMedian, a.LeverageHigh);
}

/// <param name="Liquidated">Expected accounts liquidated by the end of the day.</param>
internal readonly record struct DayRow(int Day, double Liquidated);

internal readonly record struct Spread(double Mean, double P05, double P50, double P95, double P99)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? default
            : new Spread(sorted.Average(), At(0.05), At(0.5), At(0.95), At(0.99));

        double At(double share) => sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
    }
}
