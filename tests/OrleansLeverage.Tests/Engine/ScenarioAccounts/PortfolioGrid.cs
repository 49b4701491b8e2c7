using System.Text;
using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Engine.ScenarioAccounts;

/// <summary>
/// A grid of one coin: perpetuals and options of three expiries that settle in dollars or in the coin, under rules that
/// offer a profile of scenarios.
/// </summary>
internal sealed class PortfolioGrid : IDisposable
{
    public const string Perpetual = "BTC-USD-PERP";
    public const string CoinPerpetual = "BTC-USDI-PERP";
    public static readonly DateTimeOffset Begins = new(2026, 1, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly string[] Expiries = ["20260109", "20260201", "20260626"];
    public static readonly int[] Strikes = [40_000, 50_000, 60_000, 70_000, 90_000];

    private static readonly FeedId Bitcoin = new("BTC-USD");
    private readonly LockstepGrid _grid;
    private long _ids;
    private long _timeMs = Begins.ToUnixTimeMilliseconds();

    public PortfolioGrid(string profile, int workers = 1)
    {
        Universe = Market(profile);
        _grid = new LockstepGrid(Universe,
            [.. Universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))], workers);
        Publish(60_000m);
        Publish(60_000m);
    }

    public Universe Universe { get; }

    public LockstepGrid Grid => _grid;

    public List<Trigger> Triggers { get; } = [];

    public PriceFrame Frame => _grid.Frame;

    public static string Option(string expiry, int strike, bool isCall, bool inCoin = false) =>
        $"BTC-{(inCoin ? "USDI" : "USD")}-{expiry}-{strike}-{(isCall ? 'C' : 'P')}";

    public static Universe Market(string profile, bool prices = true) =>
        InstrumentFile.Parse(Instruments(), "instruments").Build(RuleFile.Parse(Rules(profile), "rules"), 1,
            prices ? FrameScenarios.Instance : null);

    public static string Rules(string profile) => $$"""
        { "schema": "leverage-rules/1", "name": "portfolio", "source": "a test", "version": 1,
          "effectiveFrom": "2026-01-01T00:00:00Z",
          "thresholds": { "warning": "0.7", "marginCall": "0.85", "liquidation": "1", "rearmMargin": "0.02",
            "rearmFrames": 2 },
          "limits": { "feeRate": "0.01", "rebateRate": "0.001", "notional": "999999999999", "amount": "999999999999",
            "fillsNeedInitialMargin": false },
          "portfolioMargin": [ { "underlying": "BTC", "profile": "{{profile}}" } ],
          "collateral": [ { "asset": "USD", "weight": "1" }, { "asset": "BTC", "weight": "1" } ],
          "schedules": [ { "name": "flat", "fraction": { "initial": "0.2", "maintenance": "0.1" } } ] }
        """;

    public CommandId NextId() => CommandId.Series(Frame.TimeMs, 3, ++_ids);

    public SystemFigures Publish(decimal price, long afterMs = 1_000) => _grid.Publish(_timeMs += afterMs,
        [new(Bitcoin, new Price(price))], Triggers.Add);

    public CommandResult Execute(Func<CommandId, AccountCommand> command) => _grid.Execute(command(NextId()));

    public CommandResult Mode(string account, string instrument, MarginMode mode) =>
        Execute(id => new SetMarginMode(id, new(account), new(instrument), mode));

    public CommandResult Deposit(string account, string asset, decimal amount) =>
        Execute(id => new Deposit(id, new(account), new(asset), amount));

    /// <summary>At the mark, on the tick; the other side is the house's.</summary>
    public CommandResult Trade(string account, string instrument, decimal contracts)
    {
        var traded = Universe.Instrument(new InstrumentId(instrument))!;
        return Execute(id => new ApplyFill(id, traded.Id, Frame.Mark(traded)!.Value,
            new FillLeg(new(account), new(contracts), 0m), new FillLeg(new("house"), new(-contracts), 0m)));
    }

    public AccountValuation Exact(string account) => _grid.Inspect(new AccountId(account))!.Value.Exact;

    public void Dispose() => _grid.Dispose();

    private static string Instruments()
    {
        var (feeds, instruments) = (new StringBuilder(), new StringBuilder());
        foreach (var (expiry, at) in Expiries.Select(e => (e, $"{e[..4]}-{e[4..6]}-{e[6..]}T08:00:00Z")))
        {
            foreach (var strike in Strikes)
            {
                foreach (var (isCall, inCoin) in new[] { (true, false), (false, false), (true, true), (false, true) })
                {
                    var (id, tick) = (Option(expiry, strike, isCall, inCoin), inCoin ? "0.00000001" : "0.01");
                    feeds.Append($$""", { "id": "{{id}}", "tick": "{{tick}}", "beta": "1" }""");
                    instruments.Append($$"""
                        , { "id": "{{id}}", "kind": "option", "style": "linear", "base": "BTC", "quote": "USD",
                            "settlement": "{{(inCoin ? "BTC" : "USD")}}", "markFeed": "{{id}}", "multiplier": "1",
                            "tick": "{{tick}}", "lot": "0.01", "positionLimit": "10000", "priceMax": "{{(inCoin
                                ? "1000" : "10000000")}}", "schedule": "flat", "expiry": "{{at}}", "option":
                            { "strike": "{{strike}}", "right": "{{(isCall ? "call" : "put")}}",
                              "underlyingFeed": "BTC-USD",
                              "volatility": "0.{{55 + Math.Abs(strike - 60_000) / 2_000}}" } }
                        """);
                }
            }
        }
        return $$"""
            { "schema": "leverage-instruments/1", "name": "options", "source": "a test",
              "feeds": [ { "id": "BTC-USD", "tick": "0.01", "beta": "1" }{{feeds}} ],
              "assets": [ { "id": "USD", "quantum": "0.00000001" },
                { "id": "BTC", "quantum": "0.00000001", "feed": "BTC-USD" } ],
              "instruments": [
                { "id": "{{Perpetual}}", "kind": "perpetual", "style": "linear", "base": "BTC", "quote": "USD",
                  "settlement": "USD", "markFeed": "BTC-USD", "multiplier": "1", "tick": "0.01", "lot": "0.001",
                  "positionLimit": "10000", "priceMax": "10000000", "schedule": "flat" },
                { "id": "{{CoinPerpetual}}", "kind": "perpetual", "style": "inverse", "base": "BTC", "quote": "USD",
                  "settlement": "BTC", "markFeed": "BTC-USD", "multiplier": "100", "tick": "0.01", "lot": "1",
                  "positionLimit": "1000000", "priceMax": "10000000", "schedule": "flat" }{{instruments}} ] }
            """;
    }
}
