namespace OrleansLeverage.Domain;

/// <summary>
/// Contracts or base units, signed: positive is long or bought. |value| at most <see cref="Max"/>, 12 decimals.
/// <code>
/// Quantity + Quantity   Quantity      same instrument
/// Quantity − Quantity   Quantity      same instrument
/// −Quantity             Quantity
/// Price × Quantity      decimal       see Price
/// </code>
/// </summary>
public readonly record struct Quantity : IComparable<Quantity>
{
    public const decimal Max = 1_000_000_000_000m;

    public Quantity(decimal value) => Value = Decimals.Normalise(value) is var normal && IsInRange(normal)
        ? normal
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"a quantity is within ±{Max}");

    public static Quantity Zero => default;

    public decimal Value { get; }

    public bool IsZero => Value == 0m;

    public bool IsLong => Value > 0m;

    public bool IsShort => Value < 0m;

    public Quantity Abs => new(Math.Abs(Value));

    public static bool IsValid(decimal value) => IsInRange(Decimals.Normalise(value));

    public static Quantity operator +(Quantity left, Quantity right) => new(left.Value + right.Value);

    public static Quantity operator -(Quantity left, Quantity right) => new(left.Value - right.Value);

    public static Quantity operator -(Quantity quantity) => new(-quantity.Value);

    public int CompareTo(Quantity other) => Value.CompareTo(other.Value);

    public override string ToString() => Decimals.Text(Value);

    private static bool IsInRange(decimal normal) => normal is >= -Max and <= Max && normal.Scale <= Decimals.ScaleMax;
}
