using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>Sensitivities of market makers and of open interest, against the option formulas one by one.</summary>
public sealed class MarketGreeksTests
{
    [Fact]
    public async Task TheNetOfMakersIsContractsTimesTheOptionsOwnFigures()
    {
        var universe = PortfolioGrid.Market("deribit-pm-usdc-btc");
        var time = new SteppedTime(PortfolioGrid.Begins.ToUnixTimeMilliseconds());
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Time = time, Workers = 1, MakesFrames = false, MarketReportMs = 0,
            Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))],
        });
        for (var i = 1; i <= 3; i++)
        {
            time.Advance(100);
            await grid.PublishAsync(new PriceUpdate(new FeedId("BTC-USD"), 60_000m, new SourceId("history"), 1, i,
                time.NowMs));
            grid.Step();
        }
        var maker = Population.MarketMakerPrefix + "1";
        var id = 0L;
        CommandId Next() => CommandId.Series(time.NowMs, 5, ++id);
        foreach (var account in new[] { maker, "ann", "bea" })
        {
            Assert.True((await grid.ExecuteAsync(new Deposit(Next(), new(account), AssetId.Usd, 10_000_000m)))
                .IsApplied);
        }
        var call = new InstrumentId(PortfolioGrid.Option("20260201", 60_000, isCall: true));
        var put = new InstrumentId(PortfolioGrid.Option("20260626", 50_000, isCall: false));
        await BuyAsync("ann", maker, call, 10m);
        await BuyAsync(maker, "bea", put, 4m);
        await BuyAsync("ann", "bea", put, 1m);
        time.Advance(6_000);
        var asked = grid.Reads.GreeksAsync().AsTask();
        grid.Step();
        var greeks = (await asked)!;

        var bitcoin = Assert.Single(greeks.Underlyings, u => u.Underlying == new AssetId("BTC"));
        Assert.Equal(60_000.0, bitcoin.Spot);
        foreach (var (instrument, open, makers) in new[] { (call, 10.0, -10.0), (put, 5.0, 4.0) })
        {
            var series = bitcoin.Series.Single(s => s.Instrument.Id == instrument);
            Assert.Equal((open, makers), (series.OpenContracts, series.MakerContracts));
            var terms = series.Instrument.Option!;
            var years = OptionMarks.Years(series.Instrument.Expiry!.Value.ToUnixTimeMilliseconds(), greeks.FrameTimeMs);
            var one = new BlackScholes(EuropeanOption.OnForward(terms.Right, 60_000.0, (double)terms.Strike.Value,
                years, (double)terms.Marking!.Volatility));
            var multiplier = (double)series.Instrument.Multiplier;
            Assert.Equal(multiplier * 60_000.0 * one.ForwardDelta, series.Unit.DollarDelta, 6);
            Assert.Equal(multiplier * one.Vega / 100.0, series.Unit.Vega, 9);
        }
        // nothing moved, nothing gained; a fall costs whoever sold the call less than it costs whoever bought it
        var still = Enumerable.Range(0, 9).Single(at => OrleansLeverage.Engine.MarketGreeks.SpotMoves[at] == 0.0);
        Assert.Equal(0.0, bitcoin.Gains[2][still], 6);
        Assert.True(bitcoin.Gains[2][0] > 0.0, "short a call and long a put gains by a fall");
        Assert.Same(greeks, await grid.Reads.GreeksAsync());

        async Task BuyAsync(string buyer, string seller, InstrumentId instrument, decimal contracts)
        {
            var mark = grid.Frame.Mark(universe.Instrument(instrument)!)!.Value;
            var result = await grid.ExecuteAsync(new ApplyFill(Next(), instrument, mark,
                new FillLeg(new(buyer), new Quantity(contracts), 0m),
                new FillLeg(new(seller), new Quantity(-contracts), 0m)));
            Assert.True(result.IsApplied, $"{result.Status} {result.Detail}");
        }
    }
}
