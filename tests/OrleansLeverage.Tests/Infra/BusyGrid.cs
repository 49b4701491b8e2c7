using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web;
using OrleansLeverage.Tests.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Infra;

/// <summary>
/// A durable grid behind a real server on loopback, with somebody at work on it all the time: prices, fills, reads, a
/// stream, and requests that are refused. Every metric there is has something to tell.
/// </summary>
internal sealed class BusyGrid : IAsyncDisposable
{
    private const string Account = "somebody-else";
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static long _ids;

    private readonly string _folder;
    private readonly EmbeddedGrid _grid;
    private readonly GridServer _server;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _work = [];
    private long _sequence;
    private volatile object _bitcoin = 60_000m;

    private BusyGrid(string folder, EmbeddedGrid grid, GridServer server)
    {
        (_folder, _grid, _server) = (folder, grid, server);
        _client = new HttpClient { BaseAddress = server.Address };
    }

    public Uri Address => _server.Address;

    public IReadOnlyList<string> Feeds => [.. _grid.Universe.Feeds.Select(feed => feed.Id.Value)];

    public static async Task<BusyGrid> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("busy-grid-").FullName;
        var universe = StandardRules.Universe();
        var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Directory = folder, MarketReportMs = 500, WindowCapacity = 100_000,
            Liquidation = new LiveLiquidation { Desk = new AccountId("desk") },
            Oracle = [.. universe.Feeds.Select(feed => new OracleProfile
            {
                Feed = feed.Id, SourcesConfigured = 1, MinSources = 1, JumpConfirmations = 1, FrozenMs = 0,
                HeartbeatMs = 10_000, GraceMs = 10_000,
            })],
        });
        var busy = new BusyGrid(folder, grid, await GridServer.StartAsync(grid, OpenServer.Options));
        busy._work.Add(busy.PublishAsync());
        while (grid.Frame.Prices.Any(price => price.State != PriceState.Fresh))
        {
            await Task.Delay(20);
        }
        foreach (var (account, usd, contracts) in new[]
        {
            ("desk", 10_000_000m, 0m), ("treasury", 10_000m, 0m), ("owes", 1_000m, 1m), ("fails", 310m, 0.1m),
            ("short", 1_000_000m, -1.1m), (Account, 1_000_000m, 0m), ("another", 1_000_000m, 0m),
        })
        {
            await busy.AppliedAsync(new ImportAccount(Id(), new AccountId(account),
                [new ImportedBalance(AssetId.Usd, usd)], contracts == 0m ? []
                    : [new ImportedPosition(Market, new Quantity(contracts), new Price(60_000m))]));
        }
        await busy.AppliedAsync(new InsuranceTransfer(Id(), new AccountId("treasury"), AssetId.Usd, 1_500m));
        busy._work.Add(busy.WatchAsync());
        busy._work.Add(busy.CallAsync());
        return busy;
    }

    /// <summary>
    /// Bitcoin falls by 5 %: one account is liquidated, another owes more than the fund has and is deleveraged; and
    /// somebody uses a fill's id again.
    /// </summary>
    public async Task FallAsync()
    {
        _bitcoin = 57_000m;
        DeleveragingAnswer armed;
        do
        {
            await Task.Delay(50);
            armed = await _grid.Deleveraging.ArmAsync(new DeleveragingOrder(Id(), Market, new AccountId("owes"),
                new DeleveragingRule(), "operator"));
        }
        while (armed.Status != DeleveragingStatus.Armed && !_stop.IsCancellationRequested);
        var done = await _grid.Deleveraging.ExecuteAsync(armed.Audit!.Order.Plan, Market, "operator");
        Assert.Equal(DeleveragingStatus.Completed, done.Status);
        var id = Id();
        foreach (var price in new[] { "57000", "57001" })
        {
            await FillAsync(id, price);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var work in _work)
        {
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _client.Dispose();
        await _server.DisposeAsync();
        await _grid.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static CommandId Id() => CommandId.Series(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 5,
        Interlocked.Increment(ref _ids));

    private async Task AppliedAsync(AccountCommand command)
    {
        var result = await _grid.ExecuteAsync(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }

    private async Task PublishAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            _sequence++;
            await _client.PostAsJsonAsync("v1/ticks", new
            {
                ticks = _grid.Universe.Feeds.Select(feed => new
                {
                    asset = feed.Id.Value, price = Price(feed.Id.Value), source = "busy", session = 1,
                    seq = _sequence, timestamp = nowMs,
                }),
            }, _stop.Token);
            await Task.Delay(100, _stop.Token);
        }
    }

    private string Price(string feed) => feed switch
    {
        "BTC-USD" => ((decimal)_bitcoin + (_sequence % 5)).ToString(System.Globalization.CultureInfo.InvariantCulture),
        "USDC-USD" => "1",
        _ => "100",
    };

    private async Task WatchAsync()
    {
        await using var stream = await _client.GetStreamAsync("v1/stream?channels=system", _stop.Token);
        await stream.CopyToAsync(Stream.Null, _stop.Token);
    }

    private async Task CallAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var path in new[] { "v1/system", $"v1/accounts/{Account}", "v1/accounts/nobody", "v1/status" })
            {
                using var answer = await _client.GetAsync(path, _stop.Token);
            }
            await FillAsync(Id(), "100", "ETH-USD-PERP");
            await Task.Delay(100, _stop.Token);
        }
    }

    private async Task FillAsync(CommandId id, string price, string instrument = "BTC-USD-PERP")
    {
        using var answer = await _client.PostAsJsonAsync("v1/fills", new
        {
            fillId = id.ToString(), instrument, price,
            timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            legs = new[]
            {
                new { account = Account, qty = "0.01", fee = "0" },
                new { account = "another", qty = "-0.01", fee = "0" },
            },
        }, _stop.Token);
    }
}
