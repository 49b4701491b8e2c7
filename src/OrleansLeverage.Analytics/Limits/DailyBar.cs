using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Limits;

/// <summary>One day of an asset, in its order of time.</summary>
/// <param name="Volume">Traded that day, in the unit of the price times one coin; null where it is not known.</param>
public readonly record struct DailyBar(DateOnly Date, double High, double Low, double Close, double? Volume = null)
{
    /// <exception cref="SeriesException">Too few, out of order, not finite, not above 0, or no bar.</exception>
    public static void Check(IReadOnlyList<DailyBar> bars, int countMin)
    {
        if (bars.Count < countMin)
        {
            throw new SeriesException(SeriesProblem.TooShort,
                $"{bars.Count} days, at least {countMin}: take a longer period");
        }
        for (var i = 0; i < bars.Count; i++)
        {
            var bar = bars[i];
            if (!(double.IsFinite(bar.High) && double.IsFinite(bar.Low) && double.IsFinite(bar.Close)))
            {
                throw new SeriesException(SeriesProblem.NotFinite, $"{bar.Date:O}: leave the day out or repair it");
            }
            if (bar.Low <= 0.0)
            {
                throw new SeriesException(SeriesProblem.NonPositivePrice, $"{bar.Date:O}: prices are above 0");
            }
            if (i > 0 && bar.Date <= bars[i - 1].Date)
            {
                throw new SeriesException(SeriesProblem.OutOfOrder,
                    $"{bar.Date:O} follows {bars[i - 1].Date:O}: sort the file and drop repeated days");
            }
        }
    }

    /// <summary>Largest |move| of the day against the close before, at its low or at its high.</summary>
    internal static double WorstMove(DailyBar before, DailyBar day) =>
        Math.Max(1.0 - day.Low / before.Close, day.High / before.Close - 1.0);
}
