using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// The demo's five minutes: calm, crowding, shock (majors about −25 %, the rest about −50 %), recovery to where it
/// began, and again. A frame every 250 ms.
/// </summary>
public static class DemoStory
{
    /// <summary>Seconds from the start to the beginning of the shock.</summary>
    public const int ShockStartSeconds = 90;

    // on 10 October 2025 majors lost about 15 % and others half and more: alts fall 2.4 times as far in logarithms
    private const double AltBeta = 2.4;
    private const decimal MajorBetaMax = 1.2m;
    private const double Crowding = 0.05;
    private const double Shock = -0.2877; // ln 0.75

    /// <summary>Round figures of the beginning of 2026; feeds that are not named start at 1.</summary>
    private static readonly Dictionary<string, decimal> StartPrices = new()
    {
        ["BTC-USD"] = 88_000m,
        ["ETH-USD"] = 3_000m,
        ["SOL-USD"] = 130m,
        ["XRP-USD"] = 1.9m,
        ["DOGE-USD"] = 0.13m,
        ["ADA-USD"] = 0.37m,
        ["AVAX-USD"] = 13m,
        ["LINK-USD"] = 12.5m,
        ["LTC-USD"] = 80m,
        ["USDC-USD"] = 1m,
    };

    /// <summary>
    /// The story over every feed by which an asset is priced or a perpetual is marked; loops until it is stopped.
    /// </summary>
    public static MarketScenario Over(Universe universe, long startMs, long frameMs = 250) => new()
    {
        Name = "demo",
        StartMs = startMs,
        FrameMs = frameMs,
        Loops = true,
        ReversionPerMinute = 1.0,
        FundingIntervalMs = 60_000,
        Feeds = [.. universe.Markets.Where(feed => universe.Assets.Any(a => a.PriceFeed?.Index == feed.Index)
            || universe.Instruments.Any(i => i.Kind == InstrumentKind.Perpetual && i.MarkFeed.Index == feed.Index))
            .Select(feed => Feed(universe, feed))],
        Phases =
        [
            new MarketPhase
            {
                Name = "calm",
                DurationMs = 50_000,
                RegimeWeights = [0.9, 0.1, 0.0],
                Premium = 0.0001,
            },
            new MarketPhase
            {
                Name = "crowding",
                DurationMs = 40_000,
                LogReturn = Crowding,
                RegimeWeights = [0.3, 0.7, 0.0],
                Premium = 0.0010,
            },
            new MarketPhase
            {
                Name = "shock",
                DurationMs = 75_000,
                LogReturn = Shock,
                RegimeWeights = [0.0, 0.1, 0.9],
                CorrelationStress = 0.8,
                JumpsPerMinute = 6.0,
                JumpMean = -0.006,
                JumpDeviation = 0.004,
                Premium = -0.0030,
            },
            new MarketPhase
            {
                Name = "recovery",
                DurationMs = 135_000,
                LogReturn = -Shock - Crowding,
                RegimeWeights = [0.2, 0.6, 0.2],
                CorrelationStress = 0.4,
                Premium = -0.0002,
            },
        ],
    };

    private static SimulatedFeed Feed(Universe universe, Feed feed)
    {
        var perpetual = universe.Instruments.FirstOrDefault(i =>
            i is { Kind: InstrumentKind.Perpetual, Style: ContractStyle.Linear } && i.MarkFeed.Id == feed.Id);
        var isStable = feed.Beta == 0m;
        return new SimulatedFeed
        {
            Feed = feed.Id,
            Start = new Price(Decimals.CeilingTo(StartPrices.GetValueOrDefault(feed.Id.Value, 1m), feed.TickSize)),
            TickSize = feed.TickSize,
            Beta = isStable ? 0.0 : feed.Beta <= MajorBetaMax ? 1.0 : AltBeta,
            CalmVolatilityPerMinute = isStable ? 0.00005 : 0.0004 * (double)feed.Beta,
            FundingFeed = FeedId.IsValid(perpetual?.Id.Value) ? new FeedId(perpetual!.Id.Value) : null,
        };
    }
}
