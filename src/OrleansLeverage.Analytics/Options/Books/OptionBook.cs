namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>A number of contracts of an instrument, by its place in the book; negative is sold.</summary>
public readonly record struct BookHolding(int Instrument, double Quantity);

/// <summary>
/// Instruments at one frame: each series is evaluated once, whoever holds it; a holder's sensitivities are sums over
/// that, in the order in which holdings are given.
/// </summary>
public sealed class OptionBook
{
    private readonly UnitGreeks[] _units;
    private readonly double[] _spots;

    /// <param name="underlyings">Names of the underlyings.</param>
    /// <param name="spots">Their prices in USD, above 0.</param>
    /// <param name="instruments">What can be held.</param>
    public OptionBook(IReadOnlyList<string> underlyings, double[] spots, IReadOnlyList<BookInstrument> instruments)
    {
        if (underlyings.Count != spots.Length || !spots.All(s => double.IsFinite(s) && s > 0.0))
        {
            throw new ArgumentException($"{underlyings.Count} underlyings have a price above 0 each", nameof(spots));
        }
        foreach (var instrument in instruments)
        {
            if (instrument.Underlying < 0 || instrument.Underlying >= spots.Length
                || !double.IsFinite(instrument.Multiplier + instrument.Carry) || instrument.Multiplier <= 0.0
                || instrument.Carry <= 0.0)
            {
                throw new ArgumentException($"{instrument}: no such underlying, or a multiplier or carry not above 0",
                    nameof(instruments));
            }
        }
        Underlyings = underlyings;
        Instruments = instruments;
        _spots = [.. spots];
        _units = [.. instruments.Select(i => i.Unit(spots[i.Underlying]))];
    }

    public IReadOnlyList<string> Underlyings { get; }

    public IReadOnlyList<BookInstrument> Instruments { get; }

    public IReadOnlyList<double> Spots => _spots;

    /// <summary>Of one contract, by instrument.</summary>
    public IReadOnlyList<UnitGreeks> Units => _units;

    /// <summary>By underlying, those that are not held left out.</summary>
    public IReadOnlyList<UnderlyingGreeks> Of(IReadOnlyList<BookHolding> holdings)
    {
        var totals = new UnitGreeks[_spots.Length];
        var vegas = new double[_spots.Length][];
        var weighted = new (double Vega, double Elasticity)[_spots.Length];
        foreach (var (place, quantity) in holdings)
        {
            var instrument = Instruments[place];
            var underlying = instrument.Underlying;
            var part = quantity * _units[place];
            totals[underlying] += part;
            vegas[underlying] ??= new double[ExpiryBuckets.Count];
            if (instrument.Option is { Years: > 0.0 } option)
            {
                vegas[underlying][ExpiryBuckets.Of(option.Years)] += part.Vega;
                var weight = Math.Sqrt(30.0 / 365.0 / option.Years);
                weighted[underlying].Vega += weight * part.Vega;
                weighted[underlying].Elasticity += weight * part.VegaElasticity;
            }
        }
        return [.. Enumerable.Range(0, _spots.Length).Where(u => vegas[u] is not null)
            .Select(u => new UnderlyingGreeks(u, totals[u], vegas[u], weighted[u].Vega, weighted[u].Elasticity))];
    }

    /// <summary>USD gained when spots and volatilities have moved, everything valued anew.</summary>
    /// <param name="holdings">What is held.</param>
    /// <param name="moves">Relative move by underlying, above −1.</param>
    /// <param name="volatilityShift">Added to the volatility of every series.</param>
    public double Gain(IReadOnlyList<BookHolding> holdings, IReadOnlyList<double> moves, double volatilityShift)
    {
        var gain = 0.0;
        foreach (var (place, quantity) in holdings)
        {
            var instrument = Instruments[place];
            gain += quantity * instrument.Gain(_spots[instrument.Underlying], Checked(moves[instrument.Underlying]),
                volatilityShift);
        }
        return gain;
    }

    /// <summary>Σ over underlyings of |USD delta| after a move, options of an underlying netted.</summary>
    public double AbsoluteDeltaAfter(
        IReadOnlyList<BookHolding> holdings, IReadOnlyList<double> moves, double volatilityShift)
    {
        var deltas = new double[_spots.Length];
        foreach (var (place, quantity) in holdings)
        {
            var instrument = Instruments[place];
            deltas[instrument.Underlying] += quantity * instrument.DollarDeltaAfter(
                _spots[instrument.Underlying], Checked(moves[instrument.Underlying]), volatilityShift);
        }
        return deltas.Sum(Math.Abs);
    }

    private static double Checked(double move) => double.IsFinite(move) && move > -1.0
        ? move
        : throw new ArgumentOutOfRangeException(nameof(move), move, "a price moves by more than −100 %");
}
