using System.Collections;
using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Model;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// The engine of one process and the cluster, given the same commands and prices in lockstep: the same answers, state,
/// triggers and figures, to the last digit.
/// </summary>
public sealed class LockstepParityTests
{
    private const string Subscriber = "parity";
    private static readonly SourceId Source = new("history");

    [Theory]
    [InlineData(71, 1)]
    [InlineData(72, 2)]
    public Task Few_accounts_and_every_kind_of_command(int seed, short silos) =>
        RunAsync(seed, silos, frames: 60, perFrame: 15, accounts: 16, crowd: 60, hashEvery: 1);

    /// <summary>100,000 commands and 10,000 prices: six feeds over 2,000 frames.</summary>
    [Fact]
    public Task A_long_stream() =>
        RunAsync(seed: 5, silos: 1, frames: 2_000, perFrame: 50, accounts: 48, crowd: 60, hashEvery: 500);

    private static async Task RunAsync(int seed, short silos, int frames, int perFrame, int accounts, int crowd,
        int hashEvery)
    {
        var time = new ManualTime(Crowd.StartMs);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
            WindowCapacity = 60_000, TriggersMax = 100_000,
        }, silos);
        using var lockstep = Crowd.Grid();
        var parity = new Parity(cluster.Grid, lockstep, time);
        await cluster.Grid.TriggersAsync(Subscriber, 1);
        lockstep.State.Outbox.Acknowledge(Subscriber, 0);

        await parity.PublishAsync(Crowd.StartMs, Crowd.StartPrices);
        foreach (var command in Crowd.Commands(seed, crowd))
        {
            await parity.ExecuteAsync(command, $"seed {seed}");
        }
        var commands = new RandomCommands(seed, accounts);
        var path = new PricePath(seed, 0.02);
        for (var frame = 1; frame <= frames; frame++)
        {
            await parity.PublishAsync(Crowd.StartMs + frame * Crowd.FrameMs, path.Next());
            Assert.Equal(lockstep.Frame.Number, cluster.Grid.Frame.Number);
            Assert.Equal(lockstep.Frame.Prices, cluster.Grid.Frame.Prices);
            Assert.Equal(lockstep.Frame.OpenInterest, cluster.Grid.Frame.OpenInterest);
            for (var i = 0; i < perFrame; i++)
            {
                await parity.ExecuteAsync(commands.Next(lockstep.Frame, parity.Orders), $"seed {seed}, frame {frame}");
            }
            var list = Enumerable.Range(0, 3).Select(_ => commands.Next(lockstep.Frame, _ => [])).ToArray();
            await parity.ExecuteAllAsync(list, $"seed {seed}, frame {frame}");
            if (frame % 4 == 0)
            {
                await parity.ExecuteAllAsync(Funding(commands.Account(frame % accounts), lockstep.Frame),
                    $"seed {seed}, frame {frame}");
            }
            if (frame % hashEvery == 0 || frame == frames)
            {
                await parity.CheckAsync();
            }
        }
        Assert.True(parity.Triggers > frames / 2, $"{parity.Triggers} triggers");
        Assert.True(parity.FundingLists >= frames / 8, $"{parity.FundingLists} lists published funding");
    }

    /// <summary>A list whose funding comes between commands, twice for one market.</summary>
    private static AccountCommand[] Funding(AccountId account, PriceFrame frame)
    {
        CommandId Id(int place) => CommandId.Series(frame.TimeMs, 9, place);
        var perpetual = new InstrumentId("BTC-USD-PERP");
        return
        [
            new PublishFunding(Id(1), perpetual, 0.0001m),
            new Deposit(Id(2), account, AssetId.Usd, 10m),
            new PublishFunding(Id(3), perpetual, -0.00025m),
            new Deposit(Id(4), new AccountId("a-0"), AssetId.Usd, 10m),
        ];
    }

    private sealed class Parity(ClusterGrid cluster, LockstepGrid lockstep, ManualTime time)
    {
        private readonly Dictionary<FeedId, long> _sequences = [];
        private readonly Dictionary<AccountId, List<CommandId>> _orders = [];
        private readonly SortedSet<AccountId> _accounts = [];

        public int Triggers { get; private set; }

        /// <summary>Lists with funding that were applied.</summary>
        public int FundingLists { get; private set; }

        public IEnumerable<CommandId> Orders(AccountId account) => _orders.GetValueOrDefault(account, []);

        public async Task ExecuteAsync(AccountCommand command, string context)
        {
            var (here, there) = (lockstep.Execute(command), await cluster.ExecuteAsync(command));
            Assert.True(Comparable(here) == Comparable(there), $"{context}, {command}: {here} and {there}");
            Learn(command, here);
            if (command is PublishFunding)
            {
                // made a frame, perhaps, which the client answers some commands at
                await cluster.LookAsync();
            }
        }

        public async Task ExecuteAllAsync(AccountCommand[] commands, string context)
        {
            var (here, there) = (lockstep.ExecuteAll(commands), await cluster.ExecuteAllAsync(commands));
            Assert.True(here.Select(Comparable).SequenceEqual(there.Select(Comparable)),
                $"{context}, {string.Join(" and ", commands.AsEnumerable())}: {here[0]} and {there[0]}");
            if (here[0].IsApplied)
            {
                Array.ForEach(commands, c => Learn(c, here[0]));
            }
            if (Array.Exists(commands, c => c is PublishFunding))
            {
                FundingLists += here[0].Status == CommandStatus.Applied ? 1 : 0;
                await cluster.LookAsync();
            }
        }

        public async Task PublishAsync(long timeMs, IReadOnlyList<KeyValuePair<FeedId, Price>> prices)
        {
            time.Advance(timeMs - time.NowMs);
            var raised = new List<Trigger>();
            var figures = lockstep.Publish(timeMs, prices, raised.Add);
            foreach (var (feed, price) in prices)
            {
                var sequence = _sequences[feed] = _sequences.GetValueOrDefault(feed) + 1;
                await cluster.PublishAsync(new PriceUpdate(feed, price.Value, Source, 1, sequence, timeMs));
            }
            await cluster.StepAsync(timeMs);
            await CheckTriggersAsync(raised);
            Assert.Equal(figures.Frame, cluster.System!.Frame);
            Assert.Equal((figures.Accounts, figures.Bankrupt, figures.AccountsAtRisk, figures.AccountsWithExposure),
                (cluster.System.Accounts, cluster.System.Bankrupt, cluster.System.AccountsAtRisk,
                    cluster.System.AccountsWithExposure));
            Close(figures.GrossNotional, cluster.System.GrossNotional);
            Close(figures.Equity, cluster.System.Equity);
            Close(figures.LeverageSkew, cluster.System.LeverageSkew);
            Close(figures.Deficit, cluster.System.Deficit);
        }

        /// <summary>Every account's snapshot, and the hash over everything.</summary>
        public async Task CheckAsync()
        {
            // funding may have made a frame since
            await cluster.LookAsync();
            foreach (var account in _accounts)
            {
                var snapshot = lockstep.Inspect(account) is { } inspected
                    ? LeverageCalculator.Snapshot(inspected.Exact.Account, lockstep.Frame) : null;
                Assert.Equal(Text(snapshot), Text(await cluster.AccountAsync(account)));
            }
            var state = await cluster.StateAsync(default);
            Assert.Equal(Episodes(lockstep.State), Episodes(state));
            Assert.Equal(Books(lockstep.State), Books(state));
            Assert.Equal(lockstep.StateHash(), await cluster.StateHashAsync());
        }

        private async Task CheckTriggersAsync(List<Trigger> raised)
        {
            var told = await cluster.TriggersAsync(Subscriber, 10_000);
            // silos look side by side: within a frame the order of accounts is not given
            Assert.Equal(raised.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account),
                told.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account));
            Triggers += told.Count;
            if (told.Count > 0)
            {
                await cluster.AcknowledgeAsync(Subscriber, told[^1].Sequence);
                lockstep.State.Outbox.Acknowledge(Subscriber, told[^1].Sequence);
            }
        }

        private void Learn(AccountCommand command, CommandResult result)
        {
            if (command is ReserveOrder { Account: var account } && result.Status == CommandStatus.Applied)
            {
                _orders.TryAdd(account, []);
                _orders[account].Add(command.Id);
            }
            _accounts.UnionWith(command.Accounts());
        }

        private static string Episodes(GridState state) => string.Join('\n', state.Accounts.InOrder()
            .Select(state.Accounts.Read).Select(a => $"{a.Id} {a.Episode}"));

        /// <summary>What is hashed beside the accounts, to be read where hashes differ.</summary>
        private static string Books(GridState state) => string.Join('\n',
        [
            $"{state.Applied} applied, {state.Refused} refused",
            string.Join(" | ", state.House.Balances.Select(h => (h.Account, h.Asset, Decimals.Normalise(h.Amount)))),
            string.Join(" | ", state.Funding.Select(f => (f.Key, Decimals.Normalise(f.Value)))),
            $"{state.Outbox.LastSequence}, {string.Join(" | ", state.Outbox.Subscribers)}, {state.Outbox.Count}",
        ]);

        /// <summary>Every property, lists item by item, as records print themselves.</summary>
        private static string Text(LeverageSnapshot? snapshot) => snapshot is null ? "none"
            : string.Join('\n', typeof(LeverageSnapshot).GetProperties().Select(p => (p.Name, p.GetValue(snapshot)))
                .Select(p => $"{p.Name}: " + (p.Item2 is IEnumerable list and not string
                    ? string.Join(" | ", list.Cast<object>()) : p.Item2)));

        /// <summary>In a cluster a sequence is the account's own.</summary>
        private static CommandResult Comparable(CommandResult result) => result with { Sequence = 0 };

        /// <summary>To the rounding of a sum in another order, where there is more than one silo.</summary>
        private static void Close(double? expected, double? actual) => Assert.True(
            expected is null && actual is null || Math.Abs(expected!.Value - actual!.Value)
                <= 1e-12 * Math.Abs(expected.Value), $"{expected:R} and {actual:R}");
    }
}
