using System.Runtime.InteropServices;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>
/// A process of its own over one journal: brings a market to a deficit, arms and executes a plan, and sends itself
/// kill -9 once a named number of the plan's steps is durable. Started again, it finds what it left and goes on.
/// </summary>
internal static class KillHost
{
    public const string Verb = "deleveraging-kill-host";
    public const string Done = "done";
    private const int Kill = 9;
    private static readonly AccountId Lou = new("lou");
    private static readonly SourceId Source = new("test");
    private static int _steps;
    private static long _ids;

    /// <summary>Three who are short against lou, who is long.</summary>
    public static readonly IReadOnlyList<(string Account, decimal Usd, decimal Contracts)> Shorts =
        [("ann", 10_000m, 0.1m), ("ben", 6_000m, 0.2m), ("cat", 4_000m, 0.3m)];

    public static CommandId Plan { get; } = CommandId.Series(1_700_000_000_000, 11, 1);

    /// <param name="folder">Of the journal.</param>
    /// <param name="killAt">The step after which it dies, from 1; 0 for none.</param>
    public static async Task<int> RunAsync(string folder, int killAt)
    {
        var universe = StandardRules.Universe();
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe,
            Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 60_000))],
            Directory = folder,
            MakesFrames = false,
            Deleveraging = new DeleveragingLimits(PriceAgeMaxMs: 120_000, LegsAtOnce: 1),
            Reached = step => Reached(step, killAt),
        });
        if (await grid.AccountAsync(Lou) is null)
        {
            await PriceAsync(grid, 60_000m);
            await TradeAsync(grid);
        }
        await PriceAsync(grid, 57_000m);
        var order = new DeleveragingOrder(Plan, GridFixture.Perpetual, Lou, new DeleveragingRule(), "host");
        while (true)
        {
            await grid.DeleveragingIdleAsync();
            var plan = await grid.Deleveraging.PlanAsync(Plan);
            if (plan is null)
            {
                await grid.Deleveraging.ArmAsync(order);
            }
            else if (plan.State == DeleveragingStatus.Armed)
            {
                await grid.Deleveraging.ExecuteAsync(Plan, GridFixture.Perpetual, "host");
            }
            else if (plan.State.IsEnd())
            {
                Console.WriteLine($"{Done} {plan.State} {Decimals.Text(plan.Filled)} {plan.Rounds.Count} {_steps}");
                return 0;
            }
            else
            {
                await Task.Delay(20);
                grid.Step();
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);

    private static void Reached(string step, int killAt)
    {
        if (++_steps == killAt)
        {
            Console.WriteLine($"killed after {step}");
            Console.Out.Flush();
            _ = SendSignal(Environment.ProcessId, Kill);
            new ManualResetEventSlim(false).Wait();
        }
    }

    private static async Task TradeAsync(EmbeddedGrid grid)
    {
        await AppliedAsync(grid, new Deposit(NextId(), Lou, AssetId.Usd, 1_000m));
        foreach (var (name, usd, contracts) in Shorts)
        {
            var account = new AccountId(name);
            await AppliedAsync(grid, new Deposit(NextId(), account, AssetId.Usd, usd));
            await AppliedAsync(grid, new ApplyFill(NextId(), GridFixture.Perpetual, new Price(60_000m),
                new FillLeg(Lou, new Quantity(contracts), 0m), new FillLeg(account, new Quantity(-contracts), 0m)));
        }
    }

    private static async Task AppliedAsync(EmbeddedGrid grid, AccountCommand command)
    {
        var result = await grid.ExecuteAsync(command);
        if (result.Status != CommandStatus.Applied)
        {
            throw new InvalidOperationException($"{command}: {result}");
        }
    }

    private static CommandId NextId() => CommandId.Series(NowMs(), 12, ++_ids);

    private static async Task PriceAsync(EmbeddedGrid grid, decimal bitcoin)
    {
        // two epochs, as the resume gate asks
        for (var i = 0; i < 2; i++)
        {
            foreach (var feed in grid.Universe.Feeds)
            {
                var price = feed.Id == GridFixture.Bitcoin ? bitcoin : 3_000m;
                await grid.PublishAsync(new PriceUpdate(feed.Id, price, Source, 1, ++_ids + NowMs(), NowMs()));
            }
            grid.Step();
            await Task.Delay(5);
        }
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
