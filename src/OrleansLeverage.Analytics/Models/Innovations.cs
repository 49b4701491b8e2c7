using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace OrleansLeverage.Analytics.Models;

/// <summary>The law of z, of mean 0 and variance 1.</summary>
internal static class Innovations
{
    public const double MeanAbsoluteNormal = 0.79788456080286535588;

    /// <summary>E[f(z)] by Gauss-Legendre on both sides of 0, where f may have a kink; to about 1e-8.</summary>
    public static double Mean(VolatilityModel model, Func<double, double> f)
    {
        var width = model.Spec.Innovation == Innovation.Normal ? 12.0 : 400.0;
        double Integrand(double z) => f(z) * Density(model, z);

        var sum = 0.0;
        for (var (from, to) = (0.0, 0.5); from < width; (from, to) = (to, Math.Min(2.0 * to, width)))
        {
            sum += GaussLegendreRule.Integrate(Integrand, from, to, 32)
                + GaussLegendreRule.Integrate(Integrand, -to, -from, 32);
        }
        return sum;
    }

    private static double Density(VolatilityModel model, double z)
    {
        if (model.Spec.Innovation == Innovation.Normal)
        {
            return Normal.PDF(0.0, 1.0, z);
        }
        var scale = Math.Sqrt(model.Nu / (model.Nu - 2.0));
        return scale * StudentT.PDF(0.0, 1.0, model.Nu, z * scale);
    }
}
