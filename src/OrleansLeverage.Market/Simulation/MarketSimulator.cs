using System.Collections.Immutable;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.Simulation;

/// <summary>One instant of a simulated market: every feed has a price, by feed id.</summary>
/// <param name="Number">From 0, the start prices.</param>
/// <param name="Funding">Rates settled at this instant.</param>
public sealed record MarketFrame(
    long Number, long TimeMs, string Phase, VolatilityRegime Regime,
    ImmutableArray<KeyValuePair<FeedId, Price>> Prices, ImmutableArray<FundingPoint> Funding);

/// <summary>
/// Plays a <see cref="MarketScenario"/>. Per frame of dt minutes, for every feed:
/// <code>
/// v   ← (1 − a − b) + a·v·z₋₁² + b·v                          GARCH of unit mean
/// y   ← y·exp(−κ·dt) + multiple(regime)·σ·√(v·dt)·z + β·(jump − E jump)
/// ln P = ln start + β·script + y                              rounded to the tick
/// premium ← target + (premium − target)·exp(−κp·dt) + σp·√((1 − exp(−2κp·dt)) / 2κp)·ε
/// funding = clamp(mean premium + clamp(interest − mean premium, ±0.05 %), ±cap)     Binance's formula
/// </code>
/// with z correlated across feeds. The regime is drawn again after a random stay; jumps are Bernoulli per frame. The
/// same scenario and seed give the same bytes on every platform.
/// </summary>
public sealed class MarketSimulator
{
    private const double FundingBand = 0.0005;
    private const double MinuteMs = 60_000.0;

    private readonly MarketScenario _scenario;
    private readonly Walk[] _walks;
    private readonly SeededRandom _market;
    private readonly double[] _independent;
    private readonly double[] _correlated;
    private readonly double _minutes;
    private readonly Decay _decay;
    private double _script;
    private VolatilityRegime _regime;
    private Correlation _correlation;

    public MarketSimulator(MarketScenario scenario, ulong seed)
    {
        scenario.Check();
        _scenario = scenario;
        _minutes = scenario.FrameMs / MinuteMs;
        _decay = Decay.Of(scenario, _minutes);
        _market = new SeededRandom(seed);
        // a stream per feed: adding a feed at the end leaves the others' draws as they were
        _walks = [.. scenario.Feeds.Select((feed, i) => new Walk(feed, new SeededRandom(seed, (ulong)i + 1)))];
        _independent = new double[_walks.Length];
        _correlated = new double[_walks.Length];
        _correlation = CorrelationIn(scenario.Phases[0]);
    }

    /// <summary>
    /// Frames in order, beginning with the start prices; endless where the scenario loops. To be walked once.
    /// </summary>
    public IEnumerable<MarketFrame> Frames()
    {
        var number = 0L;
        yield return Frame(number, _scenario.Phases[0], []);
        do
        {
            foreach (var phase in _scenario.Phases)
            {
                _correlation = CorrelationIn(phase);
                _regime = DrawRegime(phase);
                var frames = phase.DurationMs / _scenario.FrameMs;
                for (var i = 0L; i < frames; i++)
                {
                    Step(phase, Along((i + 1.0) / frames) - Along(i / (double)frames));
                    number++;
                    yield return Frame(number, phase, Funding(number));
                }
            }
        }
        while (_scenario.Loops);
    }

    private static double Along(double u) => u * u * (3.0 - 2.0 * u);

    private Correlation CorrelationIn(MarketPhase phase) => new(Correlation.Stressed(
        Correlation.Equal(_scenario.Feeds.Length, _scenario.Correlation), phase.CorrelationStress));

    private VolatilityRegime DrawRegime(MarketPhase phase)
    {
        var draw = _market.NextDouble() * phase.RegimeWeights.Sum();
        for (var regime = VolatilityRegime.Calm; regime < VolatilityRegime.Stressed; regime++)
        {
            draw -= phase.RegimeWeights[(int)regime];
            if (draw < 0.0)
            {
                return regime;
            }
        }
        return VolatilityRegime.Stressed;
    }

    private void Step(MarketPhase phase, double share)
    {
        if (_market.NextDouble() * phase.RegimeStayMs < _scenario.FrameMs)
        {
            _regime = DrawRegime(phase);
        }
        _script += phase.LogReturn * share;
        var chance = phase.JumpsPerMinute * _minutes;
        var jump = _market.NextDouble() < chance ? phase.JumpMean + phase.JumpDeviation * _market.NextGaussian() : 0.0;
        for (var i = 0; i < _walks.Length; i++)
        {
            _independent[i] = _walks[i].Random.NextGaussian();
        }
        _correlation.Mix(_independent, _correlated);
        var multiple = _scenario.RegimeMultiples[(int)_regime];
        for (var i = 0; i < _walks.Length; i++)
        {
            var deviation = multiple * Math.Sqrt(_minutes);
            _walks[i].Step(_scenario, _decay, _correlated[i], deviation, jump - chance * phase.JumpMean, phase.Premium);
        }
    }

