namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// A log-likelihood at one parameter vector, −½·ln 2π per observation included, with what was asked for: order 1 the
/// gradient, order 2 also the Hessian and the sum of the scores' outer products (lower triangles by rows).
/// </summary>
internal sealed class LikelihoodPoint(int parameters)
{
    public double Value { get; set; }

    public double[] Gradient { get; } = new double[parameters];

    public double[] Hessian { get; } = new double[parameters * (parameters + 1) / 2];

    public double[] Outer { get; } = new double[parameters * (parameters + 1) / 2];

    public static int At(int row, int column) => row >= column
        ? row * (row + 1) / 2 + column
        : column * (column + 1) / 2 + row;

    public void Clear()
    {
        Value = 0.0;
        Array.Clear(Gradient);
        Array.Clear(Hessian);
        Array.Clear(Outer);
    }
}

/// <summary>A log-likelihood as a function of parameters. Not for several threads at once.</summary>
internal interface ILikelihood
{
    /// <summary>False where the parameters admit no variance: the point is rejected, not clamped.</summary>
    bool Evaluate(ReadOnlySpan<double> parameters, int order, LikelihoodPoint to);
}
