using System.Reflection;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

/// <summary>The arithmetic tables: what is listed works, what is not listed does not exist.</summary>
public sealed class ValueTypeTests
{
    private static readonly AssetId Btc = new("BTC");

    [Theory]
    [InlineData(typeof(Price), "op_Multiply(Price,Quantity):Decimal", "op_Division(Price,Price):Ratio",
        "op_LessThan(Price,Price):Boolean", "op_GreaterThan(Price,Price):Boolean")]
    [InlineData(typeof(Quantity), "op_Addition(Quantity,Quantity):Quantity",
        "op_Subtraction(Quantity,Quantity):Quantity",
        "op_UnaryNegation(Quantity):Quantity")]
    [InlineData(typeof(Money), "op_Addition(Money,Money):Money", "op_Subtraction(Money,Money):Money",
        "op_UnaryNegation(Money):Money", "op_Multiply(Money,Ratio):Money", "op_Division(Money,Money):Ratio")]
    [InlineData(typeof(Ratio), "op_Addition(Ratio,Ratio):Ratio", "op_Subtraction(Ratio,Ratio):Ratio")]
    [InlineData(typeof(AccountId))]
    [InlineData(typeof(AssetId))]
    [InlineData(typeof(FeedId))]
    [InlineData(typeof(InstrumentId))]
    [InlineData(typeof(CommandId))]
    public void OnlyTheListedOperatorsExist(Type type, params string[] listed)
    {
        string Signature(MethodInfo method) =>
            $"{method.Name}({string.Join(',', method.GetParameters().Select(p => p.ParameterType.Name))})"
            + $":{method.ReturnType.Name}";
        var found = type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => m.Name.StartsWith("op_", StringComparison.Ordinal))
            .Where(m => m.Name is not ("op_Equality" or "op_Inequality"))
            .Select(Signature);
        Assert.Equal(listed.Order(), found.Order());
    }

    /// <summary>No conversion at all, so none to decimal that would let units be lost in silence.</summary>
    [Fact]
    public void NothingConverts()
    {
        var types = typeof(Price).Assembly.GetExportedTypes().Where(t => t.IsValueType && !t.IsEnum).ToArray();
        Assert.Contains(typeof(Price), types);
        var methods = types.SelectMany(t => t.GetMethods(
            BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly));
        Assert.DoesNotContain(methods, m => m.Name is "op_Implicit" or "op_Explicit");
    }

    [Fact]
    public void PriceArithmetic()
    {
        Assert.Equal(123.45m, new Price(24.69m) * new Quantity(5m));
        Assert.Equal(-123.45m, new Price(24.69m) * new Quantity(-5m));
        Assert.Equal(new Ratio(1.1m), new Price(110m) / new Price(100m));
        Assert.True(new Price(1m) < new Price(1.01m));
        Assert.True(new Price(1.01m) > new Price(1m));
        Assert.False(new Price(1m) < new Price(1m));
        Assert.False(new Price(1m) > new Price(1m));
        Assert.Equal(-1, new Price(1m).CompareTo(new Price(2m)));
        Assert.Equal("1.5", new Price(1.500m).ToString());
    }

    [Fact]
    public void QuantityArithmetic()
    {
        Assert.Equal(new Quantity(1.5m), new Quantity(2m) + new Quantity(-0.5m));
        Assert.Equal(new Quantity(2.5m), new Quantity(2m) - new Quantity(-0.5m));
        Assert.Equal(new Quantity(-2m), -new Quantity(2m));
        Assert.Equal(new Quantity(2m), new Quantity(-2m).Abs);
        Assert.True(new Quantity(0.1m).IsLong && !new Quantity(0.1m).IsShort && !new Quantity(0.1m).IsZero);
        Assert.True(new Quantity(-0.1m).IsShort && !new Quantity(-0.1m).IsLong);
        Assert.True(Quantity.Zero.IsZero && !Quantity.Zero.IsLong && !Quantity.Zero.IsShort);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(Quantity.Max) + new Quantity(1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(-Quantity.Max) - new Quantity(1m));
    }

    [Fact]
    public void MoneyArithmetic()
    {
        Money Usd(decimal amount) => new(amount, AssetId.Usd);
        Assert.Equal(Usd(3m), Usd(1m) + Usd(2m));
        Assert.Equal(Usd(-1m), Usd(1m) - Usd(2m));
        Assert.Equal(Usd(-1m), -Usd(1m));
        Assert.Equal(Usd(0.5m), Usd(2m) * new Ratio(0.25m));
        Assert.Equal(new Ratio(0.5m), Usd(1m) / Usd(2m));
        Assert.Equal("1.5 USD", Usd(1.50m).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => Usd(Money.Max) + Usd(0.01m));
    }

    [Fact]
    public void MoneyOfTwoAssetsDoesNotMix()
    {
        var (usd, btc) = (new Money(1m, AssetId.Usd), new Money(1m, Btc));
        Assert.Throws<InvalidOperationException>(() => usd + btc);
        Assert.Throws<InvalidOperationException>(() => usd - btc);
        Assert.Throws<InvalidOperationException>(() => usd / btc);
        Assert.NotEqual(usd, btc);
    }

    [Fact]
    public void RatioArithmetic()
    {
        Assert.Equal(new Ratio(0.3m), new Ratio(0.1m) + new Ratio(0.2m));
        Assert.Equal(new Ratio(-0.1m), new Ratio(0.1m) - new Ratio(0.2m));
        Assert.Equal(Ratio.One, Ratio.Zero + new Ratio(1m));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000000000000.01")]
    [InlineData("0.0000000000001")]
    public void APriceOutOfRangeIsRefusedWithItsBound(string text)
    {
        var value = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.False(Price.IsValid(value));
        Assert.Contains("above 0 and at most 1000000000000",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Price(value)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1000000000000.000000000001")]
    [InlineData("-1000000000001")]
    [InlineData("0.0000000000001")]
    public void AQuantityOutOfRangeIsRefused(string text)
    {
        var value = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.False(Quantity.IsValid(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(value));
    }

    [Theory]
    [InlineData("1000000000000")]
    [InlineData("0.000000000001")]
    [InlineData("999999999999.999999999999")]
    public void TheEdgesOfTheRangesAreInside(string text)
    {
        var value = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(value, new Price(value).Value);
        Assert.Equal(-value, new Quantity(-value).Value);
    }

    /// <summary>Values that are equal are equal in every respect: the same bits, hash and text.</summary>
    [Fact]
    public void TrailingZerosAreNoDifference()
    {
        Assert.Equal(new Price(1.10m), new Price(1.1000m));
        Assert.Equal(decimal.GetBits(new Price(1.1m).Value), decimal.GetBits(new Price(1.1000m).Value));
        Assert.Equal(decimal.GetBits(new Quantity(100m).Value), decimal.GetBits(new Quantity(100.00m).Value));
        Assert.Equal(decimal.GetBits(0m), decimal.GetBits(new Quantity(-0.00m).Value));
        Assert.Equal(new Money(1.0m, Btc).GetHashCode(), new Money(1m, Btc).GetHashCode());
    }
}
