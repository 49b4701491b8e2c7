using OrleansLeverage.Analytics.Cppi;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Domain.Lots;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Models;

/// <summary>
/// What is wrong with series, fits and strategies most often: a typed error or a flagged result that says what to do.
/// </summary>
public sealed class BadModelInputTests
{
    private static readonly VolatilitySpec Garch = new(VarianceModel.Garch);
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a series too short", "series_too_short", "take a longer period")]
    [InlineData("a constant series", "series_constant", "no variance to model")]
    [InlineData("a gapped series", "series_gap", "fill the gap")]
    [InlineData("a series with NaN", "series_not_finite", "leave the row out")]
    [InlineData("a price of zero", "price_not_positive", "is the column right")]
    [InlineData("a price below zero", "price_not_positive", "is the column right")]
    [InlineData("times out of order", "series_out_of_order", "sort the file")]
    [InlineData("a multiplier below 1", "multiplier", "hold a fixed mix instead")]
    [InlineData("a floor above the value", "floorShare", "no cushion to begin with")]
    [InlineData("overselling a lot", "Oversold", "oversell")]
    [InlineData("a non-stationary fit", "NotStationary", "use short horizons")]
    [InlineData("a fit at a bound", "AtBound", "compare with the model without it")]
    public void BadInputHasItsNameAndSaysWhatToDo(string what, string name, string advice)
    {
        var (found, words) = Ask(what);
        Assert.Equal(name, found);
        Assert.Contains(advice, words, StringComparison.OrdinalIgnoreCase);
    }

    private static (string Name, string Words) Ask(string what) => what switch
    {
        "a series too short" => Series(() => VolatilityFitter.Fit(ReturnSeries.Of(new double[49]), Garch)),
        "a constant series" => Series(() => ReturnSeries.Of([.. Enumerable.Repeat(0.5, 100)])),
        "a gapped series" => Series(() => Steps(1, 2, 3, 4, 40, 41)),
        "a series with NaN" => Series(() => ReturnSeries.Of([.. Enumerable.Repeat(0.5, 99), double.NaN])),
        "a price of zero" => Series(() => ReturnSeries.FromPrices([1.0, 0.0, 2.0], ReturnKind.Log)),
        "a price below zero" => Series(() => ReturnSeries.FromPrices([1.0, -3.0, 2.0], ReturnKind.Simple)),
        "times out of order" => Series(() => Steps(1, 3, 2)),
        "a multiplier below 1" => Argument(() => new CppiPolicy(0.99, 0.8)),
        "a floor above the value" => Argument(() => new CppiPolicy(3.0, 1.01)),
        "overselling a lot" => Lots(),
        "a non-stationary fit" => Flags(new VolatilityModel(Garch, [0.0, 0.001, 0.3, 0.75]), 1_000, 3,
            FitFlags.NotStationary),
        "a fit at a bound" => Flags(new VolatilityModel(Garch, [0.0, 1.0, 0.0, 0.0]), 300, 4, FitFlags.AtBound),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such case"),
    };

    private static (string, string) Series(Func<object> action)
    {
        var problem = Assert.Throws<SeriesException>(action);
        return (problem.Code, problem.Message);
    }

    private static object Steps(params int[] days)
    {
        ReturnSeries.CheckSteps([.. days.Select(day => Start.AddDays(day))], 5.0);
        return days;
    }

    private static (string, string) Argument(Func<object> action)
    {
        var problem = Assert.Throws<ArgumentOutOfRangeException>(action);
        return (problem.ParamName!, problem.Message);
    }

    private static (string, string) Lots()
    {
        LotEvent[] lines =
        [
            new(Start, "1", LotEventKind.Buy, 1m) { Price = 100m },
            new(Start.AddDays(1), "2", LotEventKind.Sell, 1.5m) { Price = 110m },
        ];
        var refusal = Assert.Throws<LotException>(() => LotEngine.Run(lines, new LotOptions()));
        return (refusal.Fault.ToString(), refusal.Message);
    }

    private static (string, string) Flags(VolatilityModel model, int count, ulong seed, FitFlags flag)
    {
        var fit = VolatilityFitter.Fit(
            ReturnSeries.Of(VolatilitySimulation.Of(model, count, seed, burnIn: 0)), Garch);
        return ((fit.Flags & flag).ToString(), string.Join("; ", fit.Warnings()));
    }
}
