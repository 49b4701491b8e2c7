using MathNet.Numerics;

namespace OrleansLeverage.Analytics.Backtests;

public enum EwmaLaw
{
    Normal,

    /// <summary>Student's t, its degrees fitted.</summary>
    Student,

    /// <summary>Past standardised returns, times the volatility now (Hull and White 1998).</summary>
    Filtered,
}

/// <summary>
/// Exponentially weighted variance h' = λ·h + (1 − λ)·r², begun with the mean square of the first
/// <see cref="SeedLength"/> returns, and a law of the standardised returns. Calibration takes the λ of
/// <see cref="Decays"/> with the least QLIKE, and the degrees of freedom by maximum likelihood. RiskMetrics 1996.
/// </summary>
public sealed class EwmaModel : IReturnModel
{
    public const int SeedLength = 60;
    private const int StandardisedMax = 1_000;
    private const double DegreesMin = 2.1;
    private const double DegreesMax = 60.0;

    private readonly EwmaLaw _law;
    private readonly double? _degrees;

    public EwmaModel(EwmaLaw law, double decay = 0.94, double? degrees = null)
    {
        _law = law;
        Decay = decay is > 0.0 and < 1.0
            ? decay
            : throw new ArgumentOutOfRangeException(nameof(decay), decay, "a decay is in (0, 1)");
        _degrees = law == EwmaLaw.Student ? degrees ?? 6.0 : null;
    }

    /// <summary>What calibration chooses from.</summary>
    public static IReadOnlyList<double> Decays { get; } =
        [0.80, 0.84, 0.88, 0.90, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99];

    public double Decay { get; }

    public string Name => $"ewma-{_law.ToString().ToLowerInvariant()}";

    public int HistoryMin => _law == EwmaLaw.Filtered ? 4 * SeedLength : SeedLength;

    public IReadOnlyList<ModelParameter> Parameters => _degrees is { } nu
        ? [new("decay", Decay), new("degrees", nu)]
        : [new("decay", Decay)];

    public IReturnModel Calibrate(ReadOnlySpan<double> past)
    {
        var returns = past.ToArray();
        if (returns.Length < 2 * SeedLength)
        {
            return this;
        }
        var decay = Decays.MinBy(candidate => QLike(returns, candidate));
        return _law == EwmaLaw.Student
            ? new EwmaModel(_law, decay, FitDegrees(Standardised(returns, decay)))
            : new EwmaModel(_law, decay);
    }

    public IReturnFollower Follow(ReadOnlySpan<double> past) => new Follower(this, past);

    /// <summary>Degrees of freedom of a Student law of variance 1 with the largest likelihood.</summary>
    public static double FitDegrees(ReadOnlySpan<double> standardised)
    {
        var data = standardised.ToArray();
        // golden-section search on 1/ν: the likelihood is flat towards the normal law
        var (low, high) = (1.0 / DegreesMax, 1.0 / DegreesMin);
        var ratio = (Math.Sqrt(5.0) - 1.0) / 2.0;
        for (var i = 0; i < 60; i++)
        {
            var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            (low, high) = LogLikelihood(data, 1.0 / left) > LogLikelihood(data, 1.0 / right) ? (low, right)
                : (left, high);
        }
        return 2.0 / (low + high);
    }

    private static double LogLikelihood(double[] data, double nu)
    {
        var constant = SpecialFunctions.GammaLn((nu + 1.0) / 2.0) - SpecialFunctions.GammaLn(nu / 2.0)
            - (0.5 * Math.Log(Math.PI * (nu - 2.0)));
        var sum = 0.0;
        foreach (var z in data)
        {
            sum += constant - ((nu + 1.0) / 2.0 * Math.Log(1.0 + (z * z / (nu - 2.0))));
        }
        return sum;
    }

    private static double QLike(double[] returns, double decay)
    {
        var (variance, sum) = (Seed(returns), 0.0);
        for (var i = SeedLength; i < returns.Length; i++)
        {
            if (variance <= 0.0)
            {
                return double.PositiveInfinity;
            }
            sum += ForecastLosses.QLike(returns[i] * returns[i], variance);
            variance = (decay * variance) + ((1.0 - decay) * returns[i] * returns[i]);
        }
        return sum;
    }

    private static double[] Standardised(double[] returns, double decay)
    {
        var variance = Seed(returns);
        var standardised = new List<double>();
        for (var i = SeedLength; i < returns.Length; i++)
        {
            if (variance > 0.0)
            {
                standardised.Add(returns[i] / Math.Sqrt(variance));
            }
            variance = (decay * variance) + ((1.0 - decay) * returns[i] * returns[i]);
        }
        return [.. standardised];
    }

    private static double Seed(ReadOnlySpan<double> returns)
    {
        var sum = 0.0;
        var count = Math.Min(SeedLength, returns.Length);
        foreach (var change in returns[..count])
        {
            sum += change * change;
        }
        return count == 0 ? 0.0 : sum / count;
    }

    private sealed class Follower : IReturnFollower
    {
        private readonly EwmaModel _model;
        private readonly Queue<double> _standardised = new();
        private double _variance;

        public Follower(EwmaModel model, ReadOnlySpan<double> past)
        {
            _model = model;
            _variance = Seed(past);
            foreach (var change in past[Math.Min(SeedLength, past.Length)..])
            {
                Add(change);
            }
        }

        public ReturnLaw? Next()
        {
            if (!(_variance > 0.0))
            {
                return null;
            }
            var volatility = Math.Sqrt(_variance);
            return _model._law == EwmaLaw.Filtered
                ? _standardised.Count < 2 ? null : new EmpiricalLaw([.. _standardised.Select(z => z * volatility)])
                : new StudentLaw(volatility, _model._degrees);
        }

        public void Add(double change)
        {
            if (_model._law == EwmaLaw.Filtered && _variance > 0.0)
            {
                _standardised.Enqueue(change / Math.Sqrt(_variance));
                if (_standardised.Count > StandardisedMax)
                {
                    _standardised.Dequeue();
                }
            }
            _variance = (_model.Decay * _variance) + ((1.0 - _model.Decay) * change * change);
        }
    }
}
