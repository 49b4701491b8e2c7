using System.Diagnostics.Metrics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Edge;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Tests.Web;

/// <summary>
/// A real grid in memory behind a real server on a free port, with two funded accounts and a fresh bitcoin price.
/// Bitcoin has one source, ether five of which three must agree, litecoin a lower bound and a closed perpetual.
/// </summary>
internal sealed class WebGrid : IAsyncDisposable
{
    public const string Source = "test-source";
    public static readonly InstrumentId Closed = new("LTC-USD-PERP");
    private const long StartMs = 1_750_000_000_000;

    private readonly GridServer _server;
    private readonly RejectionCounts _rejections;

    private WebGrid(EmbeddedGrid grid, ManualTime time, GridServer server)
    {
        (Grid, Time, _server) = (grid, time, server);
        Prices = new GridFixture(grid, time, null);
        _rejections = new RejectionCounts(server.Services.GetRequiredService<Meter>());
    }

    public ILeverageGrid Grid { get; }

    public ManualTime Time { get; }

    /// <summary>Gives the grid prices without going through the server.</summary>
    public GridFixture Prices { get; }

    public int Port => _server.Address.Port;

    public RejectionCounts Rejections => _rejections;

    public GridServer Server => _server;

    /// <summary>Who is known to it; null where it is open.</summary>
    public AuthFixture? Auth { get; set; }

    /// <summary>What the audit holds, newest first.</summary>
    public IReadOnlyList<AuditRecord> Audits =>
        _server.Services.GetRequiredService<AuditTrail>().Newest(AuditTrail.Kept);

    /// <summary>Open on loopback unless <paramref name="access"/> says otherwise.</summary>
    public static async Task<WebGrid> StartAsync(EdgeLimits? limits = null, ServerAccess? access = null)
    {
        var time = new ManualTime(StartMs);
        var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = Universe(), Oracle = [.. StandardRules.Universe().Feeds.Select(Profile)], Time = time,
            FrameIntervalMs = 5, Workers = 1, WindowCapacity = 100_000,
        });
        var server = await GridServer.StartAsync(grid, new GridServerOptions
        {
            Access = access ?? ServerAccess.OpenOnLoopback, Port = 0, Clock = time,
            Limits = limits ?? new EdgeLimits(), Mode = "DEMO",
        });
        var web = new WebGrid(grid, time, server);
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 60_000m);
        foreach (var account in new[] { "alice", "bob" })
        {
            await web.Prices.DepositAsync(account, 1_000_000m);
        }
        return web;
    }

    public async ValueTask DisposeAsync()
    {
        _rejections.Dispose();
        await _server.DisposeAsync();
        await Grid.DisposeAsync();
    }

    private static Universe Universe()
    {
        var standard = StandardRules.Universe();
        return new Universe(standard.Version, standard.Rules, standard.Feeds, standard.Assets,
            [.. standard.Instruments.Select(i => i.Id == Closed ? i with { IsOpen = false } : i)]);
    }

    private static OracleProfile Profile(Feed feed)
    {
        var one = new OracleProfile
        {
            Feed = feed.Id, SourcesConfigured = 1, MinSources = 1, JumpConfirmations = 1, FrozenMs = 0,
            QuarantineContradiction = false, TickSize = feed.TickSize,
        };
        return feed.Id.Value switch
        {
            "ETH-USD" => OracleProfile.LiveMajor(feed.Id, feed.TickSize) with
            {
                Sources = [.. Enumerable.Range(1, 5).Select(n => new SourceId($"source-{n}"))],
            },
            "LTC-USD" => one with { FeedMin = 10m },
            _ => one,
        };
    }
}
