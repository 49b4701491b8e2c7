using System.Numerics;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// A sum of decimals and of products of two, without rounding whatever their sizes: an integer count of 10^-56, which
/// both fit. For audits, where a rounding would look like a loss.
/// </summary>
internal sealed class ExactSum
{
    private const int Scale = 56;
    private static readonly BigInteger[] Powers = [.. Enumerable.Range(0, Scale + 1)
        .Select(n => BigInteger.Pow(10, n))];

    private BigInteger _units;

    public bool IsZero => _units.IsZero;

    public void Add(decimal value) => _units += Whole(value) * Powers[Scale - value.Scale];

    public void AddProduct(decimal left, decimal right) =>
        _units += Whole(left) * Whole(right) * Powers[Scale - left.Scale - right.Scale];

    public void Add(ExactSum other) => _units += other._units;

    /// <summary>The sum as a decimal, exact where it has at most 28 digits.</summary>
    public decimal Value
    {
        get
        {
            var (whole, rest) = (BigInteger.DivRem(_units, Powers[Scale], out var remainder), remainder);
            // 28 digits after the point are what a decimal can say of the rest
            return (decimal)whole + (decimal)(rest / Powers[Scale - 28]) / 10_000_000_000_000_000_000_000_000_000m;
        }
    }

    public override string ToString() => Decimals.Text(Value);

    private static BigInteger Whole(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        // the three lower words are an unsigned number in pieces
        var magnitude = unchecked(new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        return bits[3] < 0 ? -(BigInteger)magnitude : magnitude;
    }
}
