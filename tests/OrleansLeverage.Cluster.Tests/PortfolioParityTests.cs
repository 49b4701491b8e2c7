using System.Collections;
using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Accounts with options in portfolio margin, given the same commands and prices in one process and in a cluster of two
/// silos: the same answers, snapshots, triggers, sensitivities and state hash, to the last digit.
/// </summary>
public sealed class PortfolioParityTests
{
    private const string Subscriber = "parity";
    private const int Accounts = 24;
    private static readonly FeedId Bitcoin = new("BTC-USD");
    private static readonly SourceId Source = new("history");

    [Theory]
    [InlineData("deribit-pm-usdc-btc", false)]
    [InlineData("derive-pmrm2", false)]
    [InlineData("deribit-pm-btc", true)]
    public async Task The_same_commands_and_prices_come_to_the_same(string profile, bool inCoin)
    {
        var universe = PortfolioGrid.Market(profile);
        var profiles = universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000)).ToArray();
        var time = new ManualTime(PortfolioGrid.Begins.ToUnixTimeMilliseconds());
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = universe, Oracle = profiles, Time = time, MakesFrames = false, Workers = 1,
        }, silos: 2);
        await using var embedded = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Oracle = profiles, Time = time, MakesFrames = false, Workers = 1,
        });
        var both = new Both(embedded, cluster, time);
        await both.SubscribeAsync();
        await both.PublishAsync(60_000m);
        await both.PublishAsync(60_000m);
        await both.DepositAsync("house", "USD", 1_000_000_000m);
        await both.DepositAsync("house", "BTC", 100_000m);
        var random = new Random(19);
        for (var i = 0; i < Accounts; i++)
        {
            await both.OpenAsync($"t-{i}", random, inCoin);
        }
        var price = 60_000m;
        for (var frame = 0; frame < 12; frame++)
        {
            price = decimal.Round(price * (1m + (decimal)(0.05 * (random.NextDouble() * 2 - 1))), 2);
            await both.TradeAsync($"t-{random.Next(Accounts)}", random, inCoin);
            await both.PublishAsync(price);
            for (var i = 0; i < Accounts; i++)
            {
                await both.CompareAsync(new AccountId($"t-{i}"));
            }
        }
        Assert.True(both.Triggers > Accounts / 4, $"{both.Triggers} triggers show little");
        await both.CompareGreeksAsync(price);
        Assert.Equal(await embedded.StateHashAsync(), await cluster.Grid.StateHashAsync());
    }

    private sealed class Both(EmbeddedGrid embedded, GridCluster cluster, ManualTime time)
    {
        private long _ids;
        private long _sequence;

        public int Triggers { get; private set; }

        public async Task SubscribeAsync()
        {
            await embedded.TriggersAsync(Subscriber, 1);
            await cluster.Grid.TriggersAsync(Subscriber, 1);
        }

        public async Task DepositAsync(string account, string asset, decimal amount) =>
            Assert.True(await ExecuteAsync(id => new Deposit(id, new(account), new(asset), amount)));

        public async Task OpenAsync(string account, Random random, bool inCoin)
        {
            await DepositAsync(account, "USD", random.Next(2_000, 20_000));
            await DepositAsync(account, "BTC", random.Next(1, 10) / 10m);
            var perpetual = inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual;
            Assert.True(await ExecuteAsync(id => new SetMarginMode(id, new(account), new(perpetual),
                MarginMode.Portfolio)));
            for (var i = random.Next(3, 6); i > 0; i--)
            {
                await TradeAsync(account, random, inCoin);
            }
        }

        /// <summary>An option or the perpetual; what is of the coin joins an account's portfolio margin.</summary>
        public async Task TradeAsync(string account, Random random, bool inCoin)
        {
            var perpetual = inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual;
            var instrument = random.Next(4) == 0 ? perpetual : PortfolioGrid.Option(
                PortfolioGrid.Expiries[random.Next(1, 3)], PortfolioGrid.Strikes[random.Next(5)],
                random.Next(2) == 0, inCoin);
            var side = random.Next(2) == 0 ? 1m : -1m;
            var contracts = side * (instrument == PortfolioGrid.CoinPerpetual ? random.Next(50, 400)
                : random.Next(1, 30) / 10m);
            var mark = embedded.Frame.Mark(embedded.Universe.Instrument(new InstrumentId(instrument))!)!.Value;
            await ExecuteAsync(id => new ApplyFill(id, new(instrument), mark,
                new FillLeg(new(account), new(contracts), 0m), new FillLeg(new("house"), new(-contracts), 0m)));
        }

        public async Task PublishAsync(decimal price)
        {
            time.Advance(1_000);
            var update = new PriceUpdate(Bitcoin, price, Source, 1, ++_sequence, time.NowMs);
            Assert.Equal(await embedded.PublishAsync(update), await cluster.Grid.PublishAsync(update));
            embedded.Step();
            await cluster.Grid.StepAsync(time.NowMs);
            await embedded.DeleveragingIdleAsync();
            Assert.Equal(embedded.Frame.Number, cluster.Grid.Frame.Number);
            Assert.Equal(embedded.Frame.Prices, cluster.Grid.Frame.Prices);
            var (near, far) = (await embedded.TriggersAsync(Subscriber, 1_000),
                await cluster.Grid.TriggersAsync(Subscriber, 1_000));
            Assert.Equal(near.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account),
                far.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account));
            Triggers += near.Count;
            if (near.Count > 0)
            {
                await embedded.AcknowledgeAsync(Subscriber, near[^1].Sequence);
                await cluster.Grid.AcknowledgeAsync(Subscriber, far[^1].Sequence);
            }
        }

        public async Task CompareAsync(AccountId account) => Assert.Equal(
            Text((await embedded.AccountAsync(account))!), Text((await cluster.Grid.AccountAsync(account))!));

        public async Task CompareGreeksAsync(decimal price)
        {
            var (near, far) = (await AskAsync(embedded.Reads, price), await AskAsync(cluster.Grid.Reads, price));
            Assert.NotEmpty(near.Underlyings);
            Assert.Equal(near.Underlyings.SelectMany(u => u.Series).Select(s => (s.Instrument.Id, s.OpenContracts,
                s.MakerContracts)), far.Underlyings.SelectMany(u => u.Series).Select(s => (s.Instrument.Id,
                s.OpenContracts, s.MakerContracts)));
            Assert.Contains(far.Underlyings.SelectMany(u => u.Series), s => s.OpenContracts > 0.0);
        }

        private async Task<MarketGreeks> AskAsync(IGridReads reads, decimal price)
        {
            var asked = reads.GreeksAsync().AsTask();
            while (await Task.WhenAny(asked, Task.Delay(50)) != asked)
            {
                await PublishAsync(price);
            }
            return (await asked)!;
        }

        private async Task<bool> ExecuteAsync(Func<CommandId, AccountCommand> make)
        {
            var command = make(CommandId.Series(time.NowMs, 3, ++_ids));
            var (here, there) = (await embedded.ExecuteAsync(command), await cluster.Grid.ExecuteAsync(command));
            Assert.True(here with { Sequence = 0 } == there with { Sequence = 0 }, $"{command}: {here} and {there}");
            return here.IsApplied;
        }

        private static string Text(LeverageSnapshot snapshot) => string.Join('\n',
            typeof(LeverageSnapshot).GetProperties().Select(p => (p.Name, p.GetValue(snapshot)))
                .Select(p => $"{p.Name}: " + (p.Item2 is IEnumerable list and not string
                    ? string.Join(" | ", list.Cast<object>()) : p.Item2)));
    }
}
