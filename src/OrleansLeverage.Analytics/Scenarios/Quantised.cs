using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Analytics.Scenarios;

/// <summary>
/// A double as the decimal that decides: rounded once to <see cref="ScenarioMatrix.Scale"/> digits after the point,
/// half to even. The language's own conversion keeps 15 digits in all, which at 100,000 USD is 1e-10.
/// </summary>
internal static class Quantised
{
    /// <summary>Larger numbers are no prices of anything.</summary>
    public const double Max = 1e15;

    private const double Unit = 1e12;

    /// <exception cref="ScenarioException">No number, or beyond ±<see cref="Max"/>.</exception>
    public static decimal Of(double value, string what)
    {
        if (!(Math.Abs(value) <= Max))
        {
            throw new ScenarioException(ScenarioStatus.TooLarge, $"{what} is {value:R}, not a number within ±{Max:R}");
        }
        // both parts are exact: the whole one fits 53 bits, and what is left after it has fewer bits than the value
        var whole = Math.Truncate(value);
        var fraction = (long)Math.Round((value - whole) * Unit);
        return (long)whole + new decimal(Math.Abs(fraction)) * (fraction < 0 ? -1e-12m : 1e-12m);
    }
}
