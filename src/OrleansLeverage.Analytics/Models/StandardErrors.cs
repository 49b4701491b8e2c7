using MathNet.Numerics.LinearAlgebra;

namespace OrleansLeverage.Analytics.Models;

/// <summary>Errors of the parameters that no bound holds, from the Hessian, the outer products, and both.</summary>
internal sealed record StandardErrors(double?[]? Hessian, double?[]? Opg, double?[]? Qml)
{
    public static StandardErrors Of(LikelihoodPoint at, bool[] isFree)
    {
        int[] free = [.. Enumerable.Range(0, isFree.Length).Where(i => isFree[i])];
        var information = Symmetric(at.Hessian, free, -1.0);
        var outer = Symmetric(at.Outer, free, 1.0);
        var inverse = Inverse(information);
        return new StandardErrors(Roots(inverse, free, isFree.Length), Roots(Inverse(outer), free, isFree.Length),
            Roots(inverse is null ? null : inverse * outer * inverse, free, isFree.Length));
    }

    private static Matrix<double> Symmetric(double[] packed, int[] free, double sign) =>
        Matrix<double>.Build.Dense(free.Length, free.Length, (i, j) =>
            sign * packed[LikelihoodPoint.At(free[i], free[j])]);

    // scaled to a unit diagonal first: parameters differ by powers of ten
    private static Matrix<double>? Inverse(Matrix<double> matrix)
    {
        var scale = matrix.Diagonal().Map(value => value > 0.0 ? 1.0 / Math.Sqrt(value) : double.NaN);
        if (scale.Exists(value => !double.IsFinite(value)))
        {
            return null;
        }
        var diagonal = Matrix<double>.Build.DenseOfDiagonalVector(scale);
        var scaled = diagonal * matrix * diagonal;
        try
        {
            return diagonal * scaled.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(scale.Count)) * diagonal;
        }
        catch (ArgumentException)
        {
            // not positive definite
            return null;
        }
    }

    private static double?[]? Roots(Matrix<double>? covariance, int[] free, int count)
    {
        if (covariance is null)
        {
            return null;
        }
        var errors = new double?[count];
        for (var i = 0; i < free.Length; i++)
        {
            errors[free[i]] = Math.Sqrt(covariance[i, i]);
        }
        return errors;
    }
}
