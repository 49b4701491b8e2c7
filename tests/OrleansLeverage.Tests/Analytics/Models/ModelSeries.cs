using System.Globalization;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Tests.Analytics.Models;

/// <summary>The real series that benchmarks are stated on; null where the shared folder is absent.</summary>
internal static class ModelSeries
{
    public static ReturnSeries? DemGbp() => Column("dem2gbp_returns.csv", 1) is { } values
        ? ReturnSeries.Of(values) : null;

    public static ReturnSeries? Alcoa() => Column("dji30_AA_logreturns_1987_2009.csv", 1) is { } values
        ? ReturnSeries.Of(values, 1.0) : null;

    public static ReturnSeries? Sp500() => Column("sp500_daily_1999_2018.csv", 1) is { } prices
        ? ReturnSeries.FromPrices(prices, ReturnKind.Simple) : null;

    public static double[]? Column(string file, int column) => SharedData.Path($"data/{file}") is { } path
        ? [.. File.ReadLines(path).Skip(1).Select(line =>
            double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))]
        : null;

    /// <summary>Digits on which two numbers agree (McCullough and Renfro's log relative error).</summary>
    public static double Digits(double actual, double expected) => actual == expected ? 17.0
        : -Math.Log10(Math.Abs(actual - expected) / Math.Abs(expected));
}
