using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Domain;

/// <summary>Whether a price may decide anything. Only these states decide; display states never do.</summary>
public enum PriceState
{
    NotMeasured,

    /// <summary>Enough fresh sources agree.</summary>
    Fresh,

    /// <summary>Some sources are set aside: no deleveraging.</summary>
    Degraded,

    /// <summary>Too old: shown with its age, decides nothing.</summary>
    Stale,

    /// <summary>Stopped by an operator.</summary>
    Halted,
}

/// <summary>Frames are ordered by epoch, then sequence; a higher epoch supersedes every lower one.</summary>
public readonly record struct FrameNumber(int Epoch, long Sequence) : IComparable<FrameNumber>
{
    public int CompareTo(FrameNumber other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Sequence.CompareTo(other.Sequence);

    public override string ToString() => $"{Epoch}.{Sequence}";
}

/// <summary>One feed in a frame; <see cref="Price"/> is null until it has been measured.</summary>
public readonly record struct FramePrice(Price? Price, PriceState State, long TimeMs);

/// <summary>
/// All prices at one instant, exact and immutable: what every decision is made at. Columns are in the order of the
/// universe.
/// </summary>
public sealed class PriceFrame
{
    private readonly FramePrice[] _prices;
    private readonly decimal[] _fundingIndices;
    private readonly decimal[] _openInterest;
    private readonly Lazy<ScenarioMatrix?>[] _scenarios;

    public PriceFrame(FrameNumber number, long timeMs, Universe universe, FramePrice[] prices,
        decimal[]? fundingIndices = null, decimal[]? openInterest = null, double[]? dailyVolatility = null,
        IScenarioPricer? scenarios = null)
    {
        Number = number;
        TimeMs = timeMs;
        Universe = universe;
        _prices = Sized(prices, universe.Feeds.Count, nameof(prices));
        _fundingIndices = Sized(fundingIndices ?? new decimal[universe.Instruments.Count], universe.Instruments.Count,
            nameof(fundingIndices));
        _openInterest = Sized(openInterest ?? new decimal[universe.Instruments.Count], universe.Instruments.Count,
            nameof(openInterest));
        DailyVolatility = dailyVolatility;
        _scenarios = universe.Rules.Portfolio.Count == 0 ? []
            : [.. universe.Rules.Portfolio.Select(terms =>
                new Lazy<ScenarioMatrix?>(() => (scenarios ?? universe.Scenarios!).Matrix(this, terms)))];
    }

    public FrameNumber Number { get; }

    /// <summary>Unix milliseconds; virtual in a replay.</summary>
    public long TimeMs { get; }

    public Universe Universe { get; }

    /// <summary>By feed.</summary>
    public IReadOnlyList<FramePrice> Prices => _prices;

    /// <summary>By instrument: cumulative funding, settlement asset per contract.</summary>
    public IReadOnlyList<decimal> FundingIndices => _fundingIndices;

    /// <summary>By instrument: one-sided open interest in USD; 0 where unknown.</summary>
    public IReadOnlyList<decimal> OpenInterest => _openInterest;

    /// <summary>By feed: standard deviation of the daily return; null, or 0 in a place, where not estimated.</summary>
    public IReadOnlyList<double>? DailyVolatility { get; }

    public FramePrice this[Feed feed] => _prices[feed.Index];

    /// <summary>The instrument's mark, null until measured.</summary>
    public Price? Mark(Instrument instrument) => _prices[instrument.MarkFeed.Index].Price;

    /// <summary>USD per unit of an asset: 1 for USD, null until measured.</summary>
    public decimal? UsdPrice(Asset asset) => asset.PriceFeed is { } feed ? _prices[feed.Index].Price?.Value : 1m;

    /// <summary>The same moment at other prices: what would be, beside what is.</summary>
    /// <param name="prices">By feed; the new frame's own.</param>
    /// <param name="scenarios">Who values scenarios there; null for the universe's own.</param>
    public PriceFrame With(FramePrice[] prices, IScenarioPricer? scenarios = null) => new(Number, TimeMs, Universe,
        prices, _fundingIndices, _openInterest, DailyVolatility as double[], scenarios);

    /// <summary>Cumulative funding of an instrument, settlement asset per contract.</summary>
    public decimal FundingIndex(Instrument instrument) => _fundingIndices[instrument.Index];

    /// <summary>One-sided open interest of an instrument in USD.</summary>
    public decimal OpenInterestUsd(Instrument instrument) => _openInterest[instrument.Index];

    /// <summary>
    /// Every instrument of an underlying in every scenario, by its place in <see cref="RiskRules.Portfolio"/>: valued
    /// when it is first asked for. Null where its price has not been measured.
    /// </summary>
    public ScenarioMatrix? Scenarios(int portfolio) => _scenarios[portfolio].Value;

    private static T[] Sized<T>(T[] column, int count, string name) => column.Length == count
        ? column
        : throw new ArgumentException($"{name} has {column.Length} entries, the universe {count}", name);
}
