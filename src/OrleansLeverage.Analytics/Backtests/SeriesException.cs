using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Backtests;

public enum SeriesFault
{
    TooShort,
    NotFinite,
    Constant,
    NotPositive,
}

/// <summary>A series that nothing can be said of: what is wrong with it and what to do.</summary>
public sealed class SeriesException(SeriesFault fault, string message) : Exception(message)
{
    public SeriesFault Fault { get; } = fault;

    /// <summary>Refuses returns that are too few, not finite, or all the same.</summary>
    public static void Check(ReadOnlySpan<double> returns, int least)
    {
        for (var i = 0; i < returns.Length; i++)
        {
            if (!double.IsFinite(returns[i]))
            {
                throw new SeriesException(SeriesFault.NotFinite,
                    $"return {i} is {returns[i]}; leave the missing days out of the file, or fill them in");
            }
        }
        if (returns.Length < least)
        {
            throw new SeriesException(SeriesFault.TooShort,
                $"{returns.Length} returns, at least {least} are needed; give a longer history or a shorter window");
        }
        if (SampleMoments.Of(returns).Deviation is not > 0.0)
        {
            throw new SeriesException(SeriesFault.Constant,
                "the returns do not vary, so there is nothing to forecast; look at where the prices come from");
        }
    }

    /// <summary>Logarithmic returns of prices, which are finite and above 0.</summary>
    public static double[] LogReturns(ReadOnlySpan<double> prices)
    {
        var returns = new double[Math.Max(0, prices.Length - 1)];
        for (var i = 0; i < prices.Length; i++)
        {
            if (!(prices[i] > 0.0) || !double.IsFinite(prices[i]))
            {
                throw new SeriesException(SeriesFault.NotPositive,
                    $"price {i} is {prices[i]}; a price is above 0: leave the row out or correct it");
            }
            if (i > 0)
            {
                returns[i - 1] = Math.Log(prices[i] / prices[i - 1]);
            }
        }
        return returns;
    }
}
