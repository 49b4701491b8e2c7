namespace OrleansLeverage.Domain;

/// <summary>
/// Quote units per base unit; above 0, at most <see cref="Max"/>, at most 12 digits after the point.
/// <code>
/// Price × Quantity   decimal value in the quote   (see Instrument, which knows the contract)
/// Price ÷ Price      Ratio                        relative move
/// Price &lt; &gt; Price    bool
/// </code>
/// Operators that are not listed do not exist.
/// </summary>
public readonly record struct Price : IComparable<Price>
{
    public const decimal Max = 1_000_000_000_000m;

    public Price(decimal value) => Value = Decimals.Normalise(value) is var normal && IsInRange(normal)
        ? normal
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"a price is above 0 and at most {Max}");

    public decimal Value { get; }

    public static bool IsValid(decimal value) => IsInRange(Decimals.Normalise(value));

    public static decimal operator *(Price price, Quantity quantity) => price.Value * quantity.Value;

    public static Ratio operator /(Price price, Price reference) => new(price.Value / reference.Value);

    public static bool operator <(Price left, Price right) => left.Value < right.Value;

    public static bool operator >(Price left, Price right) => left.Value > right.Value;

    public int CompareTo(Price other) => Value.CompareTo(other.Value);

    public override string ToString() => Decimals.Text(Value);

    private static bool IsInRange(decimal normal) => normal is > 0m and <= Max && normal.Scale <= Decimals.ScaleMax;
}
