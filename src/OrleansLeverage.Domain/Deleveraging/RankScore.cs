using System.Numerics;

namespace OrleansLeverage.Domain.Deleveraging;

/// <summary>
/// What an account is ranked by, as two quotients that are shown apart: a profit term and a leverage term, whose
/// product is the score. Nothing is divided to compare two scores, so no rounding decides whose position is taken.
/// Denominators are above 0.
/// </summary>
public readonly record struct RankScore : IComparable<RankScore>
{
    /// <exception cref="ArgumentOutOfRangeException">A denominator is not above 0.</exception>
    public RankScore(decimal profit, decimal profitPer, decimal leverage, decimal leveragePer)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(profitPer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leveragePer);
        (Profit, ProfitPer, Leverage, LeveragePer) = (profit, profitPer, leverage, leveragePer);
    }

    public decimal Profit { get; }

    public decimal ProfitPer { get; }

    public decimal Leverage { get; }

    public decimal LeveragePer { get; }

    /// <summary>Rounded to 28 digits; null where it has more digits before the point than a decimal holds.</summary>
    public decimal? ProfitTerm => Quotient(Profit, ProfitPer);

    public decimal? LeverageTerm => Quotient(Leverage, LeveragePer);

    /// <summary>The product of the two terms, rounded; null where it does not fit. For show, never for order.</summary>
    public decimal? Value =>
        ProfitTerm is { } profit && LeverageTerm is { } leverage ? Product(profit, leverage) : null;

    /// <summary>
    /// The score in double, within <see cref="ApproximationError"/> of itself: four conversions of at most two units in
    /// the last place each, and three operations.
    /// </summary>
    public double Approximate => (double)Profit / (double)ProfitPer * ((double)Leverage / (double)LeveragePer);

    /// <summary>Largest relative error of <see cref="Approximate"/>: 64 units of 2⁻⁵³, four times what can
    /// occur.</summary>
    public const double ApproximationError = 64.0 / (1L << 53);

    /// <summary>A plain number.</summary>
    public static RankScore Of(decimal value) => new(value, 1m, 1m, 1m);

    public int CompareTo(RankScore other)
    {
        if (this == other)
        {
            return 0;
        }
        var (sign, otherSign) = (Sign, other.Sign);
        if (sign != otherSign || sign == 0)
        {
            return sign.CompareTo(otherSign);
        }
        var (mine, mineScale) = Multiply(Profit, Leverage, other.ProfitPer, other.LeveragePer);
        var (theirs, theirScale) = Multiply(other.Profit, other.Leverage, ProfitPer, LeveragePer);
        return mineScale >= theirScale
            ? mine.CompareTo(theirs * BigInteger.Pow(10, mineScale - theirScale))
            : (mine * BigInteger.Pow(10, theirScale - mineScale)).CompareTo(theirs);
    }

    public static bool operator <(RankScore left, RankScore right) => left.CompareTo(right) < 0;

    public static bool operator >(RankScore left, RankScore right) => left.CompareTo(right) > 0;

    private int Sign => Math.Sign(Profit) * Math.Sign(Leverage);

    private static (BigInteger Mantissa, int Scale) Multiply(decimal a, decimal b, decimal c, decimal d) =>
        (Mantissa(a) * Mantissa(b) * Mantissa(c) * Mantissa(d), a.Scale + b.Scale + c.Scale + d.Scale);

    private static BigInteger Mantissa(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var magnitude = BigInteger.Zero;
        for (var word = 2; word >= 0; word--)
        {
            magnitude = (magnitude << 32) | unchecked((uint)bits[word]);
        }
        return bits[3] < 0 ? -magnitude : magnitude;
    }

    private static decimal? Quotient(decimal value, decimal per)
    {
        try
        {
            return value / per;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static decimal? Product(decimal left, decimal right)
    {
        try
        {
            return left * right;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
