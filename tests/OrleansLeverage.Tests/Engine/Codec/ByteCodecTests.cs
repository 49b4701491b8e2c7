using OrleansLeverage.Engine.Codec;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Codec;

/// <summary>Primitives: what is written is read back, in one form only, and nothing else is read at all.</summary>
public sealed class ByteCodecTests
{
    private delegate T Reader<out T>(ref ByteSource source);

    public static TheoryData<decimal> Edges => new(
        0m, -0.0m, 0.000m, 1m, -1m, 10m, 0.1m, -0.10m, 1.0m, decimal.MaxValue, decimal.MinValue,
            0.0000000000000000000000000001m,
        -0.0000000000000000000000000001m, 7.9228162514264337593543950335m, -7.9228162514264337593543950335m,
            18446744073709551615m,
        18446744073709551616m, 1844674407370955161.6m, 4294967296m, 0.9999999999999999999999999999m,
            100000000000000000000000000m);

    [Theory]
    [MemberData(nameof(Edges))]
    public void Decimals_at_the_edges_come_back(decimal value) => Assert.Equal(value, Through(value));

    [Fact]
    public void Decimals_of_every_scale_and_width_come_back_and_equal_ones_have_equal_bytes()
    {
        var random = new RandomRecords(11);
        for (var i = 0; i < 50_000; i++)
        {
            var value = random.Decimal();
            Assert.Equal(value, Through(value));
            // the same value with more zeros at its end, where it has room for them
            if (value.Scale < 28 && Math.Abs(value) < 1_000_000m)
            {
                Assert.Equal(Bytes(s => s.Decimal(value)), Bytes(s => s.Decimal(value * 1.0m)));
            }
        }
        Assert.Equal(Bytes(s => s.Decimal(0m)), Bytes(s => s.Decimal(-0.00m)));
    }

    [Fact]
    public void Numbers_come_back()
    {
        foreach (var value in Enumerable.Range(0, 64).SelectMany(b =>
            new[] { 1UL << b, (1UL << b) - 1, (1UL << b) + 1 }).Append(ulong.MaxValue))
        {
            Assert.Equal(value, Read(Bytes(s => s.Unsigned(value)), static (ref ByteSource s) => s.Unsigned()));
            var signed = unchecked((long)value);
            Assert.Equal(signed, Read(Bytes(s => s.Signed(signed)), static (ref ByteSource s) => s.Signed()));
            Assert.Equal(~signed, Read(Bytes(s => s.Signed(~signed)), static (ref ByteSource s) => s.Signed()));
        }
    }

    [Fact]
    public void Text_comes_back_and_what_is_no_text_is_refused_on_both_sides()
    {
        foreach (var text in new[] { "", "a", "BTC-USD", "é漢😀", new string('x', 70_000) })
        {
            Assert.Equal(text, Read(Bytes(s => s.Text(text)), static (ref ByteSource s) => s.Text()));
        }
        Assert.ThrowsAny<ArgumentException>(() => Bytes(s => s.Text("half a pair: \ud800")));
        Assert.Throws<FormatException>(() => Read([3, (byte)'a', 0xFF, 0xFE], static (ref ByteSource s) => s.Text()));
    }

    [Theory]
    [InlineData("a decimal with a zero at its end", new byte[] { 1 << 2, 10 })]
    [InlineData("minus zero", new byte[] { 2, 0 })]
    [InlineData("a zero with a scale", new byte[] { 4, 0 })]
    [InlineData("twelve bytes for a small decimal", new byte[] { 1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("scale 29", new byte[] { 29 << 2, 1 })]
    [InlineData("a number with a leading zero", new byte[] { 0, 0x81, 0x00 })]
    [InlineData("more than 64 bits", new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02 })]
    [InlineData("an end that is missing", new byte[] { 0, 0x80 })]
    [InlineData("nothing", new byte[0])]
    public void Other_forms_of_a_decimal_are_refused(string what, byte[] bytes)
    {
        var exception = Assert.Throws<FormatException>(() => Read(bytes, static (ref ByteSource s) => s.Decimal()));
        Assert.True(exception.Message.Length > 0, what);
    }

    [Fact]
    public void Counts_flags_and_sequences_are_checked_before_anything_is_made_of_them()
    {
        Assert.Throws<FormatException>(() =>
            Read([0xFF, 0xFF, 0xFF, 0xFF, 0x07], static (ref ByteSource s) => s.Count()));
        Assert.Throws<FormatException>(() => Read([2, 0], static (ref ByteSource s) => s.Count()));
        Assert.Equal(1, Read([1, 0], static (ref ByteSource s) => s.Count()));
        Assert.Throws<FormatException>(() =>
            Read([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], static (ref ByteSource s) => s.Number()));
        Assert.Throws<FormatException>(() =>
            Read(Bytes(s => s.Unsigned(1UL << 63)), static (ref ByteSource s) => s.Long()));
        Assert.Throws<FormatException>(() => Read([2], static (ref ByteSource s) => s.Flag()));
        Assert.Throws<FormatException>(() => Read([9], static (ref ByteSource s) => s.Place(9)));
        Assert.Throws<FormatException>(() =>
            Read([200], static (ref ByteSource s) => s.Named<OrleansLeverage.Domain.PriceState>()));
        Assert.Throws<FormatException>(() => Read([1, 1], static (ref ByteSource s) =>
        {
            s.Byte();
            s.End();
            return 0;
        }));
        Assert.Throws<OverflowException>(() => Bytes(s => s.Number(-1)));
    }

    internal static byte[] Bytes(Action<ByteSink> write)
    {
        var sink = new ByteSink();
        write(sink);
        return sink.ToArray();
    }

    private static decimal Through(decimal value) =>
        Read(Bytes(s => s.Decimal(value)), static (ref ByteSource s) => s.Decimal());

    private static T Read<T>(byte[] bytes, Reader<T> read)
    {
        var source = new ByteSource(bytes);
        var value = read(ref source);
        Assert.True(source.AtEnd || bytes.Length > source.Position, "read past the end");
        return value;
    }
}
