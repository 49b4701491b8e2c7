namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// Correlated normals: z = L·e with L·Lᵀ the correlation matrix (Cholesky). A matrix that is no correlation matrix is
/// an error that names the place.
/// </summary>
internal sealed class Correlation
{
    private readonly double[][] _lower;

    public Correlation(double[][] matrix)
    {
        Check(matrix);
        _lower = new double[matrix.Length][];
        for (var i = 0; i < matrix.Length; i++)
        {
            _lower[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i][j];
                for (var k = 0; k < j; k++)
                {
                    rest -= _lower[i][k] * _lower[j][k];
                }
                if (i == j && rest < 1e-12)
                {
                    throw new FormatException($"correlations are not positive definite from asset {i + 1} on");
                }
                _lower[i][j] = i == j ? Math.Sqrt(rest) : rest / _lower[j][j];
            }
        }
    }

    /// <summary>
    /// One number for all pairs, then every pair drawn towards 1 by <paramref name="stress"/> in [0, 1): in a crash
    /// everything moves together. A mixture of two correlation matrices is one.
    /// </summary>
    public static double[][] Stressed(double[][] matrix, double stress) =>
        [.. matrix.Select((row, i) => row.Select((c, j) => i == j ? 1.0 : c + (1.0 - c) * stress).ToArray())];

    public static double[][] Equal(int count, double correlation) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count)
            .Select(j => i == j ? 1.0 : correlation).ToArray())];

    public void Mix(ReadOnlySpan<double> independent, Span<double> correlated)
    {
        for (var i = 0; i < _lower.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j <= i; j++)
            {
                sum += _lower[i][j] * independent[j];
            }
            correlated[i] = sum;
        }
    }

    private static void Check(double[][] matrix)
    {
        for (var i = 0; i < matrix.Length; i++)
        {
            if (matrix[i].Length != matrix.Length || matrix[i][i] != 1.0)
            {
                throw new FormatException($"correlations: row {i + 1} is not {matrix.Length} long with 1 in its place");
            }
            for (var j = 0; j < i; j++)
            {
                if (matrix[i][j] != matrix[j][i] || !(Math.Abs(matrix[i][j]) < 1.0))
                {
                    throw new FormatException(
                        $"correlations: {matrix[i][j]} at {i + 1}, {j + 1} is not symmetric in (−1, 1)");
                }
            }
        }
    }
}
