namespace OrleansLeverage.Domain;

/// <summary>
/// An amount of one asset; positive is a deposit or a gain. |amount| at most <see cref="Max"/>.
/// <code>
/// Money + Money   Money     same asset only, otherwise an exception
/// Money − Money   Money     same asset only
/// −Money          Money
/// Money × Ratio   Money
/// Money ÷ Money   Ratio     same asset only
/// </code>
/// </summary>
public readonly record struct Money
{
    public const decimal Max = 1_000_000_000_000_000m;

    public Money(decimal amount, AssetId asset)
    {
        Amount = amount is >= -Max and <= Max
            ? Decimals.Normalise(amount)
            : throw new ArgumentOutOfRangeException(nameof(amount), amount, $"an amount is within ±{Max}");
        Asset = asset;
    }

    public decimal Amount { get; }

    public AssetId Asset { get; }

    public static Money operator +(Money left, Money right) => new(left.Amount + right.In(left.Asset), left.Asset);

    public static Money operator -(Money left, Money right) => new(left.Amount - right.In(left.Asset), left.Asset);

    public static Money operator -(Money money) => new(-money.Amount, money.Asset);

    public static Money operator *(Money money, Ratio ratio) => new(money.Amount * ratio.Value, money.Asset);

    public static Ratio operator /(Money left, Money right) => new(left.Amount / right.In(left.Asset));

    public override string ToString() => $"{Decimals.Text(Amount)} {Asset}";

    private decimal In(AssetId asset) => asset == Asset
        ? Amount
        : throw new InvalidOperationException($"{Asset} is not {asset}: amounts of two assets do not mix");
}
