using System.Globalization;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine.Reads;

namespace OrleansLeverage.Tests.Engine.Indices;

/// <summary>
/// A grid of options on one coin at 60,000, whose time and frames a test makes: marked by the engine at one volatility,
/// or, without one, from feeds of their own.
/// </summary>
internal sealed class OptionMarket : IAsyncDisposable
{
    public static readonly AssetId Bitcoin = new("BTC");
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly FeedId Index = FeedId.VolatilityIndexOf(Bitcoin);

    private static readonly SourceId Venue = new("venue");
    private long _sequence;

    private OptionMarket(Universe universe, SteppedTime time)
    {
        Time = time;
        Grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Time = time, Workers = 1, MakesFrames = false, MarketReportMs = 0,
            Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))],
        });
    }

    public EmbeddedGrid Grid { get; }

    public SteppedTime Time { get; }

    /// <summary>Opens a grid whose third frame, at <see cref="Now"/>, has a fresh price of the coin.</summary>
    public static async Task<OptionMarket> OpenAsync(int[] days, IEnumerable<int> strikes, decimal? volatility)
    {
        var market = new OptionMarket(Universe(days, [.. strikes], volatility),
            new SteppedTime(Now.ToUnixTimeMilliseconds() - 300));
        for (var i = 0; i < 3; i++)
        {
            await market.StepAsync();
        }
        return market;
    }

    public static string Series(int days, int strike, bool isCall, bool inCoin = false) => string.Create(
        CultureInfo.InvariantCulture,
        $"BTC-{(inCoin ? "USDI" : "USD")}-{Now.AddDays(days):yyyyMMdd}-{strike}-{(isCall ? 'C' : 'P')}");

    /// <summary>Of a series that the engine does not mark.</summary>
    public static string FeedOf(int days, int strike, bool isCall, bool inCoin = false) => string.Create(
        CultureInfo.InvariantCulture, $"{(isCall ? 'C' : 'P')}{strike}D{days}-{(inCoin ? "BTC" : "USD")}");

    public Instrument Instrument(string id) => Grid.Universe.Instrument(new InstrumentId(id))!;

    /// <summary>A frame a tenth of a second later, with the coin's price and any others.</summary>
    public async Task StepAsync(IReadOnlyDictionary<string, decimal>? marks = null)
    {
        Time.Advance(100);
        _sequence++;
        await PublishAsync("BTC-USD", 60_000m);
        foreach (var (feed, price) in marks ?? new Dictionary<string, decimal>())
        {
            await PublishAsync(feed, price);
        }
        Grid.Step();
    }

    public ValueTask DisposeAsync() => Grid.DisposeAsync();

    private async Task PublishAsync(string feed, decimal price)
    {
        var accepted = await Grid.PublishAsync(
            new PriceUpdate(new FeedId(feed), price, Venue, 1, _sequence, Time.NowMs));
        Xunit.Assert.Equal(PriceAcceptance.Accepted, accepted);
    }

    private static Universe Universe(int[] days, int[] strikes, decimal? volatility)
    {
        var (feeds, instruments) = (new StringBuilder(), new StringBuilder());
        foreach (var (day, strike, isCall, inCoin) in
            from day in days
            from strike in strikes
            from isCall in new[] { true, false }
            from inCoin in new[] { false, true }
            select (day, strike, isCall, inCoin))
        {
            var id = Series(day, strike, isCall, inCoin);
            var feed = volatility is null ? FeedOf(day, strike, isCall, inCoin) : id;
            var tick = inCoin ? "0.0000000001" : "0.00000001";
            var marking = volatility is { } sigma ? $$"""
                , "underlyingFeed": "BTC-USD", "volatility": "{{sigma.ToString(CultureInfo.InvariantCulture)}}"
                """ : "";
            feeds.Append($$""", { "id": "{{feed}}", "tick": "{{tick}}", "beta": "1" }""");
            instruments.Append($$"""
                , { "id": "{{id}}", "kind": "option", "style": "linear", "base": "BTC", "quote": "USD",
                    "settlement": "{{(inCoin ? "BTC" : "USD")}}", "markFeed": "{{feed}}", "multiplier": "1",
                    "tick": "{{tick}}", "lot": "0.01", "positionLimit": "10000",
                    "priceMax": "{{(inCoin ? "1000" : "10000000")}}",
                    "schedule": "flat", "expiry": "{{Now.AddDays(day):yyyy-MM-dd}}T08:00:00Z",
                    "option": { "strike": "{{strike}}", "right": "{{(isCall ? "call" : "put")}}"{{marking}} } }
                """);
        }
        return InstrumentFile.Parse($$"""
            { "schema": "leverage-instruments/1", "name": "options", "source": "a test",
              "feeds": [ { "id": "BTC-USD", "tick": "0.01", "beta": "1" },
                { "id": "{{Index}}", "tick": "0.0001", "beta": "0" }{{feeds}} ],
              "assets": [ { "id": "USD", "quantum": "0.00000001" },
                { "id": "BTC", "quantum": "0.00000001", "feed": "BTC-USD" } ],
              "instruments": [
                { "id": "BTC-USD-PERP", "kind": "perpetual", "style": "linear", "base": "BTC", "quote": "USD",
                  "settlement": "USD", "markFeed": "BTC-USD", "multiplier": "1", "tick": "0.01", "lot": "0.001",
                  "positionLimit": "10000", "priceMax": "10000000", "schedule": "flat" }{{instruments}} ] }
            """, "instruments").Build(RuleFile.Parse("""
            { "schema": "leverage-rules/1", "name": "options", "source": "a test", "version": 1,
              "effectiveFrom": "2026-01-01T00:00:00Z",
              "thresholds": { "warning": "0.7", "marginCall": "0.85", "liquidation": "1", "rearmMargin": "0.02",
                "rearmFrames": 2 },
              "limits": { "feeRate": "0.01", "rebateRate": "0.001", "notional": "999999999999",
                "amount": "999999999999", "fillsNeedInitialMargin": false },
              "collateral": [ { "asset": "USD", "weight": "1" }, { "asset": "BTC", "weight": "1" } ],
              "schedules": [ { "name": "flat", "fraction": { "initial": "0.2", "maintenance": "0.1" } } ] }
            """, "rules"), 1);
    }
}
