using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.App.Demo;

/// <summary>
/// Plays the story in real time, or faster: prices go through the oracle like anybody's, with the time at which they
/// are said. Where the story is faster than the clock can follow, the newest frame is published and the others are
/// passed over.
/// </summary>
internal sealed class DemoMarket
{
    private const int TickMsMin = 20;
    private const int FundingSeries = 2;
    private static readonly SourceId Simulator = new("simulator");

    private readonly ILeverageGrid _grid;
    private readonly DemoSettings _settings;
    private readonly TimeProvider _clock;
    private readonly IEnumerator<MarketFrame> _frames;
    private readonly long _frameMs;
    private readonly long _startMs;
    private long _sequence;
    private long _fundings;
    private volatile MarketFrame _frame;

    public DemoMarket(ILeverageGrid grid, DemoSettings settings, TimeProvider clock)
    {
        (_grid, _settings, _clock) = (grid, settings, clock);
        _startMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var story = DemoStory.Over(grid.Universe, _startMs);
        _frameMs = story.FrameMs;
        _frames = new MarketSimulator(story, settings.Seed).Frames().GetEnumerator();
        _frames.MoveNext();
        _frame = _frames.Current;
    }

    /// <summary>The story's newest frame.</summary>
    public MarketFrame Frame => _frame;

    /// <summary>How far the story is; it begins again every five minutes.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMilliseconds(_frame.TimeMs - _startMs);

    /// <summary>Time between two looks at the story.</summary>
    public TimeSpan Tick => TimeSpan.FromMilliseconds(Math.Max(TickMsMin, _frameMs / _settings.Speed));

    public IReadOnlyDictionary<FeedId, Price> StartPrices => _frame.Prices.ToDictionary(p => p.Key, p => p.Value);

    /// <summary>Publishes the first prices and returns when a frame of the grid has them.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await PublishAsync(cancellation);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _clock);
        var feeds = _frame.Prices.Select(p => _grid.Universe.Feed(p.Key)!).ToArray();
        while (feeds.Any(feed => _grid.Frame[feed].Price is null) && await timer.WaitForNextTickAsync(cancellation))
        {
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var began = _clock.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, _clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var dueMs = _startMs + (long)(_clock.GetElapsedTime(began).TotalMilliseconds * _settings.Speed);
            while (_frame.TimeMs < dueMs && _frames.MoveNext())
            {
                _frame = _frames.Current;
                await SettleFundingAsync(cancellation);
            }
            await PublishAsync(cancellation);
        }
    }

    private async Task SettleFundingAsync(CancellationToken cancellation)
    {
        foreach (var funding in _frame.Funding)
        {
            if (_grid.Universe.Instrument(new InstrumentId(funding.Feed.Value)) is { } perpetual)
            {
                var id = CommandId.Series(_clock.GetUtcNow().ToUnixTimeMilliseconds(), FundingSeries, ++_fundings);
                await _grid.ExecuteAsync(new PublishFunding(id, perpetual.Id, funding.Rate), cancellation);
            }
        }
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        _sequence++;
        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (feed, price) in _frame.Prices)
        {
            await _grid.PublishAsync(new PriceUpdate(feed, price.Value, Simulator, 1, _sequence, nowMs), cancellation);
        }
    }
}
