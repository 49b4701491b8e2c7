using System.Globalization;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

public sealed class DecimalsTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("0.0", "0")]
    [InlineData("1", "1")]
    [InlineData("10", "10")]
    [InlineData("-10.50", "-10.5")]
    [InlineData("0.000000000001", "0.000000000001")]
    [InlineData("999999999999.999999999999", "999999999999.999999999999")]
    [InlineData("-999999999999.999999999999", "-999999999999.999999999999")]
    [InlineData("123456789012", "123456789012")]
    public void CanonicalTextIsRead(string text, string shown)
    {
        Assert.True(Decimals.TryParseCanonical(text, out var value));
        Assert.Equal(decimal.Parse(text, CultureInfo.InvariantCulture), value);
        Assert.Equal(shown, Decimals.Text(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("-.5")]
    [InlineData("01")]
    [InlineData("00")]
    [InlineData("-01")]
    [InlineData("1e5")]
    [InlineData("1E-5")]
    [InlineData("1,000")]
    [InlineData("1_000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n")]
    [InlineData("1.0.0")]
    [InlineData("1.-0")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1234567890123")]
    [InlineData("0.0000000000001")]
    [InlineData("0.1234567890123")]
    [InlineData("١")]
    [InlineData("１")]
    [InlineData("−1")]
    [InlineData("1\0")]
    [InlineData("$1")]
    [InlineData("1%")]
    [InlineData("(1)")]
    public void AnythingElseIsRefused(string text)
    {
        Assert.False(Decimals.TryParseCanonical(text, out var value), $"read as {value}");
        Assert.Equal(0m, value);
    }

    [Theory]
    [InlineData("1.25", "0.1", "1.2", "1.3")]
    [InlineData("-1.25", "0.1", "-1.3", "-1.2")]
    [InlineData("1.2", "0.1", "1.2", "1.2")]
    [InlineData("-1.2", "0.1", "-1.2", "-1.2")]
    [InlineData("0.0000000049", "0.00000001", "0", "0.00000001")]
    [InlineData("-0.0000000049", "0.00000001", "-0.00000001", "0")]
    [InlineData("7", "2.5", "5", "7.5")]
    [InlineData("-7", "2.5", "-7.5", "-5")]
    [InlineData("0", "3", "0", "0")]
    public void RoundingHasADirection(string value, string quantum, string floor, string ceiling)
    {
        Assert.Equal(D(floor), Decimals.FloorTo(D(value), D(quantum)));
        Assert.Equal(D(ceiling), Decimals.CeilingTo(D(value), D(quantum)));
        Assert.Equal(floor == ceiling, Decimals.IsMultipleOf(D(value), D(quantum)));
    }

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("0.9", 0, 1)]
    [InlineData("1", 1, 0)]
    [InlineData("-12.3450", 2, 3)]
    [InlineData("1000000000000", 13, 0)]
    [InlineData("9.99", 1, 2)]
    public void DigitsAreCounted(string value, int before, int after)
    {
        Assert.Equal(before, Decimals.IntegerDigits(D(value)));
        Assert.Equal(after, Decimals.Scale(D(value)));
    }

    /// <summary>Every mantissa and scale: the same value, and no form of it that is shorter.</summary>
    [Fact]
    public void NormalisingKeepsTheValueAndLeavesNoZeros()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var value = new decimal(random.Next(), random.Next(3) == 0 ? random.Next() : 0, random.Next(3) == 0
                ? random.Next() : 0,
                random.Next(2) == 0, (byte)random.Next(29)) * (random.Next(3) == 0 ? 100m / 100m : 1m);
            if (random.Next(2) == 0)
            {
                value = Math.Round(value, random.Next(6)) + 0.000m;
            }
            var normal = Decimals.Normalise(value);
            Assert.Equal(value, normal);
            var text = value.ToString(CultureInfo.InvariantCulture);
            if (text.Contains('.'))
            {
                text = text.TrimEnd('0').TrimEnd('.');
            }
            Assert.Equal(text is "-0" ? "0" : text, normal.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static decimal D(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
