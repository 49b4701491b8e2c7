using MathNet.Numerics.LinearAlgebra;

namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// The heterogeneous autoregression of a realised measure (Corsi 2009): the next value on yesterday's, on the mean of
/// five and of twenty-two days, by least squares, with errors that allow for correlation (Newey and West, 22 lags).
/// </summary>
public sealed class HarModel
{
    private const int Week = 5;
    private const int Month = 22;

    private readonly double[] _measure;

    private HarModel(double[] measure, double[] coefficients, double[] errors, double rSquared)
    {
        (_measure, Coefficients, Errors, RSquared) = (measure, coefficients, errors, rSquared);
    }

    /// <summary>Constant, day, week, month.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    public IReadOnlyList<double> Errors { get; }

    public double RSquared { get; }

    /// <summary>Day + week + month: stationary below 1.</summary>
    public double Persistence => Coefficients[1] + Coefficients[2] + Coefficients[3];

    /// <summary>Null where it is not stationary.</summary>
    public double? LongRun => Persistence < 1.0 ? Coefficients[0] / (1.0 - Persistence) : null;

    public int Observations => _measure.Length - Month;

    /// <param name="measure">Realised volatility or variance per day, above 0.</param>
    /// <exception cref="SeriesException">Too short, not finite, not above 0, or constant.</exception>
    public static HarModel Fit(ReadOnlySpan<double> measure)
    {
        ReturnSeries.Check(measure, 5 * Month);
        for (var i = 0; i < measure.Length; i++)
        {
            if (measure[i] <= 0.0)
            {
                throw new SeriesException(SeriesProblem.NonPositivePrice,
                    $"realised measure {i + 1} is {measure[i]}: it is above 0; is it a return?");
            }
        }
        var values = measure.ToArray();
        var count = values.Length - Month;
        var x = Matrix<double>.Build.Dense(count, 4, (i, j) => Regressor(values, i + Month, j));
        var y = Vector<double>.Build.Dense(count, i => values[i + Month]);
        var b = x.QR().Solve(y);
        var residuals = y - x * b;
        var centre = y.Average();
        var total = y.Sum(v => (v - centre) * (v - centre));
        return new HarModel(values, b.ToArray(), NeweyWest(x, residuals),
            1.0 - residuals.DotProduct(residuals) / total);
    }

    /// <summary>Values of the days ahead, each with the forecasts before it as if they had happened.</summary>
    public double[] Forecast(int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        double[] path = [.. _measure[^Month..], .. new double[horizon]];
        for (var k = 0; k < horizon; k++)
        {
            for (var j = 0; j < 4; j++)
            {
                path[Month + k] += Coefficients[j] * Regressor(path, Month + k, j);
            }
        }
        return path[Month..];
    }

    private static double Regressor(double[] values, int at, int place)
    {
        var days = place switch
        {
            0 => 0,
            1 => 1,
            2 => Week,
            _ => Month,
        };
        var sum = 0.0;
        for (var i = 1; i <= days; i++)
        {
            sum += values[at - i];
        }
        return days == 0 ? 1.0 : sum / days;
    }

    private static double[] NeweyWest(Matrix<double> x, Vector<double> residuals)
    {
        var scores = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (i, j) => x[i, j] * residuals[i]);
        var middle = scores.TransposeThisAndMultiply(scores);
        for (var lag = 1; lag <= Month; lag++)
        {
            var (early, late) = (scores.SubMatrix(0, x.RowCount - lag, 0, 4), scores.SubMatrix(lag, x.RowCount - lag,
                0, 4));
            var cross = late.TransposeThisAndMultiply(early);
            middle += (1.0 - lag / (Month + 1.0)) * (cross + cross.Transpose());
        }
        var bread = x.TransposeThisAndMultiply(x).Inverse();
        var covariance = bread * middle * bread;
        return [.. covariance.Diagonal().Select(Math.Sqrt)];
    }
}
