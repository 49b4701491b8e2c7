namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// The rational cubic through two points with given slopes, and a control parameter r that fits a second derivative at
/// one end as far as the shape of the data allows (r = 3 is Hermite's cubic, r → ∞ the chord). With t from 0 to 1:
/// <code>
/// (y1·t³ + (r·y1 − h·d1)t²(1 − t) + (r·y0 + h·d0)t(1 − t)² + y0(1 − t)³)/(1 + (r − 3)t(1 − t))
/// </code>
/// Source: Delbourgo and Gregory, SIAM J. Sci. Stat. Comput. 6 (1985), as used by Jäckel (2015).
/// </summary>
internal readonly struct RationalCubic
{
    private const double Smallest = -1.0 + 1.5e-8;
    private const double Largest = 2.0 / (2.3e-16 * 2.3e-16);

    private readonly double _left;
    private readonly double _width;
    private readonly double _value0;
    private readonly double _value1;
    private readonly double _slope0;
    private readonly double _slope1;
    private readonly double _control;

    private RationalCubic(
        double left, double right, double value0, double value1, double slope0, double slope1, double control,
        bool isShaped)
    {
        (_left, _width) = (left, right - left);
        (_value0, _value1, _slope0, _slope1) = (value0, value1, slope0, slope1);
        var least = LeastControl((value1 - value0) / _width, isShaped);
        _control = double.IsNaN(control) ? least : Math.Max(control, least);
    }

    public static RationalCubic WithSecondDerivativeLeft(
        double left, double right, double value0, double value1, double slope0, double slope1, double second,
        bool isShaped = false)
    {
        var width = right - left;
        return new(left, right, value0, value1, slope0, slope1,
            Control((0.5 * width * second) + (slope1 - slope0), ((value1 - value0) / width) - slope0), isShaped);
    }

    public static RationalCubic WithSecondDerivativeRight(
        double left, double right, double value0, double value1, double slope0, double slope1, double second,
        bool isShaped = false)
    {
        var width = right - left;
        return new(left, right, value0, value1, slope0, slope1,
            Control((0.5 * width * second) + (slope1 - slope0), slope1 - ((value1 - value0) / width)), isShaped);
    }

    public double At(double x)
    {
        if (!(Math.Abs(_width) > 0.0))
        {
            return 0.5 * (_value0 + _value1);
        }
        var t = (x - _left) / _width;
        var rest = 1.0 - t;
        if (!(_control < Largest))
        {
            return (_value1 * t) + (_value0 * rest);
        }
        var (a, b) = (t * t, rest * rest);
        return ((_value1 * a * t) + (((_control * _value1) - (_width * _slope1)) * a * rest)
            + (((_control * _value0) + (_width * _slope0)) * t * b) + (_value0 * b * rest))
            / (1.0 + ((_control - 3.0) * t * rest));
    }

    private static double Control(double numerator, double denominator) => numerator == 0.0
        ? 0.0
        : denominator == 0.0 ? (numerator > 0.0 ? Largest : Smallest) : numerator / denominator;

    // the least r that keeps monotone data monotone and convex data convex
    private double LeastControl(double chord, bool isShaped)
    {
        var isMonotone = _slope0 * chord >= 0.0 && _slope1 * chord >= 0.0;
        var isConvex = _slope0 <= chord && chord <= _slope1;
        var isConcave = _slope0 >= chord && chord >= _slope1;
        if (!isMonotone && !isConvex && !isConcave)
        {
            return Smallest;
        }
        var (monotone, curved) = (double.MinValue, double.MinValue);
        if (isMonotone)
        {
            monotone = chord != 0.0 ? (_slope1 + _slope0) / chord : isShaped ? Largest : monotone;
        }
        if (isConvex || isConcave)
        {
            var (right, left, all) = (_slope1 - chord, chord - _slope0, _slope1 - _slope0);
            curved = right != 0.0 && left != 0.0 ? Math.Max(Math.Abs(all / right), Math.Abs(all / left))
                : isShaped ? Largest : curved;
        }
        else if (isShaped)
        {
            curved = Largest;
        }
        return Math.Max(Smallest, Math.Max(monotone, curved));
    }
}
