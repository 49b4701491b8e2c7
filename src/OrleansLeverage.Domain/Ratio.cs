namespace OrleansLeverage.Domain;

/// <summary>
/// A pure number: a margin rate, a haircut, a relative move. 0.01 is 1 %.
/// <code>
/// Money × Ratio   Money     see Money
/// Ratio + Ratio   Ratio
/// Ratio − Ratio   Ratio
/// </code>
/// </summary>
public readonly record struct Ratio(decimal Value) : IComparable<Ratio>
{
    public static Ratio Zero => default;

    public static Ratio One => new(1m);

    public static Ratio operator +(Ratio left, Ratio right) => new(left.Value + right.Value);

    public static Ratio operator -(Ratio left, Ratio right) => new(left.Value - right.Value);

    public int CompareTo(Ratio other) => Value.CompareTo(other.Value);

    public override string ToString() => Decimals.Text(Value);
}
