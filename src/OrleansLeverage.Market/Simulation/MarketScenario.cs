using System.Collections.Immutable;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

/// <summary>How nervous the market is; each has its multiple of a feed's calm volatility.</summary>
public enum VolatilityRegime
{
    Calm,
    Crowded,
    Stressed,
}

/// <summary>One simulated price.</summary>
public sealed record SimulatedFeed
{
    public required FeedId Feed { get; init; }

    public required Price Start { get; init; }

    public required decimal TickSize { get; init; }

    /// <summary>Log return per log return of the script; 0 for a stablecoin, negative is allowed.</summary>
    public double Beta { get; init; } = 1.0;

    /// <summary>Standard deviation of the log return of one calm minute.</summary>
    public double CalmVolatilityPerMinute { get; init; } = 0.0004;

    /// <summary>
    /// The feed that carries the perpetual's own mark, index × (1 + premium); null where the index is the mark.
    /// </summary>
    public FeedId? MarkFeed { get; init; }

    /// <summary>The perpetual whose funding follows the premium; null where none does.</summary>
    public FeedId? FundingFeed { get; init; }
}

/// <summary>A stretch of the script.</summary>
public sealed record MarketPhase
{
    public required string Name { get; init; }

    public required long DurationMs { get; init; }

    /// <summary>Log return of a feed with beta 1 from the phase's beginning to its end, along 3u² − 2u³.</summary>
    public double LogReturn { get; init; }

    /// <summary>How likely each regime is: calm, crowded, stressed; they need not sum to 1.</summary>
    public ImmutableArray<double> RegimeWeights { get; init; } = [1.0, 0.0, 0.0];

    /// <summary>Mean time until the regime is drawn again; below a frame it is drawn in every frame.</summary>
    public long RegimeStayMs { get; init; } = 10_000;

    /// <summary>How far correlations are drawn towards 1, in [0, 1).</summary>
    public double CorrelationStress { get; init; }

    /// <summary>Jumps of all feeds together (each by its beta) per minute.</summary>
    public double JumpsPerMinute { get; init; }

    /// <summary>
    /// Mean of a jump's log return. Its expectation is taken back from the drift, so jumps do not bend the script.
    /// </summary>
    public double JumpMean { get; init; }

    public double JumpDeviation { get; init; }

    /// <summary>Premium of perpetuals over the index that the market is drawn to: positive when longs crowd.</summary>
    public double Premium { get; init; }
}

/// <summary>
/// A market to simulate: feeds, a script of phases, and the constants of the processes. Everything that can be random
/// is drawn from the seed given to <see cref="MarketSimulator"/>.
/// </summary>
public sealed record MarketScenario
{
    public required string Name { get; init; }

    public required ImmutableArray<SimulatedFeed> Feeds { get; init; }

    public required ImmutableArray<MarketPhase> Phases { get; init; }

    public long StartMs { get; init; } = 1_767_225_600_000; // 2026-01-01

    public long FrameMs { get; init; } = 250;

    /// <summary>Begin again after the last phase, prices as they then are.</summary>
    public bool Loops { get; init; }

    /// <summary>Correlation of every two feeds before stress, in (−1/(n − 1), 1).</summary>
    public double Correlation { get; init; } = 0.6;

    /// <summary>Multiples of calm volatility in the regimes calm, crowded, stressed.</summary>
    public ImmutableArray<double> RegimeMultiples { get; init; } = [1.0, 2.5, 10.0];

    /// <summary>GARCH(1,1) of the noise, unit mean: v' = (1 − a − b) + a·v·z² + b·v.</summary>
    public double GarchAlpha { get; init; } = 0.06;

    public double GarchBeta { get; init; } = 0.92;

    /// <summary>
    /// Speed at which the distance between price and script decays, per minute: 0 lets prices wander, 1 keeps a demo
    /// on its story.
    /// </summary>
    public double ReversionPerMinute { get; init; }

    public double PremiumReversionPerMinute { get; init; } = 2.0;

    public double PremiumVolatilityPerMinute { get; init; } = 0.0002;

