using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Model;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Engine.Triggers;

/// <summary>
/// Every account valued exactly at every frame, beside a grid that looks only where its sweep points.
/// </summary>
public sealed class TriggerTests(ITestOutputHelper output)
{
    private const int Accounts = 300;
    private const int Frames = 320;

    [Theory]
    [InlineData(51, 0.015)]
    [InlineData(52, 0.04)]
    public void What_is_told_is_what_looking_at_everybody_would_tell(int seed, double step)
    {
        using var grid = Start(seed, workers: 2);
        var path = new PricePath(seed, step);
        var episodes = new Dictionary<AccountId, RiskEpisode>();
        var calm = new Dictionary<AccountId, int>();
        var counts = new SortedDictionary<TriggerKind, int>();
        for (var frame = 1; frame <= Frames; frame++)
        {
            var told = new Dictionary<AccountId, Trigger>();
            grid.Publish(Crowd.StartMs + frame * Crowd.FrameMs, path.Next(), t =>
                Assert.True(told.TryAdd(t.Account, t), $"{t} and {told[t.Account]}"));
            for (var number = 0; number < grid.Accounts; number++)
            {
                var account = grid.State.Accounts.Read(number);
                var where = $"seed {seed}, frame {frame}, {account.Id}";
                var valuation = AccountValuation.Of(account, grid.Frame);
                var (expected, kind) = RiskEpisodes.Next(episodes.GetValueOrDefault(account.Id, RiskEpisode.None),
                    valuation, Books.Rules);
                Assert.True(expected == account.Episode,
                    $"{where}: the episode is {account.Episode}, should be {expected}");
                Assert.True(kind == told.GetValueOrDefault(account.Id)?.Kind,
                    $"{where}: told {told.GetValueOrDefault(account.Id)}, should be {kind}");
                CheckTold(told.GetValueOrDefault(account.Id), account, valuation, calm.GetValueOrDefault(account.Id),
                    where);
                calm[account.Id] = valuation.IsKnown && valuation.IsBelow(0.7m, 0.02m)
                    ? calm.GetValueOrDefault(account.Id) + 1 : 0;
                episodes[account.Id] = account.Episode;
            }
            foreach (var trigger in told.Values)
            {
                counts[trigger.Kind] = counts.GetValueOrDefault(trigger.Kind) + 1;
            }
            Rescue(grid, seed, frame);
        }
        output.WriteLine($"seed {seed}: {string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))}");
        Assert.Equal(Enum.GetValues<TriggerKind>().Length, counts.Count);
        Assert.All(counts.Values, c => Assert.True(c >= 5, "too few to prove anything"));
    }

    [Fact]
    public void On_any_number_of_workers_the_same_is_told_and_every_figure_has_the_same_bits()
    {
        var (triggers, figures, hash) = Run(workers: 1);
        Assert.NotEmpty(triggers);
        foreach (var workers in new[] { 2, 7 })
        {
            var (sameTriggers, sameFigures, sameHash) = Run(workers);
            Assert.Equal(triggers, sameTriggers);
            Assert.Equal(figures, sameFigures);
            Assert.Equal(hash, sameHash);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_queue_without_room_loses_nobody(int nominationsMax)
    {
        var (triggers, figures, hash) = Run(workers: 2);
        var (others, sameFigures, sameHash) = Run(workers: 2, nominationsMax);
        // whom a small queue brings second is told second; nothing else may differ
        Assert.Equal(triggers.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Frame).ThenBy(t => t.Account),
            others.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Frame).ThenBy(t => t.Account));
        Assert.Equal(figures, sameFigures);
        Assert.Equal(hash, sameHash);
    }

    private static void CheckTold(Trigger? told, Account account, AccountValuation valuation, int calmBefore,
        string where)
    {
        var tier = valuation.Tier(Books.Rules);
        var mayDecide = valuation.PriceState is PriceState.Fresh or PriceState.Degraded;
        // nobody is missed: who is worse than what was told is inhibited, or it is an error
        Assert.True(tier <= account.Episode.Raised || tier == RiskTier.Healthy
            || (tier >= RiskTier.Liquidation && !mayDecide && account.Episode.Inhibited),
            $"{where}: {tier} and told {account.Episode}");
        if (told is null)
        {
            return;
        }
        Assert.True(told.Tier == tier && told.Equity == valuation.Equity
            && told.MarginBalance == valuation.MarginBalance
            && told.MaintenanceMargin == valuation.MaintenanceMargin && told.AccountSequence == account.Sequence,
                $"{where}: {told} is not {tier}");
        var holds = told.Kind switch
        {
            TriggerKind.Liquidation or TriggerKind.Bankrupt => mayDecide && tier >= RiskTier.Liquidation,
            TriggerKind.OracleInhibited => !mayDecide && tier >= RiskTier.Liquidation,
            TriggerKind.Recovered => tier == RiskTier.Healthy && valuation.IsBelow(0.7m, 0.02m) && calmBefore >= 1,
            _ => tier is RiskTier.Warning or RiskTier.MarginCall,
        };
        Assert.True(holds, $"{where}: {told}, prices {valuation.PriceState}, {calmBefore} calm frames before");
    }

    private static (List<Trigger> Triggers, List<string> Figures, string Hash) Run(int workers,
        int nominationsMax = 4096)
    {
        using var grid = Start(53, workers, nominationsMax);
        var path = new PricePath(53, 0.03);
        var triggers = new List<Trigger>();
        var figures = new List<string>();
        for (var frame = 1; frame <= 60; frame++)
        {
            figures.Add(JsonSerializer.Serialize(grid.Publish(Crowd.StartMs + frame * Crowd.FrameMs, path.Next(),
                triggers.Add)));
            Rescue(grid, 53, frame);
        }
        return (triggers, figures, grid.StateHash());
    }

    private static LockstepGrid Start(int seed, int workers, int nominationsMax = 4096)
    {
        var grid = Crowd.Grid(workers, nominationsMax);
        grid.Publish(Crowd.StartMs, Crowd.StartPrices, _ => { });
        foreach (var command in Crowd.Commands(seed, Accounts))
        {
            var result = grid.Execute(command);
            Assert.True(result.Status is CommandStatus.Applied || command is ReserveOrder, $"{command}: {result}");
        }
        return grid;
    }

    /// <summary>Some are given money and some lose it, so that accounts come and go across every line.</summary>
    private static void Rescue(LockstepGrid grid, int seed, int frame)
    {
        var random = new Random(seed * 1_000 + frame);
        for (var i = 0; i < 6; i++)
        {
            var account = new AccountId($"c-{random.Next(Accounts)}");
            var valuation = grid.Inspect(account)!.Value.Exact;
            var id = CommandId.Series(Crowd.StartMs + frame, 5, i + 1);
            if (!valuation.IsKnown)
            {
                continue;
            }
            var lacks = Math.Round(Math.Max(valuation.MaintenanceMargin * 3m - valuation.MarginBalance, 1m), 2);
            grid.Execute(valuation.Tier(Books.Rules) > RiskTier.Healthy
                ? new Deposit(id, account, AssetId.Usd, lacks)
                : new Withdraw(id, account, AssetId.Usd, Math.Round(Math.Max(valuation.Equity / 3m, 0.01m), 2)));
        }
    }
}
