namespace OrleansLeverage.Analytics.Volatility;

/// <summary>The smile of one expiry on a surface.</summary>
public sealed record SurfaceSlice(DateTimeOffset Expiry, VolatilitySmile Smile);

/// <summary>A volatility of the surface with the forward it belongs to.</summary>
public readonly record struct SurfacePoint(double Volatility, double Forward, double Years, SmileFlags Flags);

/// <summary>Total variance that falls with time at one moneyness: calendar arbitrage.</summary>
public readonly record struct CalendarArbitrage(
    DateTimeOffset Earlier, DateTimeOffset Later, double Moneyness, double EarlierVariance, double LaterVariance);

/// <summary>
/// Implied volatility of one underlying by expiry and strike. At a listed expiry it is that smile; between two, total
/// variance is linear in time at constant forward moneyness, which keeps calendar order, and the forward is linear in
/// its logarithm; outside the expiries the nearest smile's volatility at the same moneyness, flagged.
/// </summary>
public sealed class VolatilitySurface
{
    private const double DaysPerYear = 365.0;

    // a second, for times that came as text
    private const double YearsTolerance = 1.0 / 31_536_000.0;

    private readonly SurfaceSlice[] _slices;

    /// <exception cref="VolatilityException">No slice, one expiry twice, or one that has passed.</exception>
    public VolatilitySurface(string underlying, DateTimeOffset asOf, IEnumerable<SurfaceSlice> slices)
    {
        (Underlying, AsOf) = (underlying, asOf);
        _slices = [.. slices.OrderBy(slice => slice.Expiry)];
        if (_slices.Length == 0)
        {
            throw new VolatilityException(VolatilityFault.TooFewQuotes, $"{underlying}: a surface has a smile");
        }
        for (var i = 0; i < _slices.Length; i++)
        {
            if (_slices[i].Expiry <= asOf)
            {
                throw new VolatilityException(VolatilityFault.Expired,
                    $"{underlying} {_slices[i].Expiry:O} is not after {asOf:O}");
            }
            var years = (_slices[i].Expiry - asOf).TotalDays / DaysPerYear;
            if (Math.Abs(_slices[i].Smile.Market.Years - years) > YearsTolerance)
            {
                throw new ArgumentException($"{_slices[i].Expiry:O} is {years} years after {asOf:O}, its smile says "
                    + $"{_slices[i].Smile.Market.Years}", nameof(slices));
            }
            if (i > 0 && _slices[i].Expiry == _slices[i - 1].Expiry)
            {
                throw new VolatilityException(VolatilityFault.Duplicate,
                    $"{underlying} {_slices[i].Expiry:O} stands twice");
            }
        }
    }

    public string Underlying { get; }

    public DateTimeOffset AsOf { get; }

    /// <summary>By expiry, ascending.</summary>
    public IReadOnlyList<SurfaceSlice> Slices => _slices;

    /// <exception cref="VolatilityException">The surface has no such expiry.</exception>
    public VolatilitySmile Smile(DateTimeOffset expiry) =>
        Array.Find(_slices, slice => slice.Expiry == expiry)?.Smile
        ?? throw new VolatilityException(VolatilityFault.UnknownExpiry,
            $"{Underlying} has no expiry {expiry:O}; it has {_slices.Length} from {_slices[0].Expiry:O}");

    /// <summary>At a listed expiry.</summary>
    public SurfacePoint At(DateTimeOffset expiry, double strike)
    {
        var smile = Smile(expiry);
        var point = smile.At(strike);
        return new SurfacePoint(point.Volatility, smile.Market.Forward, smile.Market.Years, point.Flags);
    }

    /// <summary>At any time after the surface's own.</summary>
    public SurfacePoint Interpolate(DateTimeOffset time, double strike)
    {
        VolatilityException.Positive(strike, "strike");
        if (time <= AsOf)
        {
            throw new VolatilityException(VolatilityFault.Expired, $"{time:O} is not after {AsOf:O}");
        }
        var later = Array.FindIndex(_slices, slice => slice.Expiry >= time);
        if (later >= 0 && _slices[later].Expiry == time)
        {
            return At(time, strike);
        }
        var years = (time - AsOf).TotalDays / DaysPerYear;
        if (later <= 0)
        {
            var nearest = _slices[later < 0 ? _slices.Length - 1 : 0].Smile;
            var point = nearest.At(strike);
            return new SurfacePoint(point.Volatility, nearest.Market.Forward, years,
                point.Flags | SmileFlags.OutsideExpiries);
        }
        var (near, far) = (_slices[later - 1], _slices[later]);
        var share = (time - near.Expiry) / (far.Expiry - near.Expiry);
        var (nearForward, farForward) = (near.Smile.Market.Forward, far.Smile.Market.Forward);
        var forward = nearForward * Math.Pow(farForward / nearForward, share);
        var moneyness = strike / forward;
        var (low, high) = (near.Smile.At(nearForward * moneyness), far.Smile.At(farForward * moneyness));
        var variance = ((1.0 - share) * low.Volatility * low.Volatility * near.Smile.Market.Years)
            + (share * high.Volatility * high.Volatility * far.Smile.Market.Years);
        return new SurfacePoint(Math.Sqrt(variance / years), forward, years,
            low.Flags | high.Flags | SmileFlags.BetweenExpiries);
    }

    /// <summary>Where total variance falls with time, by expiry and moneyness; empty where it never does.</summary>
    /// <param name="moneyness">Strikes as multiples of the forward.</param>
    public IReadOnlyList<CalendarArbitrage> CalendarArbitrages(IReadOnlyList<double> moneyness)
    {
        var found = new List<CalendarArbitrage>();
        for (var i = 1; i < _slices.Length; i++)
        {
            foreach (var multiple in moneyness)
            {
                var (earlier, later) = (Variance(_slices[i - 1].Smile, multiple), Variance(_slices[i].Smile, multiple));
                if (later < earlier)
                {
                    found.Add(new CalendarArbitrage(
                        _slices[i - 1].Expiry, _slices[i].Expiry, multiple, earlier, later));
                }
            }
        }
        return found;
    }

    private static double Variance(VolatilitySmile smile, double multiple) =>
        Math.Pow(smile.At(smile.Market.Forward * multiple).Volatility, 2) * smile.Market.Years;
}
