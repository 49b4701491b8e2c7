using OrleansLeverage.App.Calc;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Scenarios;

/// <summary>
/// An option's mark moves by what it is worth at the moved underlying, not by the move. Values are Black 1976 at 60
/// digits (mpmath), to the tick, fifteen days before expiry at 60 %.
/// </summary>
public sealed class OptionMovesTests
{
    private const string Call = "BTC-USD-20260201-60000-C";
    private static readonly DateTimeOffset Expiry = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AreOfTheOptionValuedAnew()
    {
        var universe = CalcFile.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src",
            "OrleansLeverage.App", "Options", "accounts.json")), "accounts.json", TimeProvider.System).Frame.Universe;
        var timeMs = Expiry.AddDays(-15.0).ToUnixTimeMilliseconds();
        var prices = new FramePrice[universe.Feeds.Count];
        prices[0] = new FramePrice(new Price(54_000m), PriceState.Fresh, timeMs);
        new OptionMarks(universe).Mark(prices, timeMs);
        var frame = new PriceFrame(new FrameNumber(1, 1), timeMs, universe, prices);
        // what a scenario says of a made feed does not count
        double[] asked = [70_000.0, .. Enumerable.Repeat(0.5, prices.Length - 1), 1.0];
        var call = universe.Feed(new FeedId(Call))!.Index;

        new OptionMoves(frame).Mark(asked);

        Assert.Equal((70_000.0, 10_384.04, 1.0), (asked[0], asked[call], asked[^1]));
        double[] still = [54_000.0, .. Enumerable.Repeat(0.5, prices.Length - 1), 1.0];
        var same = new OptionMoves(frame).Frame(still);
        Assert.All(Enumerable.Range(0, prices.Length), feed => Assert.Equal(frame.Prices[feed], same.Prices[feed]));
    }
}
