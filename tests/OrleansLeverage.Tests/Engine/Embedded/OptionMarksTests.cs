using OrleansLeverage.App.Calc;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>
/// Options in a grid: marked once per frame, valued exactly at the quantised mark, settled at what exercise pays.
/// Expected values are Black 1976 at 60 digits (mpmath), to the tick.
/// </summary>
public sealed class OptionMarksTests
{
    private const string Call = "BTC-USD-20260201-60000-C";
    private const string CoinPut = "BTC-USDI-20260201-50000-P";

    private static readonly DateTimeOffset Expiry = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Universe Universe = CalcFile.Parse(Example(), "accounts.json", TimeProvider.System)
        .Frame.Universe;

    private static string Example() => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src",
        "OrleansLeverage.App", "Options", "accounts.json"));

    [Theory]
    [InlineData(Call, 60_000, 30.0, "4112.36")]                    // 4112.36443095
    [InlineData(Call, 70_000, 15.0, "10384.04")]                   // 10384.043561
    [InlineData(Call, 54_000, 15.0, "738.61")]                     // 738.613819518
    [InlineData(CoinPut, 60_000, 30.0, "0.01805792")]              // 0.01805791580574
    [InlineData(CoinPut, 45_000, 15.0, "0.13095882")]              // 0.13095881871261
    [InlineData(Call, 60_010, 20.0 / 86_400.0, "25.21")]           // as a minute before: 25.2119869665
    [InlineData(Call, 61_000, 0.0, "1000")]                        // from expiry on: what exercise pays
    [InlineData(Call, 61_000, -3.0, "1000")]
    [InlineData(Call, 20_000, 15.0, "0.01")]                       // a price is above 0: one tick
    [InlineData(CoinPut, 40_000, 0.0, "0.25")]
    public void AreBlacksFormulaToTheTick(string series, double underlying, double daysBefore, string mark)
    {
        var prices = new FramePrice[Universe.Feeds.Count];
        prices[0] = new FramePrice(new Price((decimal)underlying), PriceState.Stale, 17);
        var timeMs = Expiry.ToUnixTimeMilliseconds() - (long)(daysBefore * 86_400_000.0);
        new OptionMarks(Universe).Mark(prices, timeMs);
        var instrument = Universe.Instrument(new InstrumentId(series))!;
        Assert.Equal(new FramePrice(new Price(decimal.Parse(mark, System.Globalization.CultureInfo.InvariantCulture)),
            PriceState.Stale, 17), prices[instrument.MarkFeed.Index]);
    }

    [Fact]
    public void AnUnmeasuredUnderlyingLeavesTheMarkUnmeasured()
    {
        var prices = new FramePrice[Universe.Feeds.Count];
        prices[1] = new FramePrice(new Price(5m), PriceState.Fresh, 1);
        new OptionMarks(Universe).Mark(prices, 0);
        Assert.Equal(default, prices[1]);
    }

    [Theory]
    [InlineData("61000", "1000", 0.0)]          // the call pays 1,000, the put nothing
    [InlineData("58000", "0", 0.0)]
    [InlineData("40000", "0", 0.25)]            // the put pays 10,000/40,000 coins
    public void AreHeldValuedAndSettled(string delivery, string callPays, double putPays)
    {
        using LockstepGrid grid = new(Universe,
            [.. Universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))], 1);
        var ids = 0L;
        CommandId Next() => CommandId.Series(grid.Frame.TimeMs, 3, ++ids);
        void Applied(AccountCommand command)
        {
            var result = grid.Execute(command);
            Assert.True(result.IsApplied, $"{command}: {result}");
            Assert.Empty(Conservation.Check(grid.State).Unbalanced);
        }
        void Publish(decimal price, DateTimeOffset time)
        {
            // a second bar: the feed is fresh from then on
            for (var i = 1; i >= 0; i--)
            {
                grid.Publish(time.ToUnixTimeMilliseconds() - (i * 1_000), [new(new FeedId("BTC-USD"), new(price))],
                    _ => { });
            }
        }
        AccountId buyer = new("buyer"), writer = new("writer");
        Publish(60_000m, Expiry.AddDays(-30.0));
        foreach (var account in new[] { buyer, writer })
        {
            Applied(new Deposit(Next(), account, AssetId.Usd, 50_000m));
            Applied(new Deposit(Next(), account, new AssetId("BTC"), 1m));
        }
        Applied(new ApplyFill(Next(), new(Call), new(4112.36m), new(buyer, new(1m), 0m), new(writer, new(-1m), 0m)));
        Applied(new ApplyFill(Next(), new(CoinPut), new(0.018m), new(buyer, new(2m), 0m), new(writer, new(-2m), 0m)));

        Publish(70_000m, Expiry.AddDays(-15.0));
        foreach (var (account, side) in new[] { (buyer, 1m), (writer, -1m) })
        {
            var (exact, fast) = grid.Inspect(account)!.Value;
            var put = grid.Frame.Mark(Universe.Instrument(new InstrumentId(CoinPut))!)!.Value.Value;
            Assert.Equal(50_000m + 70_000m + (side * (10_384.04m - 4_112.36m))
                + (side * 2m * (put - 0.018m) * 70_000m), exact.Equity);
            Assert.Equal((double)exact.Equity, fast!.Value.Equity, 1e-5);
        }

        var at = decimal.Parse(delivery, System.Globalization.CultureInfo.InvariantCulture);
        Publish(at, Expiry);
        foreach (var account in new[] { buyer, writer })
        {
            Applied(new ExpireInstrument(Next(), account, new(Call), new(at)));
            Applied(new ExpireInstrument(Next(), account, new(CoinPut), new(at)));
            var sign = account == buyer ? 1m : -1m;
            var left = grid.State.Accounts.Read(grid.State.Accounts.Number(account))!;
            var paid = decimal.Parse(callPays, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(50_000m + (sign * (paid - 4_112.36m)), left.Balance(Universe.Usd));
            Assert.Equal(1m + (sign * 2m * ((decimal)putPays - 0.018m)), left.Balance(Universe.Assets[1]));
            Assert.False(left.HasExposure);
        }
    }

    /// <summary>
    /// A mark is journaled as any price is: after a restart the state is the same, and the mark as stale as the price
    /// that it is made from. Nobody can publish to it.
    /// </summary>
    [Fact]
    public async Task SurviveARestart()
    {
        var folder = Directory.CreateTempSubdirectory("leverage-options-").FullName;
        ManualTime time = new(Expiry.AddDays(-30.0).ToUnixTimeMilliseconds());
        EmbeddedOptions options = new()
        {
            Universe = Universe,
            Oracle = [.. Universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))],
            Directory = folder,
            Time = time,
        };
        try
        {
            string hash;
            LeverageSnapshot before;
            await using (var grid = EmbeddedGrid.Open(options))
            {
                SourceId source = new("test-source");
                FeedId bitcoin = new("BTC-USD");
                var sequence = 0L;
                await GridFixture.EventuallyAsync(async () =>
                {
                    time.Advance(1_000);
                    await grid.PublishAsync(new PriceUpdate(bitcoin, 60_000m, source, 1, ++sequence, time.NowMs));
                    return grid.Frame;
                }, frame => frame[Universe.Feed(new(Call))!].State == PriceState.Fresh, "the call has no mark");
                Assert.Equal(PriceAcceptance.UnknownFeed, await grid.PublishAsync(
                    new PriceUpdate(new(Call), 5m, source, 1, 1, time.NowMs)));
                var ids = 0L;
                CommandId Next() => CommandId.Series(time.NowMs, 3, ++ids);
                AccountId buyer = new("buyer"), writer = new("writer");
                foreach (var account in new[] { buyer, writer })
                {
                    var deposit = new Deposit(Next(), account, AssetId.Usd, 50_000m);
                    Assert.True((await grid.ExecuteAsync(deposit)).IsApplied);
                }
                Assert.True((await grid.ExecuteAsync(new ApplyFill(Next(), new(Call), new(4_000m),
                    new(buyer, new(1m), 0m), new(writer, new(-1m), 0m)))).IsApplied);
                hash = await grid.StateHashAsync();
                before = (await grid.AccountAsync(buyer))!;
                // 4,112.36 less what the seconds that the grid took to be fresh are worth
                Assert.Equal(PriceState.Fresh, before.PriceState);
                Assert.InRange(before.Equity!.Value, 50_112.0m, 50_112.36m);
            }
            await using var again = EmbeddedGrid.Open(options);
            Assert.Equal(hash, await again.StateHashAsync());
            var after = (await again.AccountAsync(new("buyer")))!;
            Assert.Equal((PriceState.Stale, before.Equity), (after.PriceState, after.Equity));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A payoff in coin that has no end is cut once, for both sides, and the books close.</summary>
    [Fact]
    public void APayoffInCoinIsTheSameForBothSides()
    {
        OptionTerms terms = new(new Price(50_000m), OptionRight.Put);
        Assert.Equal(0.515151515151m, terms.Payoff(new Price(33_000m), inCoin: true));      // 17/33, cut
        Assert.Equal(11_000m, terms.Payoff(new Price(39_000m), inCoin: false));
        Assert.Equal(0m, terms.Payoff(new Price(50_000m), inCoin: true));
        Assert.Equal(0m, (terms with { Right = OptionRight.Call }).Payoff(new Price(50_000m), inCoin: false));
        Assert.Equal(25m, (terms with { Right = OptionRight.Call }).Payoff(new Price(50_025m), inCoin: false));
    }

    [Theory]
    [InlineData("\"style\": \"linear\", \"base\": \"BTC\", \"quote\": \"USD\",\n        \"settlement\": \"BTC\"",
        "\"style\": \"inverse\", \"base\": \"BTC\", \"quote\": \"USD\",\n        \"settlement\": \"BTC\"",
        "style is linear")]
    [InlineData("\"underlyingFeed\": \"BTC-USD\", \"volatility\": \"0.7\"",
        "\"underlyingFeed\": \"ETH-USD\", \"volatility\": \"0.7\"", "underlying feed ETH-USD")]
    [InlineData(", \"underlyingFeed\": \"BTC-USD\", \"volatility\": \"0.7\"", "", "no model fills it")]
    [InlineData("\"volatility\": \"0.7\"", "\"volatility\": \"0\"", "volatility")]
    [InlineData("\"volatility\": \"0.7\"", "\"volatility\": \"101\"", "volatility")]
    [InlineData("\"markFeed\": \"BTC-USDI-20260201-50000-P\"", "\"markFeed\": \"BTC-USD\"", "BTC-USD")]
    [InlineData("{ \"feed\": \"BTC-USD\", \"price\": \"60000\", \"dailyVolatility\": \"0.03\" }",
        "{ \"feed\": \"BTC-USD-20260201-60000-C\", \"price\": \"5\", \"dailyVolatility\": \"0.03\" }", "made from")]
    public void TermsThatCannotBeMarkedAreRefused(string what, string with, string words)
    {
        var text = Example();
        Assert.Contains(what, text, StringComparison.Ordinal);
        var refusal = Record.Exception(() =>
            CalcFile.Parse(text.Replace(what, with, StringComparison.Ordinal), "f.json", TimeProvider.System));
        Assert.NotNull(refusal);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