    /// <summary>Time between fundings.</summary>
    public long FundingIntervalMs { get; init; } = 28_800_000;

    /// <summary>Interest part of the funding rate per interval.</summary>
    public double FundingInterest { get; init; } = 0.0001;

    public double FundingRateMax { get; init; } = 0.02;

    /// <summary>Throws with the first setting that is out of range.</summary>
    public void Check()
    {
        Require(Feeds.Length is >= 1 and <= 1_000, $"{Feeds.Length} feeds; 1 to 1000 are possible");
        Require(Phases.Length is >= 1 and <= 1_000, $"{Phases.Length} phases; 1 to 1000 are possible");
        Require(FrameMs is >= 1 and <= 86_400_000, $"frameMs {FrameMs} is not in 1..86400000");
        Require(StartMs >= 0, $"startMs {StartMs} is negative");
        Require(FundingIntervalMs >= FrameMs, $"fundingIntervalMs {FundingIntervalMs} is below frameMs {FrameMs}");
        Require(Correlation < 1.0 && Correlation > -1.0 / Math.Max(1, Feeds.Length - 1),
            $"correlation {Correlation} is not possible between {Feeds.Length} feeds");
        Require(RegimeMultiples.Length == 3 && RegimeMultiples.All(m => m is >= 0.0 and <= 1_000.0),
            "regimeMultiples are not three numbers in 0..1000");
        Require(GarchAlpha >= 0.0 && GarchBeta >= 0.0 && GarchAlpha + GarchBeta < 1.0,
            $"garch {GarchAlpha} + {GarchBeta} is not below 1");
        Require(ReversionPerMinute is >= 0.0 and <= 60.0, $"reversionPerMinute {ReversionPerMinute} is not in 0..60");
        Require(PremiumReversionPerMinute is >= 0.0 and <= 60.0 && PremiumVolatilityPerMinute is >= 0.0 and <= 1.0,
            $"premium reversion {PremiumReversionPerMinute} or volatility {PremiumVolatilityPerMinute} is off range");
        Require(Feeds.Select(f => f.Feed).Concat(Feeds.Select(f => f.MarkFeed).OfType<FeedId>()).Distinct().Count()
            == Feeds.Length + Feeds.Count(f => f.MarkFeed is not null), "a feed is given twice");
        foreach (var feed in Feeds)
        {
            Require(Price.IsValid(feed.TickSize) && Decimals.IsMultipleOf(feed.Start.Value, feed.TickSize),
                $"{feed.Feed} starts at {feed.Start}, off its tick {feed.TickSize}");
            Require(double.IsFinite(feed.Beta) && feed.CalmVolatilityPerMinute is >= 0.0 and <= 1.0,
                $"{feed.Feed}: beta {feed.Beta} or volatility {feed.CalmVolatilityPerMinute} is out of range");
        }
        foreach (var phase in Phases)
        {
            Require(phase.DurationMs >= FrameMs, $"phase {phase.Name} lasts {phase.DurationMs} ms, a frame {FrameMs}");
            Require(Math.Abs(phase.LogReturn) <= 10.0,
                $"phase {phase.Name}: log return {phase.LogReturn} is not in ±10");
            Require(phase.RegimeWeights.Length == 3 && phase.RegimeWeights.All(w => w >= 0.0)
                && phase.RegimeWeights.Sum() > 0.0, $"phase {phase.Name}: regime weights are not three of 0 or more");
            Require(phase.CorrelationStress is >= 0.0 and < 1.0,
                $"phase {phase.Name}: correlation stress {phase.CorrelationStress} is not in [0, 1)");
            Require(phase.JumpsPerMinute >= 0.0 && phase.JumpsPerMinute * FrameMs <= 60_000.0,
                $"phase {phase.Name}: {phase.JumpsPerMinute} jumps a minute are more than one a frame");
            Require(phase.RegimeStayMs >= 1, $"phase {phase.Name}: regimes stay for {phase.RegimeStayMs} ms");
        }
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException($"scenario {Name}: {problem}");
        }
    }
}
