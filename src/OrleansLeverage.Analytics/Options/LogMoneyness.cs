namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// ln(a/b) with full relative accuracy, also where a is next to b: short options divide it by a small σ√T.
/// </summary>
internal static class LogMoneyness
{
    public static double Of(double a, double b)
    {
        var ratio = a / b;
        if (ratio is < 0.5 or > 2.0)
        {
            return Math.Log(ratio);
        }
        // a − b is exact here (Sterbenz); log1p after Kahan: what rounding did to 1 + z it did to both factors
        var z = (a - b) / b;
        var u = 1.0 + z;
        var away = u - 1.0;
        return away == 0.0 ? z : Math.Log(u) * (z / away);
    }

    /// <summary>
    /// The same of exact prices: a strike one millionth away as a double has already lost ten digits of the distance.
    /// </summary>
    public static double Of(decimal a, decimal b)
    {
        var (left, right) = ((double)a, (double)b);
        if (left / right is < 0.5 or > 2.0)
        {
            return Of(left, right);
        }
        var z = (double)(a - b) / right;
        return Math.Abs(z) < 1e-3 ? SeriesOf(z / (2.0 + z)) : Of(left, right);
    }

    // ln((1 + y)/(1 − y)) = 2(y + y³/3 + y⁵/5 + ...), |y| below 5e-4
    private static double SeriesOf(double y)
    {
        var square = y * y;
        return 2.0 * y * (1.0 + (square * ((1.0 / 3.0) + (square * ((1.0 / 5.0) + (square / 7.0))))));
    }
}
