using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Engine.Model;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>
/// The engine with threads and a journal, and the one without: the same frames and commands, the same state to the last
/// digit.
/// </summary>
public sealed class ParityTests
{
    [Theory]
    [InlineData(71)]
    [InlineData(72)]
    public async Task The_same_calls_leave_the_same_state_and_tell_the_same_triggers(int seed)
    {
        await using var bench = new GridBench();
        using var lockstep = Crowd.Grid(workers: 2);
        var commands = new RandomCommands(seed, 16);
        var path = new PricePath(seed, 0.02);
        var triggers = new List<Trigger>();
        var told = new List<Trigger>();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        lockstep.Publish(GridBench.StartMs, Crowd.StartPrices, triggers.Add);
        foreach (var command in Crowd.Commands(seed, 60))
        {
            Assert.Equal(lockstep.Execute(command).Status, (await bench.Execute(command)).Status);
        }
        var orders = new Dictionary<AccountId, List<CommandId>>();
        for (var frame = 1; frame <= 60; frame++)
        {
            var prices = path.Next();
            var timeMs = GridBench.StartMs + frame * Crowd.FrameMs;
            lockstep.Publish(timeMs, prices, triggers.Add);
            await bench.Publish(timeMs, prices);
            Assert.Equal(lockstep.Frame.Prices, bench.Grid.Frame.Prices);
            Assert.Equal(lockstep.Frame.OpenInterest, bench.Grid.Frame.OpenInterest);
            for (var i = 0; i < 15; i++)
            {
                var command = commands.Next(lockstep.Frame, id => orders.GetValueOrDefault(id, []));
                var (here, there) = (lockstep.Execute(command), await bench.Execute(command));
                Assert.True((here with { Frame = default }) == (there with { Frame = default }),
                    $"seed {seed}, frame {frame}, {command}: {here} and {there}");
                if (command is ReserveOrder { Account: var account } && here.Status == CommandStatus.Applied)
                {
                    orders.TryAdd(account, []);
                    orders[account].Add(command.Id);
                }
            }
            var list = Enumerable.Range(0, 3).Select(_ => commands.Next(lockstep.Frame, _ => [])).ToArray();
            Assert.Equal(lockstep.ExecuteAll(list).Select(r => r with { Frame = default }),
                (await bench.Grid.ExecuteAllAsync(list)).Select(r => r with { Frame = default }));
            Assert.Equal(lockstep.StateHash(), await bench.Grid.StateHashAsync());
        }
        told.AddRange(bench.Journaled<OrleansLeverage.Engine.Codec.TriggerRecord>().Where(r => r.Trigger is not null)
            .Select(r => r.Trigger!));
        Assert.True(triggers.Count > 50, $"{triggers.Count} triggers");
        Assert.Equal(triggers.Select(t => t with { Frame = default }), told.Select(t => t with { Frame = default }));
    }
}
