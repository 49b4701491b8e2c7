using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web.Edge;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData("0", "Exact", "0")]
    [InlineData("-0", "Exact", "0")]
    [InlineData("123.45", "Exact", "123.45")]
    [InlineData("-0.000000000001", "Exact", "-0.000000000001")]
    [InlineData("79228162514264337593543950335", "Exact", "79228162514264337593543950335")]
    [InlineData("79228162514264337593543950336", "Unreadable", null)]
    [InlineData("100000000000000000000000000000", "Unreadable", null)]
    [InlineData("10000000000000000000000000.0001", "Unreadable", null)]
    [InlineData("0.0000000000001", "TooFine", null)]
    [InlineData("0.123456789012345678901234567891", "TooFine", null)]
    [InlineData("0.00000000000000000000000000001", "TooFine", null)]
    [InlineData("", "Unreadable", null)]
    [InlineData("-", "Unreadable", null)]
    [InlineData("+1", "Unreadable", null)]
    [InlineData(".5", "Unreadable", null)]
    [InlineData("5.", "Unreadable", null)]
    [InlineData("01", "Unreadable", null)]
    [InlineData("1_000", "Unreadable", null)]
    [InlineData("0x10", "Unreadable", null)]
    [InlineData(" 1", "Unreadable", null)]
    [InlineData("1e3", "Unreadable", null)]
    [InlineData("\u0661", "Unreadable", null)]
    [InlineData("NaN", "Unreadable", null)]
    public void TextReadsByTheRule(string text, string form, string? value) => Check(text, false, form, value);

    [Theory]
    [InlineData("1e308", "Unreadable", null)]
    [InlineData("1e-29", "TooFine", null)]
    [InlineData("1e-400", "TooFine", null)]
    [InlineData("1e99999999999999999999", "Unreadable", null)]
    [InlineData("0e99999999999999999999", "Exact", "0")]
    [InlineData("1.5E+2", "Exact", "150")]
    [InlineData("1200e-2", "Exact", "12")]
    [InlineData("0.0012e3", "Exact", "1.2")]
    [InlineData("7.9228162514264337593543950335e28", "Exact", "79228162514264337593543950335")]
    public void TokensReadWithTheirExponent(string text, string form, string? value) => Check(text, true, form, value);

    [Fact]
    public void ALongTokenIsHarmless() => Check(new string('9', 64 * 1024), true, "Unreadable", null);

    [Fact]
    public void NothingIsEverRounded() => Prop.ForAll(Texts().ToArbitrary(), text =>
    {
        var form = NumberText.Read(text, allowExponent: true, out var value);
        var (digits, scale) = Reference(text);
        return form switch
        {
            // the exact value of the text, as a fraction of powers of ten, equals the decimal read
            NumberForm.Exact => Equal(value, digits, scale),
            NumberForm.TooFine => scale > 12,
            _ => !Fits(digits, scale),
        };
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(42UL, 43UL));

    private static Gen<string> Texts() =>
        from sign in Gen.Elements("", "-")
        from whole in Gen.Choose(1, 32)
        from fraction in Gen.Choose(0, 16)
        from exponent in Gen.Choose(-20, 20)
        from digits in Gen.Elements('0', '1', '5', '9').ArrayOf(whole + fraction)
        let text = new string(digits)
        let head = text[..whole].TrimStart('0')
        select $"{sign}{(head.Length > 0 ? head : "0")}{(fraction > 0 ? "." + text[whole..] : "")}"
            + (exponent == 0 ? "" : "e" + exponent);

    /// <summary>value = digits × 10^−scale, exactly as written.</summary>
    private static (BigInteger Digits, int Scale) Reference(string text)
    {
        var parts = text.Split('e');
        var dot = parts[0].IndexOf('.');
        var scale = dot < 0 ? 0 : parts[0].Length - dot - 1;
        return (BigInteger.Parse(parts[0].Replace(".", ""), CultureInfo.InvariantCulture),
            scale - (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0));
    }

    private static bool Equal(decimal value, BigInteger digits, int scale)
    {
        var bits = decimal.GetBits(value);
        var own = new BigInteger(new ReadOnlySpan<byte>([.. bits.Take(3).SelectMany(BitConverter.GetBytes), 0]));
        own = value < 0 ? -own : own;
        var ownScale = (bits[3] >> 16) & 0xFF;
        var common = Math.Max(ownScale, Math.Max(scale, 0));
        return own * BigInteger.Pow(10, common - ownScale) == digits * BigInteger.Pow(10, common - scale);
    }

    private static bool Fits(BigInteger digits, int scale)
    {
        while (scale > 0 && digits % 10 == 0)
        {
            (digits, scale) = (digits / 10, scale - 1);
        }
        digits *= BigInteger.Pow(10, Math.Max(0, -scale));
        return BigInteger.Abs(digits) <= new BigInteger(decimal.MaxValue) && scale <= 28;
    }

    private static void Check(string text, bool token, string form, string? value)
    {
        Assert.Equal(form, NumberText.Read(text, token, out var read).ToString());
        Assert.Equal(value is null ? 0m : decimal.Parse(value, CultureInfo.InvariantCulture), read);
    }
}
