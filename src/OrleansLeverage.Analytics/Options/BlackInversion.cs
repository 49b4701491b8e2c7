using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// s = σ√T from the normalised value of an out-of-the-money option: Jäckel's method (Let's be rational, Wilmott,
/// 2015) from the paper. The value's range is divided at the point of greatest vega, s_c = √(2|x|), and where the
/// tangent there meets 0 and the maximum; a rational cubic gives a guess in each of the four parts, Householder's
/// third-order step on an objective made for the part does the rest: 1/ln b below, b in the middle, ln(b_max − b)
/// above. b is taken from <see cref="NormalisedBlack"/> in logarithms, so nothing underflows.
/// </summary>
internal static class BlackInversion
{
    private const int StepsMax = 16;

    // a step of fourth order this small, relative to s, leaves less than the last bit
    private const double Settled = 2e-5;
    private const double SqrtThree = 1.7320508075688772935;
    private const double TwoPi = 6.2831853071795864769;

    /// <summary>
    /// x = −|ln(F/K)|, <paramref name="share"/> = value/min(F, K) in (0, 1), <paramref name="lack"/> = 1 − share,
    /// rounded once.
    /// </summary>
    public static double Deviation(double x, double share, double lack)
    {
        var logMost = x / 2.0;
        var most = Math.Exp(logMost);
        var value = share * most;
        if (x == 0.0)
        {
            // 2N(s/2) − 1, and its tangent where that is a line
            var start = share < 0.5
                ? share * NormalisedBlack.SqrtTwoPi
                : -2.0 * NormalDistribution.Inverse(lack / 2.0);
            return share < 0.9
                ? Middle(x, start, value)
                : Upper(x, start, Math.Log(lack));
        }
        var centre = Math.Sqrt(-2.0 * x);
        var valueCentre = Value(x, centre);
        var vegaCentre = Vega(x, centre);
        if (value < valueCentre)
        {
            var low = Math.Max(centre - (valueCentre / vegaCentre), 0.0);
            var valueLow = low > 0.0 ? Value(x, low) : 0.0;
            var logValue = Math.Log(share) + logMost;
            return value < valueLow
                ? Lower(x, LowerGuess(x, value, low, valueLow), logValue)
                : Middle(x, RationalCubic.WithSecondDerivativeRight(valueLow, valueCentre, low, centre,
                    low > 0.0 ? 1.0 / Vega(x, low) : 0.0, 1.0 / vegaCentre, 0.0).At(value), value);
        }
        var high = centre + ((most - valueCentre) / vegaCentre);
        var valueHigh = Value(x, high);
        if (value <= valueHigh)
        {
            var guess = RationalCubic.WithSecondDerivativeLeft(valueCentre, valueHigh, centre, high,
                1.0 / vegaCentre, 1.0 / Vega(x, high), 0.0).At(value);
            return share < 0.75 ? Middle(x, guess, value) : Upper(x, guess, Math.Log(lack));
        }
        return Upper(x, UpperGuess(x, value, most, high, valueHigh), Math.Log(lack));
    }

    /// <summary>min(F, K)/(vega·s) where vega is that of the value as a share of min(F, K).</summary>
    public static double Sensitivity(double x, double s) => Math.Exp((x / 2.0)
        + (0.5 * ((x / s * (x / s)) + (s * s / 4.0))) + NormalisedBlack.LogSqrtTwoPi - Math.Log(s));

    private static double Vega(double x, double s) => NormalisedBlack.Vega(x, s);

    private static double Value(double x, double s) => NormalisedBlack.Value(OptionRight.Call, x, s);

    // objective 1/ln b − 1/ln β: close to linear in s² where the option is far out of the money
    private static double Lower(double x, double s, double logValue)
    {
        for (var i = 0; i < StepsMax; i++)
        {
            var (a, t) = (-x / s, s / 2.0);
            var spread = NormalisedBlack.Spread(a, t);
            var log = Math.Log(spread) - NormalisedBlack.LogSqrtTwoPi - (0.5 * ((a * a) + (t * t)));
            // b'/b, b''/b', b'''/b'
            var first = 1.0 / spread;
            var second = (a * a / s) - (s / 4.0);
            var third = (second * second) - (3.0 * a * a / (s * s)) - 0.25;
            var newton = (logValue - log) * (log / logValue) / first;
            var halley = second - (first * (1.0 + (2.0 / log)));
            var next = third + (2.0 * first * first * (1.0 + (3.0 / log * (1.0 + (1.0 / log)))))
                - (3.0 * second * first * (1.0 + (2.0 / log)));
            if (Step(ref s, newton, halley, next))
            {
                break;
            }
        }
        return s;
    }

