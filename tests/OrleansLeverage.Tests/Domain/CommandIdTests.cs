using System.Text.RegularExpressions;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain;

public sealed class CommandIdTests
{
    private static readonly Regex Rule = new(@"^[0-9A-HJKMNP-TV-Z]{26}\z");

    /// <summary>The example of the ULID specification: its first ten characters are 1469922850259 ms.</summary>
    [Fact]
    public void TheTimeIsInTheFirstTenCharacters()
    {
        var id = CommandId.Parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        Assert.Equal(1_469_922_850_259L, id.UnixMs);
        Assert.Equal("01ARZ3NDEKTSV4RRFFQ69G5FAV", id.ToString());
    }

    [Fact]
    public void TextAndValueAreOneAnother()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var time = random.NextInt64(CommandId.UnixMsMax + 1);
            var entropy = ((UInt128)(ulong)random.NextInt64() << 64) | (ulong)random.NextInt64();
            var id = CommandId.Create(time, entropy);
            Assert.Equal(time, id.UnixMs);
            Assert.Equal(entropy & ((UInt128.One << 80) - 1), id.Value & ((UInt128.One << 80) - 1));
            var text = id.ToString();
            Assert.Matches(Rule, text);
            Assert.True(CommandId.TryParse(text, out var parsed));
            Assert.Equal(id, parsed);
        }
    }

    /// <summary>By value, by text and by time: one order.</summary>
    [Fact]
    public void OrderOfValuesIsOrderOfTexts()
    {
        var random = new Random(4);
        CommandId Next() => CommandId.Create(random.Next(3), (ulong)random.Next(4));
        for (var i = 0; i < 5_000; i++)
        {
            var (left, right) = (Next(), Next());
            Assert.Equal(Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString())),
                Math.Sign(left.CompareTo(right)));
        }
        Assert.True(CommandId.Create(2, 0).CompareTo(CommandId.Create(1, UInt128.MaxValue)) > 0);
    }

    [Fact]
    public void TheLowestAndTheHighestAreReserved()
    {
        Assert.True(CommandId.Parse("00000000000000000000000000").IsReserved);
        Assert.True(CommandId.Parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ").IsReserved);
        Assert.False(CommandId.Parse("00000000000000000000000001").IsReserved);
        Assert.False(CommandId.Parse("7ZZZZZZZZZZZZZZZZZZZZZZZZY").IsReserved);
        Assert.True(default(CommandId).IsReserved);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FA")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAVX")]
    [InlineData("81ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("Z1ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("01arz3ndektsv4rrffq69g5fav")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAI")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAL")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAO")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAU")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FA-")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FA\n")]
    [InlineData("0１ARZ3NDEKTSV4RRFFQ69G5FAV")]
    public void WhatIsNoUlidIsRefused(string text)
    {
        Assert.False(CommandId.TryParse(text, out var id));
        Assert.Equal(default, id);
        Assert.Throws<FormatException>(() => CommandId.Parse(text));
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L << 48)]
    public void ATimeThatDoesNotFitIsRefused(long unixMs)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => CommandId.Create(unixMs, 0));
        Assert.Contains("281474976710655", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASeriesIsDistinctAndInOrder()
    {
        var ids = Enumerable.Range(0, 100).SelectMany(n =>
            new[] { CommandId.Series(5, 1, n), CommandId.Series(5, 2, n) }).ToArray();
        Assert.Equal(200, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(5, id.UnixMs));
        Assert.True(CommandId.Series(5, 1, 99).CompareTo(CommandId.Series(5, 2, 0)) < 0);
    }
}
