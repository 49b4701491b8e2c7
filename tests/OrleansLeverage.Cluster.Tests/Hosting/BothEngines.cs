using System.Collections;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Hosting;

/// <summary>
/// The engine of one process and a cluster, given the same commands and prices in lockstep: what either answers, tells
/// and shows is compared as it comes.
/// </summary>
internal sealed class BothEngines : IAsyncDisposable
{
    private const string Subscriber = "parity";
    private static readonly SourceId Source = new("history");

    private readonly ManualTime _time;
    private readonly SortedDictionary<FeedId, decimal> _prices = [];
    private long _sequence;
    private long _ids;

    private BothEngines(EmbeddedGrid embedded, GridCluster cluster, ManualTime time) =>
        (Embedded, Cluster, _time) = (embedded, cluster, time);

    public EmbeddedGrid Embedded { get; }

    public GridCluster Cluster { get; }

    public Universe Universe => Embedded.Universe;

    /// <summary>Triggers that both told.</summary>
    public int Triggers { get; private set; }

    public static async Task<BothEngines> StartAsync(Universe universe, long timeMs, short silos)
    {
        OracleProfile[] profiles = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))];
        var time = new ManualTime(timeMs);
        var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = universe, Oracle = profiles, Time = time, MakesFrames = false, Workers = 1,
        }, silos);
        var both = new BothEngines(EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Oracle = profiles, Time = time, MakesFrames = false, Workers = 1,
        }), cluster, time);
        await both.Embedded.TriggersAsync(Subscriber, 1);
        await cluster.Grid.TriggersAsync(Subscriber, 1);
        return both;
    }

    /// <summary>A second later: a frame of these prices and those that were known, and what it brings about.</summary>
    public async Task PublishAsync(params IEnumerable<(FeedId Feed, decimal Price)> prices)
    {
        _time.Advance(1_000);
        _sequence++;
        foreach (var (feed, price) in prices)
        {
            _prices[feed] = price;
        }
        foreach (var (feed, price) in _prices)
        {
            var update = new PriceUpdate(feed, price, Source, 1, _sequence, _time.NowMs);
            Assert.Equal(await Embedded.PublishAsync(update), await Cluster.Grid.PublishAsync(update));
        }
        Embedded.Step();
        await Cluster.Grid.StepAsync(_time.NowMs);
        await Embedded.DeleveragingIdleAsync();
        // behind what the frame nominated: the writer confirms in the order in which it was asked
        await Embedded.CutAsync();
        Assert.Equal(Embedded.Frame.Number, Cluster.Grid.Frame.Number);
        Assert.Equal(Embedded.Frame.Prices, Cluster.Grid.Frame.Prices);
        Assert.Equal(Embedded.Frame.OpenInterest, Cluster.Grid.Frame.OpenInterest);
        var (near, far) = (await Embedded.TriggersAsync(Subscriber, 1_000),
            await Cluster.Grid.TriggersAsync(Subscriber, 1_000));
        // silos look side by side: within a frame the order of accounts is not given
        Assert.Equal(near.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account),
            far.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account));
        Triggers += near.Count;
        if (near.Count > 0)
        {
            await Embedded.AcknowledgeAsync(Subscriber, near[^1].Sequence);
            await Cluster.Grid.AcknowledgeAsync(Subscriber, far[^1].Sequence);
        }
    }

    public Task<CommandResult> ExecuteAsync(Func<CommandId, AccountCommand> make) =>
        ExecuteAsync(make(CommandId.Series(_time.NowMs, 3, ++_ids)));

    /// <summary>What both answered; in a cluster a sequence is the account's own.</summary>
    public async Task<CommandResult> ExecuteAsync(AccountCommand command)
    {
        var (here, there) = (await Embedded.ExecuteAsync(command), await Cluster.Grid.ExecuteAsync(command));
        Assert.True(here with { Sequence = 0 } == there with { Sequence = 0 }, $"{command}: {here} and {there}");
        if (command is PublishFunding)
        {
            // made a frame, perhaps, which the client answers some commands at
            await Cluster.Grid.LookAsync();
        }
        return here;
    }

    public async Task CompareAsync(AccountId account) => Assert.Equal(
        Text(await Embedded.AccountAsync(account)), Text(await Cluster.Grid.AccountAsync(account)));

    /// <summary>What is made beside frames, which go on meanwhile at the same prices.</summary>
    public async Task<T> WhileFramesGoOnAsync<T>(Task<T> made)
    {
        while (await Task.WhenAny(made, Task.Delay(50)) != made)
        {
            await PublishAsync([]);
        }
        return await made;
    }

    public async ValueTask DisposeAsync()
    {
        await Embedded.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    /// <summary>Every property, lists item by item, as records print themselves.</summary>
    private static string Text(LeverageSnapshot? snapshot) => snapshot is null ? "none"
        : string.Join('\n', typeof(LeverageSnapshot).GetProperties().Select(p => (p.Name, p.GetValue(snapshot)))
            .Select(p => $"{p.Name}: " + (p.Item2 is IEnumerable list and not string
                ? string.Join(" | ", list.Cast<object>()) : p.Item2)));
}
