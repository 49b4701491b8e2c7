using System.Runtime.Intrinsics;
using MathNet.Numerics.LinearAlgebra;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>Where a step's surprises come from.</summary>
public enum PathMethod
{
    /// <summary>
    /// Filtered historical simulation (Barone-Adesi, Giannopoulos and Vosper 1999): a past day's residuals, of all
    /// feeds together, through each feed's volatility of now. Tails and dependence are those of the history.
    /// </summary>
    FilteredHistorical,

    /// <summary>Correlated normals through each feed's model, in antithetic pairs.</summary>
    MonteCarlo,
}

/// <summary>
/// Paths of feeds whose variances follow models: ln P' = ln P + e − h/2, so that prices have no drift. Drift is not
/// forecast here: over days it is small against volatility, and not known.
/// </summary>
public sealed class VolatilityPaths : IPathSource
{
    private readonly AssetDynamics[] _assets;
    private readonly PathMethod _method;
    private readonly double[][] _residuals;
    private readonly double[,] _loadings;
    private readonly int _days;
    private readonly ulong _seed;
    private readonly JumpLaw? _jumps;

    /// <param name="correlation">Of the residuals, for Monte Carlo; null takes it from them.</param>
    /// <exception cref="SeriesException">Residuals that are missing or do not cover the same days.</exception>
    public VolatilityPaths(IReadOnlyList<AssetDynamics> assets, int steps, PathMethod method, ulong seed,
        JumpLaw? jumps = null, Matrix<double>? correlation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfZero(assets.Count);
        (_assets, Steps, _method, _seed, _jumps) = ([.. assets], steps, method, seed, jumps);
        _residuals = [.. assets.Select(a => a.Residuals.ToArray())];
        _days = _residuals[0].Length;
        if (Array.Exists(_residuals, r => r.Length != _days))
        {
            throw new SeriesException(SeriesProblem.LengthMismatch,
                "histories of different lengths: take the days that all feeds have");
        }
        if (method == PathMethod.FilteredHistorical && _days < ReturnSeries.LengthMin)
        {
            throw new SeriesException(SeriesProblem.TooShort,
                $"{_days} days of residuals to resample, at least {ReturnSeries.LengthMin}: take a longer history");
        }
        _loadings = method == PathMethod.MonteCarlo ? Loadings(correlation) : new double[0, 0];
    }

    public int Feeds => _assets.Length;

    public int Steps { get; }

    public void Fill(long first, int width, Span<double> relative)
    {
        var shocks = new double[Feeds * Steps * width];
        var jumps = new double[Steps * width];
        if (_method == PathMethod.FilteredHistorical)
        {
            Resample(first, width, shocks, jumps);
        }
        else
        {
            Draw(first, width, shocks, jumps);
        }
        for (var feed = 0; feed < Feeds; feed++)
        {
            for (var lane = 0; lane < width; lane++)
            {
                Walk(feed, lane, width, shocks, jumps, relative);
            }
        }
    }

    private void Walk(int feed, int lane, int width, double[] shocks, double[] jumps, Span<double> relative)
    {
        var asset = _assets[feed];
        var model = asset.Model;
        var (h, level, perUnit) = (asset.NextVariance, 0.0, 1.0 / asset.Scale);
        var isLinear = model.Spec.Variance is VarianceModel.Garch or VarianceModel.Gjr;
        var (omega, alpha, gamma, beta) = (model.Omega, model.Alpha, model.Gamma, model.Beta);
        var pay = _jumps?.Compensation ?? 0.0;
        for (var step = 0; step < Steps; step++)
        {
            var at = (feed * Steps + step) * width + lane;
            var e = Math.Sqrt(h) * shocks[at];
            level += e * perUnit - 0.5 * h * perUnit * perUnit + jumps[step * width + lane] - pay;
            relative[at] = Math.Exp(level);
            h = isLinear ? omega + (e < 0.0 ? alpha + gamma : alpha) * e * e + beta * h : model.Next(h, e);
        }
    }

    private void Resample(long first, int width, double[] shocks, double[] jumps)
    {
        for (var lane = 0; lane < width; lane++)
        {
            var random = new PathRandom(_seed, (ulong)(first + lane));
            for (var step = 0; step < Steps; step++)
            {
                var day = random.NextInt(_days);
                for (var feed = 0; feed < Feeds; feed++)
                {
                    shocks[(feed * Steps + step) * width + lane] = _residuals[feed][day];
                }
                jumps[step * width + lane] = _jumps?.Draw(ref random) ?? 0.0;
            }
        }
    }

    // lanes 2k and 2k + 1 are a path and its mirror; jumps are not mirrored
    private void Draw(long first, int width, double[] shocks, double[] jumps)
    {
        for (var lane = 0; lane < width; lane += 2)
        {
            var random = new PathRandom(_seed, (ulong)(first + lane));
            for (var step = 0; step < Steps; step++)
            {
                for (var feed = 0; feed < Feeds; feed++)
                {
                    var at = (feed * Steps + step) * width + lane;
                    var z = random.NextGaussian();
                    (shocks[at], shocks[at + 1]) = (z, -z);
                }
                jumps[step * width + lane] = _jumps?.Draw(ref random) ?? 0.0;
                jumps[step * width + lane + 1] = _jumps?.Draw(ref random) ?? 0.0;
            }
        }
        // from the last feed down: each needs the untouched draws of those before it
        for (var feed = Feeds - 1; feed >= 0; feed--)
        {
            for (var step = 0; step < Steps; step++)
            {
                for (var lane = 0; lane < width; lane += Vector512<double>.Count)
                {
                    var sum = Vector512<double>.Zero;
                    for (var other = 0; other <= feed; other++)
                    {
                        sum += _loadings[feed, other]
                            * Vector512.Create(shocks, (other * Steps + step) * width + lane);
                    }
                    sum.CopyTo(shocks, (feed * Steps + step) * width + lane);
                }
            }
        }
    }

    private double[,] Loadings(Matrix<double>? correlation)
    {
        correlation ??= _days > 1
            ? Matrix<double>.Build.Dense(Feeds, Feeds, (i, j) => Product(_residuals[i], _residuals[j]))
            : Matrix<double>.Build.DenseIdentity(Feeds);
        if (correlation.RowCount != Feeds || correlation.ColumnCount != Feeds)
        {
            throw new ArgumentException($"a correlation of {Feeds} feeds is {Feeds} × {Feeds}", nameof(correlation));
        }
        try
        {
            return correlation.Cholesky().Factor.ToArray();
        }
        catch (ArgumentException)
        {
            // two feeds that are one: a thousandth of independence makes it a correlation again
            var apart = 0.999 * correlation + 0.001 * Matrix<double>.Build.DenseIdentity(Feeds);
            return apart.Cholesky().Factor.ToArray();
        }
    }

    private static double Product(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }
        return sum / a.Length;
    }
}
