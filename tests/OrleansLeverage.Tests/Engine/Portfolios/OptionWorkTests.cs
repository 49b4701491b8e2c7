using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine.Reads;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Portfolios;

/// <summary>What is made of options beside the frames: lines in the ladder, sensitivities in the figures.</summary>
public sealed class OptionWorkTests
{
    private static readonly InstrumentId Perpetual = new(PortfolioGrid.Perpetual);
    private static readonly InstrumentId Call = new(PortfolioGrid.Option("20260201", 60_000, isCall: true));

    [Fact]
    public async Task AccountsByScenariosAreUnknownToTheLadderUntilTheyAreSolved()
    {
        await using var bench = new Bench();
        await bench.OpenAsync("ann", 30_000m, MarginMode.Portfolio, (Perpetual, 2m));
        await bench.OpenAsync("bea", 60_000m, MarginMode.Portfolio, (Call, -2m));
        await bench.OpenAsync("dan", 30_000m, MarginMode.Cross, (Perpetual, -1m));
        var before = bench.Ladder();
        Assert.Equal((2L, 0L), (before.Unknown, before.Solved));
        bench.Grid.AdvanceOptions();
        Assert.Equal((1L, 1L), (bench.Ladder().Unknown, bench.Ladder().Solved));
        bench.Grid.AdvanceOptions();
        var after = bench.Ladder();
        Assert.Equal((0L, 2L), (after.Unknown, after.Solved));

        var feed = bench.Grid.Universe.Feed(new FeedId("BTC-USD"))!.Index;
        foreach (var (account, notional) in new[] { ("ann", 120_000.0), ("bea", double.NaN) })
        {
            var line = Assert.Single((await bench.Grid.AccountAsync(new AccountId(account)))!.PortfolioLines);
            foreach (var price in new[] { line.Below, line.Above })
            {
                if (price.Shown is not { } shown)
                {
                    continue;
                }
                var move = 100.0 * ((double)shown / 60_000.0 - 1.0);
                // the bucket that the move passes whole
                var bucket = LiquidationLadder.Half + (int)(move < 0.0 ? Math.Floor(move) : Math.Ceiling(move) - 1.0);
                var (was, found) = (before.Bucket(feed, bucket), after.Bucket(feed, bucket));
                Assert.Equal(was.Accounts + 1, found.Accounts);
                if (!double.IsNaN(notional))
                {
                    Assert.Equal(was.Notional + notional, found.Notional, 1.0);
                }
            }
        }

        // what changed is unknown until its turn comes
        await bench.DepositAsync("ann", 1m);
        Assert.Equal((1L, 1L), (bench.Ladder().Unknown, bench.Ladder().Solved));
    }

    [Fact]
    public async Task FiguresCarryTheSensitivitiesOfMakersAndOfAllThatIsOpen()
    {
        await using var bench = new Bench();
        var maker = OrleansLeverage.Market.Simulation.Population.MarketMakerPrefix + "1";
        var put = new InstrumentId(PortfolioGrid.Option("20260626", 50_000, isCall: false));
        await bench.OpenAsync("ann", 1_000_000m, MarginMode.Cross, (Perpetual, 3m));
        await bench.DepositAsync(maker, 1_000_000m);
        await bench.TradeAsync("ann", maker, Call, 10m);
        await bench.TradeAsync(maker, "ann", put, 4m);
        Assert.Null(bench.Grid.System!.Sensitivities);
        var making = Task.Run(bench.Grid.AdvanceOptions);
        while (!making.IsCompleted)
        {
            bench.Step();
            // the grid's clock goes by frames: it must not run away from whoever works beside them
            await Task.WhenAny(making, Task.Delay(1));
        }
        await making;
        bench.Step();
        var made = bench.Grid.System!.Sensitivities!;
        Assert.Equal((1.0, 0), (made.Coverage, made.Unvalued));
        Assert.True(made.Frame.CompareTo(bench.Grid.System.Frame) < 0);

        var greeks = (await bench.Grid.Reads.GreeksAsync())!;
        Assert.Equal(greeks.Frame, made.Frame);
        var bitcoin = Assert.Single(made.Underlyings);
        UnitGreeks Unit(InstrumentId id) => greeks.Underlyings[0].Series.Single(s => s.Instrument.Id == id).Unit;
        var (call, other) = (Unit(Call), Unit(put));
        Assert.Equal(-10.0 * call.DollarDelta + 4.0 * other.DollarDelta, bitcoin.Makers!.Value.DollarDelta, 6);
        Assert.Equal(10.0 * call.Vega + 4.0 * other.Vega, bitcoin.Open.Vega, 6);
        Assert.Equal(10.0 * call.Volga + 4.0 * other.Volga, bitcoin.Open.Volga, 9);
        // 30 and 175 days: the second bucket and the fourth
        Assert.Equal([0.0, -10.0 * call.Vega, 0.0, 4.0 * other.Vega, 0.0, 0.0], bitcoin.MakerVegaByExpiry);
        Assert.Equal([0.0, 10.0 * call.Vega, 0.0, 4.0 * other.Vega, 0.0, 0.0], bitcoin.OpenVegaByExpiry);
        var gamma = -10.0 * call.GammaPerPercent + 4.0 * other.GammaPerPercent;
        Assert.Equal(-gamma, bitcoin.HedgingFlowPerPercent!.Value, 6);
        // three perpetuals are open: a USD moves the price by 1 / (20·180,000)
        Assert.Equal(-gamma * 100.0 / (20.0 * 180_000.0), bitcoin.Feedback!.Value, 9);
        Assert.True(bitcoin.Feedback > 0.0, "makers short of gamma feed on a move");
    }

