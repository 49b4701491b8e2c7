using System.Numerics;
using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// How far prices can have moved is what tiers are left undecided by: it is never less than what they did move, however
/// small the moves and however long the market has been open.
/// </summary>
public sealed class MovedTests
{
    private const string Pair = "HUGE-USD";

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void No_load_adds_less_than_prices_have_moved(int seed)
    {
        var random = new Random(seed);
        var books = new Books(seed);
        var frame = Still(books);
        var marks = new MarkVector();
        marks.Load(frame);
        var price = 800_000_000m;
        for (var step = 0; step < 6_000; step++)
        {
            // now and then twice as high and back, so that the sum grows long; mostly a tick or two of a billion
            var next = step % 100 == 0 ? (price > 500_000_000m ? 400_000_000m : 800_000_000m) : price + random.Next(3);
            frame = At(books, frame, next);
            var (epoch, before) = (marks.MovedEpoch, marks.Moved);
            marks.Load(frame);
            var move = new BigRational((BigInteger)Math.Abs(next - price), (BigInteger)price);
            Assert.True(marks.MovedEpoch != epoch || BigRational.Of(marks.Moved) - BigRational.Of(before) >= move,
                $"seed {seed}, step {step}: {before:R} and {marks.Moved:R} for {move}");
            price = next;
        }
    }

    [Fact]
    public void A_sum_that_has_grown_long_begins_anew_and_what_is_compared_with_it_too()
    {
        var books = new Books(5);
        var frame = Still(books);
        var marks = new MarkVector();
        marks.Load(frame);
        var (epochs, largest) = (new HashSet<long>(), 0d);
        for (var step = 0; step < 200; step++)
        {
            frame = At(books, frame, step % 2 == 0 ? 400_000_000m : 800_000_000m);
            marks.Load(frame);
            epochs.Add(marks.MovedEpoch);
            largest = Math.Max(largest, marks.Moved);
        }
        Assert.InRange(largest, 1d, 8d);
        Assert.InRange(epochs.Count, 10, 200);
    }

    /// <summary>Without funding, so that only the one price moves.</summary>
    private static PriceFrame Still(Books books)
    {
        var frame = books.Frame();
        var prices = frame.Prices.ToArray();
        var feed = books.Universe.Feeds.Single(f => f.Id.Value == Pair).Index;
        prices[feed] = prices[feed] with { Price = new Price(800_000_000m) };
        return new PriceFrame(frame.Number, frame.TimeMs, books.Universe, prices);
    }

    private static PriceFrame At(Books books, PriceFrame frame, decimal price)
    {
        var prices = frame.Prices.ToArray();
        var feed = books.Universe.Feeds.Single(f => f.Id.Value == Pair).Index;
        prices[feed] = prices[feed] with { Price = new Price(price) };
        return new PriceFrame(new FrameNumber(1, frame.Number.Sequence + 1), frame.TimeMs, books.Universe, prices);
    }

    /// <summary>A fraction of integers, compared without rounding.</summary>
    private readonly record struct BigRational(BigInteger Over, BigInteger Under)
    {
        public static BigRational Of(double value)
        {
            var exponent = 0;
            for (; value != Math.Floor(value); exponent++)
            {
                value *= 2d;
            }
            return new BigRational((BigInteger)value, BigInteger.One << exponent);
        }

        public static BigRational operator -(BigRational left, BigRational right) =>
            new(left.Over * right.Under - right.Over * left.Under, left.Under * right.Under);

        public static bool operator >=(BigRational left, BigRational right) =>
            left.Over * right.Under >= right.Over * left.Under;

        public static bool operator <=(BigRational left, BigRational right) => right >= left;
    }
}
