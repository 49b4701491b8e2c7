using System.Collections;
using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Grains;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// What is looked up in a cluster of three silos, against the engine of one process that was given the same crowd and
/// prices: the same accounts in the same order, the same counts, the same ladder, the same report.
/// </summary>
public sealed class ClusterReadsTests : IAsyncLifetime
{
    private const int Accounts = 240;
    private static readonly SourceId Source = new("history");

    private readonly ManualTime _time = new(Crowd.StartMs);
    private readonly Dictionary<FeedId, long> _sequences = [];
    private GridCluster _cluster = null!;
    private EmbeddedGrid _embedded = null!;

    private ClusterGrid Grid => _cluster.Grid;

    public async Task InitializeAsync()
    {
        _cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = _time, MakesFrames = false, Workers = 1,
        }, silos: 3);
        _embedded = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = _time, MakesFrames = false, Workers = 1,
        });
        await PublishAsync();
        foreach (var command in Crowd.Commands(seed: 11, Accounts))
        {
            var (here, there) = (await _embedded.ExecuteAsync(command), await Grid.ExecuteAsync(command));
            Assert.True(here.Status == there.Status, $"{command}: {here} and {there}");
        }
        await SpreadAsync();
        await PublishAsync(0.97m);
        await PublishAsync(0.97m);
        Assert.True(_cluster.Columns.Count(c => c.Count > 10) > 1, "several silos have accounts");
    }

    public async Task DisposeAsync()
    {
        await _embedded.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Accounts_are_listed_in_the_same_order_with_the_same_figures()
    {
        var queries = new List<AccountQuery>(
        [
            new() { Tiers = [RiskTier.Warning, RiskTier.Bankrupt] }, new() { Side = NetSide.Short },
            new() { Holds = new InstrumentId("BTC-USD-PERP") }, new() { LeverageMin = 3 },
            new() { Order = AccountOrder.Leverage, NotionalMin = 5_000 },
        ]);
        queries.AddRange(Enum.GetValues<AccountOrder>().Select(o => new AccountQuery { Order = o }));
        foreach (var query in queries)
        {
            var (expected, actual) = (await WalkAsync(_embedded.Reads, query with { CountMax = 1_000 }),
                await WalkAsync(Grid.Reads, query with { CountMax = 7 }));
            Assert.True(expected.Count > 5, $"{query}: {expected.Count} accounts");
            Assert.Equal(expected, actual);
        }
        var page = await AskAsync(() => Grid.Reads.ListAsync(new AccountQuery()));
        Assert.Equal((long)Accounts, page!.Accounts);
        Assert.Equal((page.Frame, (long?)Accounts), (page.Scope!.Oldest, page.Scope.Listed));
        Assert.Empty(page.Scope.Missing);
    }

    [Fact]
    public async Task Holders_are_counted_the_same()
    {
        var (expected, actual) = (await AskAsync(() => _embedded.Reads.CensusAsync()),
            await AskAsync(() => Grid.Reads.CensusAsync()));
        Assert.Equal((expected!.Accounts, expected.Unknown), (actual!.Accounts, actual.Unknown));
        Assert.Equal(Accounts, actual.Accounts);
        Assert.Equal(expected.Feeds, actual.Feeds);
        Assert.Equal(expected.Instruments, actual.Instruments);
        Assert.Equal(expected.LongContracts, actual.LongContracts);
        Assert.Equal(expected.MakerContracts, actual.MakerContracts);
        Assert.Equal(expected.Cohorts, actual.Cohorts);
    }

    [Fact]
    public async Task The_ladder_is_the_same_to_the_unit()
    {
        Assert.Null(await Grid.LadderMaking.MakeAsync(default));
        await PublishAsync(0.97m);
        var expected = _embedded.Ladder!;
        // a silo makes it after its sweep, for which a step waits
        var actual = (await GridFixture.EventuallyAsync(() => Grid.LadderMaking.MakeAsync(default),
            ladder => ladder?.Accounts == Accounts, "a silo has no ladder"))!;

        Assert.Equal((0, (long?)Accounts), (actual.Missing!.Count, actual.Listed));
        Assert.Equal((expected.From, expected.To, expected.TimeMs, expected.Accounts, expected.Unknown),
            (actual.From, actual.To, actual.TimeMs, actual.Accounts, actual.Unknown));
        Assert.Equal(Accounts, actual.Accounts);
        var buckets = 0;
        for (var feed = 0; feed < expected.Feeds; feed++)
        {
            Assert.Equal(expected.Price(feed), actual.Price(feed));
            Assert.Equal((expected.Past(feed), expected.NeverReached(feed), expected.BeyondRange(feed)),
                (actual.Past(feed), actual.NeverReached(feed), actual.BeyondRange(feed)));
            for (var bucket = 0; bucket < LiquidationLadder.Buckets; bucket++)
            {
                Assert.Equal(expected.Bucket(feed, bucket), actual.Bucket(feed, bucket));
                buckets += actual.Bucket(feed, bucket).Accounts > 0 ? 1 : 0;
                Assert.Equal(Enumerable.Range(0, 6).Select(b => expected.Notional(feed, bucket, b)),
                    Enumerable.Range(0, 6).Select(b => actual.Notional(feed, bucket, b)));
            }
        }
        Assert.True(buckets > 20, $"{buckets} buckets show little");
    }

    [Fact]
    public async Task A_cut_has_everybody_as_committed_and_the_report_follows_from_it()
    {
        var (expected, actual) = ((await _embedded.CutAsync())!, (await Grid.CutAsync())!);
        Assert.Equal((expected.Count, expected.FundUsd, expected.Frame.Number),
            (actual.Count, actual.FundUsd, actual.Frame.Number));
        var known = Enumerable.Range(0, expected.Count).Select(expected.Read)
            .ToDictionary(a => a.Id, a => Text(LeverageCalculator.Snapshot(a, expected.Frame)));
        foreach (var account in Enumerable.Range(0, actual.Count).Select(actual.Read))
        {
            Assert.Equal(known[account.Id], Text(LeverageCalculator.Snapshot(account, actual.Frame)));
        }

        _embedded.Report();
        await Grid.MarketMaking.MakeAsync(default);
        await PublishAsync(0.95m);
        _embedded.Report();
        var (report, also) = (_embedded.Market!, (await Grid.MarketMaking.MakeAsync(default))!);
        Assert.Equal((report.Frame, report.Accounts, report.Coverage, report.Fund, report.Anatomy.Accounts),
            (also.Frame, also.Accounts, also.Coverage, also.Fund, also.Anatomy.Accounts));
        Near(report.AtRiskSkew, also.AtRiskSkew);
        Near((double?)report.Attribution[^1].Leverage?.Price, (double?)also.Attribution[^1].Leverage?.Price);
        Assert.NotNull(also.Attribution[^1].Leverage);
    }

    [Fact]
    public async Task A_history_is_what_was_applied_newest_first_in_pages()
    {
        var account = new AccountId("c-3");
        for (var i = 1; i <= 9; i++)
        {
            await BothAsync(new Deposit(CommandId.Series(_time.NowMs, 21, i), account, AssetId.Usd, i));
        }
        await BothAsync(new Transfer(CommandId.Series(_time.NowMs, 22, 1), account, new AccountId("c-4"),
            AssetId.Usd, 0.5m));
        foreach (var of in new[] { account, new AccountId("c-4") })
        {
            var expected = await _embedded.Reads.HistoryAsync(of, null, 100);
            Assert.True(expected!.Items.Count > 1);
            var walked = new List<AppliedCommand>();
            HistoryPlace? place = null;
            do
            {
                var page = (await Grid.Reads.HistoryAsync(of, place, 4))!;
                Assert.True(page.IsWhole);
                walked.AddRange(page.Items);
                place = page.Next;
            }
            while (place is not null);
            // in a cluster a sequence counts the account's commands
            Assert.Equal(expected.Items.Select(c => (c.Id, c.AccountSequence, c.Frame, c.FrameTimeMs)),
                walked.Select(c => (c.Id, c.AccountSequence, c.Frame, c.FrameTimeMs)));
            Assert.Equal(expected.Items.Select(c => Bytes(c, of)), walked.Select(c => Bytes(c, of)));
        }
        Assert.Null(await Grid.Reads.HistoryAsync(new AccountId("nobody-here"), null, 4));
    }

    [Fact]
    public async Task A_history_that_lost_its_silo_says_so_and_shows_nothing_that_has_a_gap()
    {
        var account = new AccountId("c-5");
        var host = _cluster.Cluster.Silos.Single(s => _cluster.Cluster.GetSiloServiceProvider(s.SiloAddress)
            .GetRequiredService<Grains.Rows.SiloGrid>().Accounts(null).Contains(account.Value));
        Assert.True((await Grid.Reads.HistoryAsync(account, null, 4))!.IsWhole);
        await _cluster.Cluster.KillSiloAsync(host);
        await _cluster.Grains.Account(account).TouchAsync();
        var lost = (await Grid.Reads.HistoryAsync(account, null, 4))!;
        Assert.Equal((0, false), (lost.Items.Count, lost.IsWhole));

        Assert.True((await Grid.ExecuteAsync(new Deposit(CommandId.Series(_time.NowMs, 23, 1), account, AssetId.Usd,
            1m))).IsApplied);
        var since = (await Grid.Reads.HistoryAsync(account, null, 4))!;
        Assert.Equal((1, false, null), (since.Items.Count, since.IsWhole, since.Next));
    }

    [Fact]
    public async Task Orders_sources_triggers_and_what_if_answer_as_in_one_process()
    {
        var account = new AccountId("c-8");
        var (orders, also) = (await _embedded.Reads.OrdersAsync(account), await Grid.Reads.OrdersAsync(account));
        Assert.Equal((orders!.Sequence, string.Join(';', orders.Orders)),
            (also!.Sequence, string.Join(';', also.Orders)));

        var expected = _embedded.Reads.TriggersAfter(0, 100);
        var triggers = await ((ClusterReads)Grid.Reads).Triggers.MakeAsync(default);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account).ThenBy(t => t.Tier),
            triggers!.Select(t => t with { Sequence = 0 }).OrderBy(t => t.Account).ThenBy(t => t.Tier));
        Assert.Equal(triggers![^1..], Grid.Reads.TriggersAfter(triggers[^1].Sequence - 1, 100));

        var sources = await _cluster.Grains.GetGrain<IMarketReadGrain>(0).SourcesAsync();
        Assert.Equal(_embedded.Reads.Sources.Select(s => (s.Feed.Value, s.SourcesMin, Said: string.Join(';',
            s.Sources))).Order(), sources.Select(m => m.ToSources()).Select(s => (s.Feed.Value, s.SourcesMin,
            Said: string.Join(';', s.Sources))).Order());

        var question = new WhatIfQuestion(account, [new WhatIfCollateral(AssetId.Usd, 12.5m)], [],
            new Dictionary<FeedId, decimal>());
        Assert.Equal(Text((await _embedded.WhatIfAsync(question))!.After),
            Text((await Grid.WhatIfAsync(question))!.After));
    }

    /// <summary>Where accounts are put is by chance: where one silo has nearly all, another gets some.</summary>
    private async Task SpreadAsync()
    {
        var silos = _cluster.Cluster.Silos.OrderBy(s => _cluster.Cluster.GetSiloServiceProvider(s.SiloAddress)
            .GetRequiredService<Grains.Rows.SiloGrid>().Count).ToArray();
        for (var i = 0; i < 60 && _cluster.Columns.Count(c => c.Count > 10) < 2; i++)
        {
            var account = _cluster.Grains.GetGrain<IAccountGrain>($"c-{i}");
            await _cluster.Cluster.MigrateAsync(account, silos[0].SiloAddress);
            await account.TouchAsync();
        }
    }

    private static string Bytes(AppliedCommand command, AccountId of) =>
        Convert.ToHexString((command with { Sequence = 1 }).ToMessage(of).Record);

    private async Task BothAsync(AccountCommand command)
    {
        Assert.True((await _embedded.ExecuteAsync(command)).IsApplied);
        Assert.True((await Grid.ExecuteAsync(command)).IsApplied);
    }

    private async Task<List<ListedAccount>> WalkAsync(IGridReads reads, AccountQuery query)
    {
        var found = new List<ListedAccount>();
        AccountPlace? after = null;
        do
        {
            var page = (await AskAsync(() => reads.ListAsync(query with { After = after })))!;
            Assert.True(page.Items.Count <= query.CountMax);
            found.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return found;
    }

    /// <summary>A census is made after a frame, and only while somebody waits for one.</summary>
    private async Task<T> AskAsync<T>(Func<ValueTask<T>> ask)
    {
        var asked = ask().AsTask();
        while (await Task.WhenAny(asked, Task.Delay(50)) != asked)
        {
            await PublishAsync(0.97m);
        }
        return await asked;
    }

    private async Task PublishAsync(decimal factor = 1m)
    {
        _time.Advance(Crowd.FrameMs);
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            var sequence = _sequences[feed] = _sequences.GetValueOrDefault(feed) + 1;
            var update = new PriceUpdate(feed, price.Value * factor, Source, 1, sequence, _time.NowMs);
            Assert.Equal(await _embedded.PublishAsync(update), await Grid.PublishAsync(update));
        }
        _embedded.Step();
        await Grid.StepAsync(_time.NowMs);
        await _embedded.DeleveragingIdleAsync();
    }

    private static string Text(LeverageSnapshot? snapshot) => snapshot is null ? "none"
        : string.Join('\n', typeof(LeverageSnapshot).GetProperties().Select(p => (p.Name, p.GetValue(snapshot)))
            .Select(p => $"{p.Name}: " + (p.Item2 is IEnumerable list and not string
                ? string.Join(" | ", list.Cast<object>()) : p.Item2)));

    /// <summary>Accounts come in another order: to the rounding of the sums.</summary>
    private static void Near(double? expected, double? actual)
    {
        Assert.NotNull(expected);
        Assert.Equal(expected!.Value, actual!.Value, 9);
    }
}
