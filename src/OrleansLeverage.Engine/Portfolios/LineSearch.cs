namespace OrleansLeverage.Engine.Portfolios;

/// <summary>
/// The nearest factor of a price at which a surplus is used up, where nothing is known of its form but what it is worth
/// at a point: outwards in steps of 1 % to a quarter, 2 % to a factor of two, 8 % to <see cref="FactorMax"/>, the first
/// of them a tenth of one. Where three steps in a row hold a lowest in the middle, and the surplus could reach 0 beside
/// it bending upwards, the lowest is looked for; what falls and rises more than once between two steps goes unseen. The
/// factor is met within <see cref="Tolerance"/> of itself.
/// </summary>
internal static class LineSearch
{
    public const double FactorMax = 100.0;
    public const double Tolerance = 1e-7;

    private const double Golden = 0.6180339887498949;
    private const int DipSteps = 24;

    /// <param name="surplus">Above the line at 1. By factor; null where nothing is known, beyond which nobody
    /// looks.</param>
    /// <param name="atOne">Its value at 1.</param>
    /// <returns>Null where no line is met up to <see cref="FactorMax"/>, or down to its inverse.</returns>
    public static double? Nearest(Func<double, double?> surplus, double atOne, bool falls)
    {
        var (before, last) = ((At: 1.0, Value: atOne), (At: 1.0, Value: atOne));
        while (Next(last.At, falls) is { } at && surplus(at) is { } value)
        {
            if (value < 0.0)
            {
                return Met(surplus, last.At, at);
            }
            if (Dip(surplus, before, last, (at, value)) is { } lowest)
            {
                return Met(surplus, IsBeyond(lowest, last.At, falls) ? last.At : before.At, lowest);
            }
            (before, last) = (last, (at, value));
        }
        return null;
    }

    private static bool IsBeyond(double at, double than, bool falls) => falls ? at < than : at > than;

    private static double? Next(double at, bool falls)
    {
        var far = falls ? 1.0 / at : at;
        var next = far * (far <= 1.0 ? 1.001 : far < 1.25 ? 1.01 : far < 2.0 ? 1.02 : 1.08);
        return next > FactorMax ? null : falls ? 1.0 / next : next;
    }

    /// <summary>A place below 0 between three steps of which none is; null where there is none.</summary>
    private static double? Dip(Func<double, double?> surplus, (double At, double Value) left,
        (double At, double Value) middle, (double At, double Value) right)
    {
        if (!(left.Value > middle.Value && right.Value > middle.Value))
        {
            return null;
        }
        // what bends upwards lies above what the other side goes on to
        var widths = Math.Abs((right.At - middle.At) / (middle.At - left.At));
        if (middle.Value > Math.Max((left.Value - middle.Value) * widths, (right.Value - middle.Value) / widths))
        {
            return null;
        }
        var (from, to) = (left.At, right.At);
        for (var i = 0; i < DipSteps; i++)
        {
            var (first, second) = (to - Golden * (to - from), from + Golden * (to - from));
            if (surplus(first) is not { } one || surplus(second) is not { } two)
            {
                return null;
            }
            if (one < 0.0 || two < 0.0)
            {
                return one < 0.0 ? first : second;
            }
            (from, to) = one < two ? (from, second) : (first, to);
        }
        return null;
    }

    private static double Met(Func<double, double?> surplus, double above, double below)
    {
        while (Math.Abs(above - below) > Tolerance * Math.Min(above, below))
        {
            var middle = (above + below) / 2.0;
            if (surplus(middle) is >= 0.0)
            {
                above = middle;
            }
            else
            {
                below = middle;
            }
        }
        return below;
    }
}
