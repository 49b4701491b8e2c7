using System.Numerics;

namespace OrleansLeverage.Tests.Domain;

/// <summary>An exact fraction. Slow and obviously right: what references are computed in.</summary>
internal readonly struct Rational : IComparable<Rational>, IEquatable<Rational>, IAdditionOperators<Rational, Rational,
    Rational>,
    ISubtractionOperators<Rational, Rational, Rational>, IMultiplyOperators<Rational, Rational, Rational>,
    IDivisionOperators<Rational, Rational, Rational>, IComparisonOperators<Rational, Rational, bool>
{
    private readonly BigInteger _denominator;

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominator = denominator / divisor;
    }

    public static Rational Zero => 0m;

    public static Rational One => 1m;

    public BigInteger Numerator { get; }

    public BigInteger Denominator => _denominator.IsZero ? BigInteger.One : _denominator;

    public static implicit operator Rational(decimal value)
    {
        var bits = decimal.GetBits(value);
        var mantissa = unchecked(((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0]);
        return new Rational(value < 0m ? -mantissa : mantissa, BigInteger.Pow(10, value.Scale));
    }

    public static Rational operator +(Rational left, Rational right) =>
        new(left.Numerator * right.Denominator + right.Numerator * left.Denominator,
            left.Denominator * right.Denominator);

    public static Rational operator -(Rational value) => new(-value.Numerator, value.Denominator);

    public static Rational operator -(Rational left, Rational right) => left + -right;

    public static Rational operator *(Rational left, Rational right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static Rational operator /(Rational left, Rational right) =>
        new(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    public static bool operator ==(Rational left, Rational right) => left.Equals(right);

    public static bool operator !=(Rational left, Rational right) => !left.Equals(right);

    public static Rational Abs(Rational value) => value < Zero ? -value : value;

    public static Rational Max(Rational left, Rational right) => left >= right ? left : right;

    public static Rational Min(Rational left, Rational right) => left <= right ? left : right;

    /// <summary>The smallest multiple of <paramref name="quantum"/> not below <paramref name="value"/>.</summary>
    public static Rational Ceiling(Rational value, Rational quantum)
    {
        var units = value / quantum;
        var whole = BigInteger.DivRem(units.Numerator, units.Denominator, out var rest);
        return new Rational(rest.Sign > 0 ? whole + 1 : whole, 1) * quantum;
    }

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public bool Equals(Rational other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    public double ToDouble() => Math.Exp(BigInteger.Log(BigInteger.Abs(Numerator)) - BigInteger.Log(Denominator))
        * Numerator.Sign;

    public override string ToString() => $"{ToDouble():G15}";
}