    [Fact]
    public async Task OrdersEndWithTheirMarketWhereNothingIsHeldAndStayEndedAfterARestart()
    {
        var folder = Directory.CreateTempSubdirectory("orders").FullName;
        string ended, lockstep;
        await using (var bench = new Bench(folder))
        {
            await bench.OrderAndEndAsync();
            ended = await bench.Grid.StateHashAsync();
        }
        await using (var again = new Bench(folder, begin: false))
        {
            Assert.Equal(ended, await again.Grid.StateHashAsync());
            Assert.Empty((await again.Grid.Reads.OrdersAsync(new AccountId("ann")))!.Orders);
        }
        await using (var beside = new Bench())
        {
            await beside.OrderAndEndAsync();
            lockstep = await beside.Grid.StateHashAsync();
        }
        Assert.Equal(ended, lockstep);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A grid whose frames, commands and option work a test makes.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly SteppedTime _time = new(PortfolioGrid.Begins.ToUnixTimeMilliseconds());
        private long _ids;
        private long _sequence;

        public Bench(string? folder = null, bool begin = true)
        {
            var universe = PortfolioGrid.Market("deribit-pm-usdc-btc");
            Grid = EmbeddedGrid.Open(new EmbeddedOptions
            {
                Universe = universe, Time = _time, Workers = 1, MakesFrames = false, MarketReportMs = 0,
                Directory = folder,
                Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))],
            });
            for (var i = 0; begin && i < 3; i++)
            {
                Publish();
            }
        }

        public EmbeddedGrid Grid { get; }

        public void Step()
        {
            // little, so that what is made of the options is not due again
            _time.Advance(1);
            Grid.Step();
        }

        /// <summary>That of a pass which began after all that was done.</summary>
        public LiquidationLadder Ladder()
        {
            var before = Grid.Ladder?.To;
            Publish();
            Publish();
            Assert.NotEqual(before, Grid.Ladder!.To);
            return Grid.Ladder!;
        }

        public async Task OpenAsync(string account, decimal cash, MarginMode mode,
            params (InstrumentId Instrument, decimal Size)[] legs)
        {
            await DepositAsync("house", 10_000_000m);
            await DepositAsync(account, cash);
            foreach (var (instrument, size) in legs)
            {
                if (mode != MarginMode.Cross)
                {
                    await ApplyAsync(id => new SetMarginMode(id, new(account), instrument, mode));
                }
                await TradeAsync(account, "house", instrument, size);
            }
        }

        public Task DepositAsync(string account, decimal amount) =>
            ApplyAsync(id => new Deposit(id, new(account), AssetId.Usd, amount));

        public Task TradeAsync(string buyer, string seller, InstrumentId instrument, decimal contracts) =>
            ApplyAsync(id => new ApplyFill(id, instrument,
                Grid.Frame.Mark(Grid.Universe.Instrument(instrument)!)!.Value,
                new FillLeg(new(buyer), new Quantity(contracts), 0m),
                new FillLeg(new(seller), new Quantity(-contracts), 0m)));

        public async Task OrderAndEndAsync()
        {
            await DepositAsync("ann", 100_000m);
            await ApplyAsync(id => new ReserveOrder(id, new("ann"), Call, new Quantity(1m), new Price(4_000m)));
            Assert.Single((await Grid.Reads.OrdersAsync(new AccountId("ann")))!.Orders);
            await ApplyAsync(id => new ExpireInstrument(id, new("ann"), Call, new Price(61_000m)));
            Assert.Empty((await Grid.Reads.OrdersAsync(new AccountId("ann")))!.Orders);
            var nothing = await Grid.ExecuteAsync(new ExpireInstrument(Next(), new("ann"), Call, new Price(61_000m)));
            Assert.Equal(CommandStatus.NothingToDo, nothing.Status);
        }

        public ValueTask DisposeAsync() => Grid.DisposeAsync();

        private void Publish()
        {
            _time.Advance(100);
            Assert.True(Grid.PublishAsync(new PriceUpdate(new FeedId("BTC-USD"), 60_000m, new SourceId("history"), 1,
                ++_sequence, _time.NowMs)).IsCompletedSuccessfully);
            Grid.Step();
        }

        private CommandId Next() => CommandId.Series(_time.NowMs, 5, ++_ids);

        private async Task ApplyAsync(Func<CommandId, AccountCommand> command)
        {
            var result = await Grid.ExecuteAsync(command(Next()));
            Assert.True(result.IsApplied, $"{result.Status} {result.Detail}");
        }
    }
}