    private static double Middle(double x, double s, double value)
    {
        for (var i = 0; i < StepsMax; i++)
        {
            var (a, t) = (-x / s, s / 2.0);
            var vega = Math.Exp(-0.5 * ((a * a) + (t * t))) / NormalisedBlack.SqrtTwoPi;
            var second = (a * a / s) - (s / 4.0);
            var third = (second * second) - (3.0 * a * a / (s * s)) - 0.25;
            if (Step(ref s, (value / vega) - NormalisedBlack.Spread(a, t), second, third))
            {
                break;
            }
        }
        return s;
    }

    // objective ln(1 − b/b_max), the lack from its own formula
    private static double Upper(double x, double s, double logLack)
    {
        for (var i = 0; i < StepsMax; i++)
        {
            var (a, t) = (-x / s, s / 2.0);
            // n(t − a) times what follows is the lack; vega over the lack needs no density
            var sum = t >= a
                ? NormalisedBlack.Lack(a, t)
                : (NormalisedBlack.SqrtTwoPi * Math.Exp(0.5 * (a - t) * (a - t))) - NormalisedBlack.Spread(a, t);
            var log = Math.Log(sum) - NormalisedBlack.LogSqrtTwoPi - (0.5 * (t - a) * (t - a));
            var first = 1.0 / sum;
            var second = (a * a / s) - (s / 4.0);
            var third = (second * second) - (3.0 * a * a / (s * s)) - 0.25;
            var newton = (log - logLack) / first;
            if (Step(ref s, newton, second + first, third + (first * ((2.0 * first) + (3.0 * second)))))
            {
                break;
            }
        }
        return s;
    }

    // Householder's step of third order from −g/g', g''/g', g'''/g'; true when s will not change any more
    private static bool Step(ref double s, double newton, double halley, double third)
    {
        var step = newton * (1.0 + (0.5 * halley * newton)) / (1.0 + (newton * (halley + (third * newton / 6.0))));
        if (!double.IsFinite(step))
        {
            step = newton;
        }
        step = Math.Clamp(step, -0.5 * s, s);
        s += step;
        return Math.Abs(step) <= Settled * s;
    }

    private static double LowerGuess(double x, double value, double low, double valueLow)
    {
        // f(s) = 2π|x|/(3√3)·N(−|x|/(√3·s))³ and its derivatives with respect to b
        var z = -x / (SqrtThree * low);
        var y = z * z;
        var s2 = low * low;
        var cumulative = NormalDistribution.Cumulative(-z);
        var f = TwoPi * -x / (3.0 * SqrtThree) * cumulative * cumulative * cumulative;
        var first = TwoPi * y * cumulative * cumulative * Math.Exp(y + (s2 / 8.0));
        var second = Math.PI / 6.0 * y / (s2 * low) * cumulative
            * ((8.0 * SqrtThree * low * -x)
                + (((3.0 * s2 * (s2 - 8.0)) - (8.0 * x * x)) * MillsRatio.Of(z)))
            * Math.Exp((2.0 * y) + (s2 / 4.0));
        var guess = RationalCubic.WithSecondDerivativeRight(0.0, valueLow, 0.0, f, 1.0, first, second, isShaped: true)
            .At(value);
        if (!(guess > 0.0))
        {
            var t = value / valueLow;
            guess = ((f * t) + (valueLow * (1.0 - t))) * t;
        }
        var inner = Math.Cbrt(guess * 3.0 * SqrtThree / (TwoPi * -x));
        // deeper than doubles reach: ln b = −x²/(2s²) and little else
        return inner > 0.0 && inner < 0.5
            ? x / (SqrtThree * NormalDistribution.Inverse(inner))
            : -x / Math.Sqrt(-2.0 * Math.Log(value));
    }

    private static double UpperGuess(double x, double value, double most, double high, double valueHigh)
    {
        // f(s) = N(−s/2)
        var f = NormalDistribution.Cumulative(-high / 2.0);
        var w = x / high * (x / high);
        var first = -0.5 * Math.Exp(0.5 * w);
        var second = Math.Sqrt(Math.PI / 2.0) * Math.Exp(w + (high * high / 8.0)) * w / high;
        var guess = double.IsFinite(second) && valueHigh < most
            ? RationalCubic.WithSecondDerivativeLeft(valueHigh, most, f, 0.0, first, -0.5, second, isShaped: true)
                .At(value)
            : 0.0;
        if (!(guess > 0.0))
        {
            var width = most - valueHigh;
            var t = width > 0.0 ? (value - valueHigh) / width : 0.0;
            guess = ((f * (1.0 - t)) + (0.5 * width * t)) * (1.0 - t);
        }
        return guess is > 0.0 and < 0.5 ? -2.0 * NormalDistribution.Inverse(guess) : high;
    }
}
