using System.Numerics;
using OrleansLeverage.Domain.Lots;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Lots;

/// <summary>Order, refusal, exactness of a book of lots; published cases run through the conformance runner.</summary>
public sealed class LotBookTests
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(LotMethod.Fifo, "b a c d")]
    [InlineData(LotMethod.Lifo, "d c a b")]
    [InlineData(LotMethod.Hifo, "c b d a")]
    [InlineData(LotMethod.Lofo, "a b d c")]
    public void LotsAreTakenInTheOrderOfTheMethod(LotMethod method, string order)
    {
        var book = new LotBook(method);
        // opened out of the order of time; b and d cost the same
        book.Open(new Lot("a", Start.AddDays(2), 1m, 5m, null));
        book.Open(new Lot("b", Start.AddDays(1), 1m, 7m, null));
        book.Open(new Lot("c", Start.AddDays(3), 1m, 9m, null));
        book.Open(new Lot("d", Start.AddDays(4), 1m, 7m, null));
        Assert.Equal(order, string.Join(' ', book.Take(4m, "sale").Select(part => part.From.Id)));
        Assert.Equal((0m, 0m, 0), (book.Quantity, book.Basis, book.Lots.Count));
    }

    [Fact]
    public void ARefusalChangesNothing()
    {
        foreach (var method in Enum.GetValues<LotMethod>())
        {
            var book = new LotBook(method);
            book.Open(new Lot("a", Start, 1m, 100m, null));
            book.Open(new Lot("b", Start, 2m, 210m, null));
            var before = book.Lots;
            var refusal = Assert.Throws<LotException>(() => book.Take(3.1m, "sale", ["a", "b"]));
            Assert.Equal((LotFault.Oversold, "sale"), (refusal.Fault, refusal.Line));
            Assert.Equal(before, book.Lots);
        }
    }

    [Fact]
    public void SpecificLotsAreThoseNamedAndNoOthers()
    {
        var book = new LotBook(LotMethod.Specific);
        book.Open(new Lot("a", Start, 1m, 100m, null));
        book.Open(new Lot("b", Start, 2m, 210m, null));
        Assert.Equal(LotFault.LotNotOpen, Assert.Throws<LotException>(() => book.Take(1m, "s", ["x"])).Fault);
        Assert.Equal(LotFault.LotNotOpen, Assert.Throws<LotException>(() => book.Take(2m, "s", ["a"])).Fault);
        Assert.Equal(LotFault.LotNotOpen, Assert.Throws<LotException>(() => book.Take(1m, "s")).Fault);
        Assert.Equal(3m, book.Quantity);
        var parts = book.Take(2.5m, "s", ["b", "a"]);
        Assert.Equal([("b", 2m, 210m), ("a", 0.5m, 50m)], parts.Select(p => (p.From.Id, p.Quantity, p.Basis)));
    }

    /// <summary>
    /// Thousands of takings of awkward sizes: what was taken and what is left add up to what was opened, in whole
    /// numbers of the smallest decimal, whatever each division rounded.
    /// </summary>
    [Theory]
    [InlineData(LotMethod.Fifo)]
    [InlineData(LotMethod.Hifo)]
    [InlineData(LotMethod.Average)]
    public void NothingIsLostInDivisions(LotMethod method)
    {
        var random = new Random(7);
        var book = new LotBook(method);
        var (opened, taken) = (BigInteger.Zero, BigInteger.Zero);
        for (var i = 0; i < 3_000; i++)
        {
            if (random.Next(2) == 0 || book.Quantity == 0m)
            {
                var basis = random.Next(1, 1_000_000) / 7m;
                book.Open(new Lot($"{i}", Start.AddHours(i), random.Next(1, 1_000) / 3m, basis, null));
                opened += Units(basis);
            }
            else
            {
                var parts = book.Take(book.Quantity * random.Next(1, 100) / 100m, "sale");
                taken += parts.Aggregate(BigInteger.Zero, (sum, part) => sum + Units(part.Basis));
            }
        }
        var left = book.Lots.Aggregate(BigInteger.Zero, (sum, lot) => sum + Units(lot.Basis));
        // each difference of two decimals of 28 digits rounds at its last digit
        Assert.True(BigInteger.Abs(opened - taken - left) <= BigInteger.Pow(10, 28 - 18), $"{opened - taken - left}");
        Assert.All(book.Lots, lot => Assert.True(lot.Basis >= 0m && lot.Quantity > 0m));
    }

    [Fact]
    public void ABookIsOfOneSide()
    {
        var book = new LotBook();
        book.Open(new Lot("a", Start, -1m, -110m, null));
        Assert.Throws<LotException>(() => book.Open(new Lot("b", Start, 1m, 100m, null)));
        Assert.Equal(110m, book.Take(1m, "close").Single().Basis);
    }

    private static BigInteger Units(decimal value)
    {
        // 28 digits after the point, as a whole number
        var scaled = value;
        var whole = new BigInteger(decimal.Truncate(scaled));
        var rest = scaled - decimal.Truncate(scaled);
        var result = whole * BigInteger.Pow(10, 28);
        return result + new BigInteger(rest * 10_000_000_000_000m) * BigInteger.Pow(10, 15)
            + new BigInteger(((rest * 10_000_000_000_000m) % 1m) * 1_000_000_000_000_000m);
    }
}