    private MarketFrame Frame(long number, MarketPhase phase, ImmutableArray<FundingPoint> funding)
    {
        var prices = ImmutableArray.CreateBuilder<KeyValuePair<FeedId, Price>>(_walks.Length);
        foreach (var walk in _walks)
        {
            prices.Add(KeyValuePair.Create(walk.Feed.Feed, walk.IndexPrice(_script)));
            if (walk.Feed.MarkFeed is { } mark)
            {
                prices.Add(KeyValuePair.Create(mark, walk.MarkPrice(_script)));
            }
        }
        prices.Sort(static (a, b) => a.Key.CompareTo(b.Key));
        return new MarketFrame(number, _scenario.StartMs + number * _scenario.FrameMs, phase.Name, _regime,
            prices.DrainToImmutable(), funding);
    }

    private ImmutableArray<FundingPoint> Funding(long number)
    {
        var timeMs = _scenario.StartMs + number * _scenario.FrameMs;
        if (timeMs / _scenario.FundingIntervalMs == (timeMs - _scenario.FrameMs) / _scenario.FundingIntervalMs)
        {
            return [];
        }
        var settledMs = timeMs / _scenario.FundingIntervalMs * _scenario.FundingIntervalMs;
        return [.. _walks.Where(w => w.Feed.FundingFeed is not null)
            .Select(w => new FundingPoint(w.Feed.FundingFeed!.Value, settledMs, Rate(w.TakeMeanPremium())))];
    }

    // eight digits, as venues publish
    private decimal Rate(double premium)
    {
        var rate = premium + Math.Clamp(_scenario.FundingInterest - premium, -FundingBand, FundingBand);
        rate = Math.Clamp(rate, -_scenario.FundingRateMax, _scenario.FundingRateMax);
        return (long)Math.Round(rate * 1e8) / 100_000_000m;
    }

    /// <summary>One frame's share of the reverting processes, exact for any length of a frame.</summary>
    private readonly record struct Decay(double Distance, double Premium, double PremiumDeviation)
    {
        public static Decay Of(MarketScenario scenario, double minutes)
        {
            var speed = scenario.PremiumReversionPerMinute;
            var premium = PortableMath.Exp(-Math.Min(speed * minutes, PortableMath.ExpMax));
            var variance = speed == 0.0 ? minutes : (1.0 - premium * premium) / (2.0 * speed);
            return new Decay(
                PortableMath.Exp(-Math.Min(scenario.ReversionPerMinute * minutes, PortableMath.ExpMax)),
                premium,
                scenario.PremiumVolatilityPerMinute * Math.Sqrt(variance));
        }
    }

    /// <summary>The state of one feed.</summary>
    private sealed class Walk(SimulatedFeed feed, SeededRandom random)
    {
        private readonly double _logStart = PortableMath.Log((double)feed.Start.Value);
        private double _variance = 1.0;
        private double _distance;
        private double _premium;
        private double _premiumSum;
        private long _premiumCount;

        public SimulatedFeed Feed { get; } = feed;

        public SeededRandom Random { get; } = random;

        public void Step(
            MarketScenario scenario, in Decay decay, double z, double deviation, double jump, double premiumTarget)
        {
            _distance = _distance * decay.Distance
                + deviation * Feed.CalmVolatilityPerMinute * Math.Sqrt(_variance) * z + Feed.Beta * jump;
            _variance = 1.0 - scenario.GarchAlpha - scenario.GarchBeta
                + scenario.GarchAlpha * _variance * z * z + scenario.GarchBeta * _variance;
            if (Feed.MarkFeed is not null || Feed.FundingFeed is not null)
            {
                var target = premiumTarget * Feed.Beta;
                _premium = target + (_premium - target) * decay.Premium
                    + decay.PremiumDeviation * Random.NextGaussian();
                _premiumSum += _premium;
                _premiumCount++;
            }
        }

        public double TakeMeanPremium()
        {
            var mean = _premiumCount == 0 ? 0.0 : _premiumSum / _premiumCount;
            (_premiumSum, _premiumCount) = (0.0, 0);
            return mean;
        }

        public Price IndexPrice(double script) => OnTick(_logStart + Feed.Beta * script + _distance, 1.0);

        public Price MarkPrice(double script) => OnTick(_logStart + Feed.Beta * script + _distance, 1.0 + _premium);

        // whole ticks as an integer: the decimal is exact and the same everywhere; never below one tick
        private Price OnTick(double logPrice, double factor)
        {
            var tick = (double)Feed.TickSize;
            var price = PortableMath.Exp(Math.Clamp(logPrice, -27.0, 27.0)) * factor;
            return new Price(Math.Max(1L, (long)Math.Round(price / tick)) * Feed.TickSize);
        }
    }
}
