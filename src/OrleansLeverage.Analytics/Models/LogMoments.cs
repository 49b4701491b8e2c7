namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// Mean, variance, skewness and kurtosis of ln S_T / S under <see cref="GjrGarchLaw"/> by the approximation of Duan,
/// Gauthier, Sasseville and Simonato (J. Futures Markets 2006): sums of expected products of variances and shocks over
/// days i ≤ j ≤ k, with h^(3/2) and h^(5/2) expanded about the mean of h.
/// </summary>
internal readonly record struct LogMoments(double Mean, double Variance, double Skewness, double Kurtosis)
{
    /// <param name="news">E[u^a·z^b].</param>
    public static LogMoments Of(GjrGarchLaw law, int days, Func<int, int, double> news)
    {
        var sums = new Sums(law, days, news);
        var drift = days * law.Rate;
        var first = drift - 0.5 * sums.H;
        var (square, both) = (2.0 * sums.HH + sums.H2, sums.ZH);
        var quadratic = square / 4.0 + sums.H - both;
        var second = drift * drift - drift * sums.H + quadratic;
        var cubes = 6.0 * sums.HHH + 3.0 * sums.HH2 + 3.0 * sums.H2H + sums.H3;
        var mixed = 2.0 * sums.HZH + 2.0 * sums.ZHH + 2.0 * sums.Z32H + sums.ZH2;
        var squares = sums.HZ2H + sums.HH + sums.H2 + 2.0 * sums.ZZH;
        var third = Math.Pow(drift, 3.0) - 1.5 * drift * drift * sums.H + 3.0 * drift * quadratic
            + 3.0 * both - cubes / 8.0 + 0.75 * mixed - 1.5 * squares;
        var fourth = Math.Pow(drift, 4.0) - 2.0 * Math.Pow(drift, 3.0) * sums.H + 6.0 * drift * drift * quadratic
            + drift * (12.0 * both - cubes / 2.0 + 3.0 * mixed - 6.0 * squares)
            + 6.0 * sums.HZ2H + 12.0 * sums.ZZH + 3.0 * sums.H2 + 3.0 * (sums.HHH + sums.HH2)
            - 2.0 * (3.0 * (sums.HZH + sums.ZHH + sums.Z32H + sums.ZH2) + sums.Z3H);
        var variance = second - first * first;
        var skew = third - 3.0 * variance * first - Math.Pow(first, 3.0);
        var kurtosis = fourth + 6.0 * first * first * second - 3.0 * Math.Pow(first, 4.0) - 4.0 * first * third;
        return new LogMoments(first, variance, skew / Math.Pow(variance, 1.5), kurtosis / (variance * variance));
    }

    /// <summary>
    /// Sums over days i, over pairs i &lt; j, over triples i &lt; j &lt; k. A letter is a day's factor: H its variance,
    /// H2 and H3 its powers, Z is √h·z, Z32 is h^1.5·z, Z3 is h^1.5·z³, HZ2 is h·z².
    /// </summary>
    private sealed class Sums
    {
        public Sums(GjrGarchLaw law, int days, Func<int, int, double> news)
        {
            var (w, m1, m2, m3) = (law.Omega, news(1, 0), news(2, 0), news(3, 0));
            var (v1, v2, z1, x1) = (news(1, 1), news(2, 1), news(1, 2), news(1, 3));
            var means = new double[days];
            means[0] = law.Variance;
            for (var i = 1; i < days; i++)
            {
                means[i] = w + m1 * means[i - 1];
            }
            // of the days after a day: Σ m1^k, and Σ of what ω has become
            var (powers, grown) = (new double[days + 1], new double[days + 1]);
            var (power, omega) = (1.0, 0.0);
            for (var n = 1; n <= days; n++)
            {
                power *= m1;
                omega = w + m1 * omega;
                powers[n] = powers[n - 1] + power;
                grown[n] = grown[n - 1] + omega;
            }
            var (e2, e3) = (law.Variance * law.Variance, Math.Pow(law.Variance, 3.0));
            for (var i = 0; i < days; i++)
            {
                var e1 = means[i];
                var half3 = 0.375 * e2 / Math.Sqrt(e1) + 0.625 * Math.Pow(e1, 1.5);
                var half5 = 1.875 * Math.Sqrt(e1) * e2 - 0.875 * Math.Pow(e1, 2.5);
                H += e1;
                H2 += e2;
                H3 += e3;
                var (hh, hh2, h2h) = (w * e1 + m1 * e2, w * w * e1 + 2.0 * w * m1 * e2 + m2 * e3, w * e2 + m1 * e3);
                var (zh, zh2) = (v1 * half3, 2.0 * w * v1 * half3 + v2 * half5);
                var (hz2h, z32h, z3h) = (w * e1 + z1 * e2, v1 * half5, x1 * half5);
                for (var j = i + 1; j < days; j++)
                {
                    var root = Math.Sqrt(means[j]);
                    HH += hh;
                    HH2 += hh2;
                    H2H += h2h;
                    ZH += zh;
                    ZH2 += zh2;
                    HZ2H += hz2h;
                    Z32H += z32h;
                    Z3H += z3h;
                    var later = days - 1 - j;
                    HHH += hh * grown[later] + hh2 * powers[later];
                    ZHH += zh * grown[later] + zh2 * powers[later];
                    var shocks = v1 * powers[later] / m1;
                    HZH += shocks * (0.375 * hh2 / root + 0.75 * root * hh - 0.125 * root * root * root * e1);
                    ZZH += shocks * (0.375 * zh2 / root + 0.75 * root * zh);
                    (hh, hh2) = (w * e1 + m1 * hh, w * w * e1 + 2.0 * w * m1 * hh + m2 * hh2);
                    (zh, zh2) = (m1 * zh, 2.0 * w * m1 * zh + m2 * zh2);
                    (h2h, hz2h) = (w * e2 + m1 * h2h, w * e1 + m1 * hz2h);
                    (z32h, z3h) = (m1 * z32h, m1 * z3h);
                }
                (e2, e3) = (w * w + 2.0 * w * m1 * e1 + m2 * e2,
                    w * w * w + 3.0 * w * w * m1 * e1 + 3.0 * w * m2 * e2 + m3 * e3);
            }
        }

        public double H { get; }

        public double H2 { get; }

        public double H3 { get; }

        public double HH { get; }

        public double HH2 { get; }

        public double H2H { get; }

        public double HHH { get; }

        public double ZH { get; }

        public double ZH2 { get; }

        public double ZHH { get; }

        public double HZH { get; }

        public double ZZH { get; }

        public double HZ2H { get; }

        public double Z32H { get; }

        public double Z3H { get; }
    }
}
