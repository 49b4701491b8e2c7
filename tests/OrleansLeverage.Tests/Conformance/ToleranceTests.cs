using System.Text.Json;
using OrleansLeverage.Conformance;
using Xunit;

namespace OrleansLeverage.Tests.Conformance;

/// <summary>Each tolerance type lets pass what it should, to the edge, and not more.</summary>
public sealed class ToleranceTests
{
    [Theory]
    [InlineData("""{"type": "exact"}""", "5", "5", true)]
    [InlineData("""{"type": "exact"}""", "5", "5.0000000000000000000000001", false)]
    [InlineData("""{"type": "exact", "note": "integers"}""", "18446744073709551617", "18446744073709551616", false)]
    [InlineData("{}", "5", "5", true)]
    [InlineData("{}", "5", "5.1", false)]
    [InlineData("""{"type": "absolute", "value": 0.5}""", "10", "10.5", true)]
    [InlineData("""{"type": "absolute", "value": 0.5}""", "10", "9.4999", false)]
    [InlineData("""{"type": "absolute", "value": "0"}""", "10", "10", true)]
    [InlineData("""{"type": "absolute", "value": "0"}""", "10", "10.01", false)]
    [InlineData("""{"type": "abs", "value": 1}""", "10", "11", true)]
    [InlineData("""{"type": "abs", "value": 1}""", "10", "11.1", false)]
    [InlineData("""{"type": "relative", "value": 0.01}""", "-200", "-202", true)]
    [InlineData("""{"type": "relative", "value": 0.01}""", "-200", "-202.1", false)]
    [InlineData("""{"type": "rel", "value": 1e-06}""", "1000000", "1000001", true)]
    [InlineData("""{"type": "rel", "value": 1e-06}""", "1000000", "1000002", false)]
    [InlineData("""{"type": "rel", "value": 0.1, "abs": 0.5}""", "10", "11.5", true)]
    [InlineData("""{"type": "rel", "value": 0.1, "abs": 0.5}""", "10", "11.6", false)]
    [InlineData("""{"type": "relative", "value": 0.1}""", "0", "0.0001", false)]
    [InlineData("""{"type": "rounded", "decimals": 2}""", "48.00", "48.005", true)]
    [InlineData("""{"type": "rounded", "decimals": 2}""", "48.00", "47.9949", false)]
    [InlineData("""{"type": "rounded", "decimals": 0}""", "48", "48.5", true)]
    [InlineData("""{"type": "rounded", "decimals": 0}""", "48", "48.6", false)]
    [InlineData("""{"abs": 0.1}""", "1", "1.1", true)]
    [InlineData("""{"abs": 0.1}""", "1", "1.11", false)]
    [InlineData("""{"rel": 0.1}""", "1", "0.9", true)]
    [InlineData("""{"rel": 0.1}""", "1", "0.89", false)]
    [InlineData("""{"abs": 0.1, "rel": 0.1}""", "1", "1.2", true)]
    [InlineData("""{"abs": 0.1, "rel": 0.1}""", "1", "1.21", false)]
    [InlineData("""{"x_abs": 0.1}""", "1", "1.1", true)]
    [InlineData("""{"x_abs": 0.1}""", "1", "1.11", false)]
    [InlineData("""{"x_rel": 0.1, "x_abs": 0.1}""", "1", "1.2", true)]
    [InlineData("""{"x_rel": 0.1, "abs": 5}""", "1", "1.2", false)]
    [InlineData("""{"y_abs": 9}""", "1", "1.1", false)]
    [InlineData("""{"rel": {"x": 0.1, "others": 9}}""", "1", "1.1", true)]
    [InlineData("""{"rel": {"x": 0.1, "others": 9}}""", "1", "1.11", false)]
    [InlineData("""{"rel": {"y": 9, "others": 0.1}}""", "1", "1.1", true)]
    [InlineData("""{"rel": {"y": 9, "others": 0.1}}""", "1", "1.11", false)]
    public void LetsPassToTheEdgeAndNoFurther(string json, string expected, string actual, bool passes) =>
        Assert.Equal(passes, Tolerance.Parse(Json(json)).Accepts("x", Number(expected), Number(actual)));

    [Theory]
    [InlineData("""{"type": "roughly", "value": 1}""")]
    [InlineData("""{"type": "absolute"}""")]
    [InlineData("""{"type": "relative", "value": "much"}""")]
    [InlineData("""{"type": "absolute", "value": -1}""")]
    [InlineData("""{"type": "rounded"}""")]
    [InlineData("0.1")]
    public void WhatIsNotUnderstoodIsRefused(string json) =>
        Assert.Throws<FormatException>(() => Tolerance.Parse(Json(json)));

    [Theory]
    [InlineData("0.1", "1/10", 0)]
    [InlineData("1e-3", "0.001", 0)]
    [InlineData("-12.50E+2", "-1250", 0)]
    [InlineData("49999/100", "499.99", 0)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("-1", "1", -1)]
    public void NumbersAreReadExactly(string left, string right, int order) =>
        Assert.Equal(order, Number(left).CompareTo(Number(right)));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("1/0")]
    [InlineData("1e99999")]
    [InlineData("0x10")]
    public void WhatIsNoNumberIsNone(string text) => Assert.False(ExactNumber.TryParse(text, out _));

    [Fact]
    public void ADoubleStandsForTheBinaryFractionItHolds()
    {
        Assert.Equal(0, ExactNumber.Of(0.375).CompareTo(Number("3/8")));
        Assert.Equal(0, ExactNumber.Of(-6755399441055744.0).CompareTo(Number("-6755399441055744")));
        Assert.Equal(0, ExactNumber.Of(double.Epsilon).CompareTo(
            new ExactNumber(1, System.Numerics.BigInteger.Pow(2, 1074))));
        Assert.NotEqual(0, ExactNumber.Of(0.1).CompareTo(Number("0.1")));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactNumber.Of(double.NaN));
    }

    [Theory]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    [InlineData("-0.0000000000000000000000000001")]
    [InlineData("4294967296.5")]
    public void ADecimalStandsForItself(string text) => Assert.Equal(0, ExactNumber.Of(decimal.Parse(
        text, System.Globalization.CultureInfo.InvariantCulture)).CompareTo(Number(text)));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static ExactNumber Number(string text) => ExactNumber.TryParse(text, out var number)
        ? number
        : throw new FormatException(text);
}
