using System.CommandLine;
using System.Globalization;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.App.Models;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Series;

/// <summary>What verbs on one feed's closes ask of a series.</summary>
internal static class SingleSeries
{
    private const long DayMs = 86_400_000;

    /// <summary>1970-01-01 was a Thursday: three days after the Monday that weeks are counted from.</summary>
    private const long ThursdayDays = 3;

    public static PriceSeries Load(SeriesInput input, ParseResult parsed) => input.Load(parsed) is [var only]
        ? only
        : throw new InputException("--prices names one file with one feed for this");

    /// <summary>Simple returns; the one over a gap spans it.</summary>
    public static double[] Returns(this PriceSeries series) =>
        [.. series.Closes.Zip(series.Closes.Skip(1)).Select(pair => (pair.Second / pair.First) - 1.0)];

    public static double[] LogReturns(this PriceSeries series) =>
        ReturnSeries.FromPrices(series.Closes, ReturnKind.Log, 1.0).Values.ToArray();

    /// <summary>Steps between two bars that are longer than the usual one.</summary>
    public static int Gaps(this PriceSeries series)
    {
        var bars = series.Bars;
        long[] steps = [.. bars.Zip(bars.Skip(1)).Select(pair => pair.Second.StartMs - pair.First.StartMs)];
        var usual = steps.Order().ElementAtOrDefault(steps.Length / 2);
        return steps.Count(step => step > usual);
    }

    /// <summary>The calendar week, Monday to Sunday in UTC, of the bar that return i leads to.</summary>
    public static long Week(this PriceSeries series, int returnIndex) =>
        (long)Math.Floor(((series.Bars[returnIndex + 1].StartMs / (double)DayMs) + ThursdayDays) / 7.0);

    /// <summary>Day, and time where bars are shorter, of the bar that return i leads to.</summary>
    public static string Date(this PriceSeries series, double returnIndex)
    {
        var bar = series.Bars[(int)Math.Clamp(Math.Round(returnIndex) + 1.0, 0.0, series.Bars.Count - 1.0)];
        return PriceSeries.Start(bar).ToString(bar.IntervalMs >= DayMs ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm",
            CultureInfo.InvariantCulture);
    }
}
