using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Analytics.Scenarios;

/// <summary>
/// The market of an underlying as a frame has it, valued in every scenario. An expiry's forward is the price of the
/// feed that its series are marked on, else that of the underlying; a series' volatility is the one that it is marked
/// at, else the one that explains its published mark. Rates are 0, as in the marks. Instruments come in the order that
/// columns need: what never expires and dated futures, then the options of one expiry after the other.
/// </summary>
public sealed class FrameScenarios : IScenarioPricer
{
    private const double SecondsPerYear = 365.0 * 86_400.0;

    /// <summary>What scenarios take; an option at its intrinsic value has the least.</summary>
    private const decimal VolatilityMin = 0.000_000_001m;
    private const decimal VolatilityMax = 10_000m;

    private static readonly ConditionalWeakTable<Universe, ConcurrentDictionary<PortfolioTerms, Instrument[]>> Known =
        [];

    private readonly IReadOnlyCollection<Instrument>? _held;

    private FrameScenarios(IReadOnlyCollection<Instrument>? held) => _held = held;

    public static FrameScenarios Instance { get; } = new(null);

    /// <summary>
    /// Columns for some instruments alone, with the values that they have among all: for whoever asks about one account
    /// at many prices.
    /// </summary>
    public static FrameScenarios Of(IReadOnlyCollection<Instrument> held) => new(held);

    /// <summary>The instruments of an underlying, in the order of their columns.</summary>
    public static IReadOnlyList<Instrument> Columns(Universe universe, PortfolioTerms terms) =>
        Known.GetOrCreateValue(universe).GetOrAdd(terms, _ => Sorted(universe.Instruments, terms));

    public ScenarioMatrix? Matrix(PriceFrame frame, PortfolioTerms terms)
    {
        var universe = frame.Universe;
        if (universe.Asset(terms.Underlying) is not { } underlying || frame.UsdPrice(underlying) is not { } spot)
        {
            return null;
        }
        var held = _held is null ? Columns(universe, terms) : Sorted(_held, terms);
        var expiries = new List<ExpiryState>();
        var options = new List<OptionSeries>();
        foreach (var expiry in held.Where(i => i is { Option: not null, Expiry: not null }).GroupBy(ExpiryOf))
        {
            var first = expiry.First();
            if (Forward(frame, first, spot) is not { } forward)
            {
                continue;
            }
            var state = new ExpiryState(expiry.Key, Seconds(frame, first), forward);
            expiries.Add(state);
            options.AddRange(expiry.Select(i => Series(frame, i, state)).OfType<OptionSeries>());
        }
        try
        {
            return InContracts(frame, held, ScenarioPricing.Matrix(terms.Scenarios, new ScenarioMarket
            {
                Spot = spot,
                Expiries = expiries,
                Options = options,
                Futures = [.. held.Where(i => i.Option is null && frame.Mark(i) is not null)
                    .Select(i => new FutureState(i.Id.Value, frame.Mark(i)!.Value.Value)
                    {
                        Seconds = Seconds(frame, i),
                    })],
            }));
        }
        catch (ScenarioException)
        {
            // a price or a volatility that no scenario can start from: then none is known
            return null;
        }
    }

    private static Instrument[] Sorted(IReadOnlyCollection<Instrument> instruments, PortfolioTerms terms) =>
    [
        .. instruments.Where(terms.Takes)
            .OrderBy(i => i.Option is null ? 0 : 1)
            .ThenBy(i => i.Option is null ? "" : ExpiryOf(i), StringComparer.Ordinal)
            .ThenBy(i => i.Index),
    ];

    /// <summary>Expiry and what its forward is read from.</summary>
    private static string ExpiryOf(Instrument instrument)
    {
        var forward = instrument.Option?.Marking?.Underlying.Value ?? instrument.Base.Id.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{instrument.Expiry:yyyyMMddHHmmss} {forward}");
    }

    private static long Seconds(PriceFrame frame, Instrument instrument) => instrument.Expiry is { } expiry
        ? Math.Max(0L, (expiry.ToUnixTimeMilliseconds() - frame.TimeMs) / 1000L)
        : 0L;

    private static decimal? Forward(PriceFrame frame, Instrument series, decimal spot) =>
        series.Option!.Marking is { } marking
            ? frame.Universe.Feed(marking.Underlying) is { } feed ? frame[feed].Price?.Value : null
            : spot;

    private static OptionSeries? Series(PriceFrame frame, Instrument instrument, ExpiryState expiry)
    {
        var terms = instrument.Option!;
        if (frame.Mark(instrument) is not { } mark)
        {
            return null;
        }
        decimal? volatility = terms.Marking is { } marking ? marking.Volatility
            : expiry.Seconds == 0L ? VolatilityMin
            : Implied(terms, expiry, instrument.IsCoinSettled ? mark.Value * expiry.Forward : mark.Value);
        return volatility is { } found
            ? new OptionSeries(instrument.Id.Value, expiry.Name, terms.Right, terms.Strike.Value, found)
            : null;
    }

    private static decimal? Implied(OptionTerms terms, ExpiryState expiry, decimal premium) =>
        ImpliedVolatility.OfForward(terms.Right, expiry.Forward, terms.Strike.Value, expiry.Seconds / SecondsPerYear,
            (double)premium).Value is { } volatility and <= (double)VolatilityMax
            ? Math.Max(VolatilityMin, decimal.Round((decimal)volatility, ScenarioMatrix.Scale))
            : null;

    /// <summary>
    /// An inverse contract is as many coins as its face value buys at the mark, rounded once like every other value.
    /// </summary>
    private static ScenarioMatrix InContracts(PriceFrame frame, IReadOnlyList<Instrument> held, ScenarioMatrix matrix)
    {
        var inverse = held.Where(i => i.Style == ContractStyle.Inverse)
            .ToDictionary(i => i.Id.Value, StringComparer.Ordinal);
        return inverse.Count == 0 ? matrix : new ScenarioMatrix(matrix.Rules, matrix.Market, matrix.Groups,
        [
            .. matrix.Units.Select(unit => inverse.TryGetValue(unit.Instrument, out var instrument)
                ? Scaled(unit, instrument.Multiplier / frame.Mark(instrument)!.Value.Value)
                : unit),
        ]);
    }

    private static ScenarioUnit Scaled(ScenarioUnit unit, decimal coins) => unit with
    {
        Values = [.. unit.Values.Select(value => decimal.Round(value * coins, ScenarioMatrix.Scale))],
        Delta = decimal.Round(unit.Delta * coins, ScenarioMatrix.Scale),
    };
}
