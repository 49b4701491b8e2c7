namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// A product that is reset to β times the index every period (leveraged token or ETF). Growth is value at the end over
/// value at the start. Source: quant reference §16; Avellaneda and Zhang (2010).
/// </summary>
public static class LeveragedProduct
{
    /// <summary>
    /// Π(1 + β·r). A period that takes everything ends the product: 0, whatever follows. β = 1 is the index itself.
    /// </summary>
    public static double Growth(double beta, ReadOnlySpan<double> returns)
    {
        var growth = 1.0;
        foreach (var change in returns)
        {
            growth *= Math.Max(0.0, 1.0 + (beta * Checked(change)));
        }
        return growth;
    }

    /// <summary>
    /// (S_T/S_0)^β·exp((β − β²)·V/2), V = Σ ln(1 + r)²: what continuous resetting would give. It breaks down for large
    /// moves. 0 for a positive β and null for a negative one where the index itself falls to nothing.
    /// </summary>
    public static double? AvellanedaZhang(double beta, ReadOnlySpan<double> returns)
    {
        var log = 0.0;
        var variance = 0.0;
        foreach (var change in returns)
        {
            if (1.0 + Checked(change) <= 0.0)
            {
                return beta > 0.0 ? 0.0 : null;
            }
            var step = Math.Log(1.0 + change);
            log += step;
            variance += step * step;
        }
        return Math.Exp((beta * log) + ((beta - (beta * beta)) * variance / 2.0));
    }

    /// <summary>
    /// Leverage after an unreset move: β·(1 + r)/(1 + β·r); null where the move took the equity. Exposure and equity
    /// move by the same amount, so leverage above 1 rises in a fall.
    /// </summary>
    public static double? Drifted(double beta, double change)
    {
        var equity = 1.0 + (beta * Checked(change));
        return equity > 0.0 ? beta * (1.0 + change) / equity : null;
    }

    private static double Checked(double change) => double.IsFinite(change) && change >= -1.0
        ? change
        : throw new ArgumentOutOfRangeException(nameof(change), change, "a return is finite and at least −1");
}
