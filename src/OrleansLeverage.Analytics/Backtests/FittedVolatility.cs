using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// A volatility model of <see cref="VolatilityFitter"/> walked along a series: fitted by maximum likelihood to the past
/// in percent, then its variance recursion. A fit that does not converge keeps the parameters before it.
/// </summary>
public sealed class FittedVolatility : IReturnModel
{
    private const double Percent = 100.0;
    private readonly VolatilitySpec _spec;
    private readonly VolatilityModel? _model;

    public FittedVolatility(VarianceModel variance, Innovation innovation)
        : this(new VolatilitySpec(variance) { Innovation = innovation }, null)
    {
    }

    private FittedVolatility(VolatilitySpec spec, VolatilityModel? model) => (_spec, _model) = (spec, model);

    public string Name => $"{_spec.Variance}-{(_spec.Innovation == Innovation.Normal ? "normal" : "student")}"
        .ToLowerInvariant();

    /// <summary>Fewer say too little about persistence.</summary>
    public int HistoryMin => 500;

    public IReadOnlyList<ModelParameter> Parameters => _model is null ? []
        : [.. _spec.ParameterNames.Select((name, i) => new ModelParameter(name, _model.Parameters[i]))];

    public IReturnModel Calibrate(ReadOnlySpan<double> past)
    {
        var fit = VolatilityFitter.Fit(InPercent(past), _spec);
        return fit.Flags.HasFlag(FitFlags.NotConverged) && _model is not null ? this
            : new FittedVolatility(_spec, fit.Model);
    }

    public IReturnFollower Follow(ReadOnlySpan<double> past) => _model is null
        ? Calibrate(past).Follow(past)
        : new Follower(_model, _model.Filter(InPercent(past)));

    private static ReturnSeries InPercent(ReadOnlySpan<double> returns)
    {
        var percent = new double[returns.Length];
        for (var i = 0; i < percent.Length; i++)
        {
            percent[i] = Percent * returns[i];
        }
        return ReturnSeries.Of(percent);
    }

    private sealed class Follower(VolatilityModel model, double[]? variances) : IReturnFollower
    {
        private double _variance = variances?[^1] ?? double.NaN;

        public ReturnLaw? Next() => double.IsFinite(_variance) && _variance > 0.0
            ? new StudentLaw(Math.Sqrt(_variance) / Percent, double.IsFinite(model.Nu) ? model.Nu : null,
                model.Mean / Percent)
            : null;

        public void Add(double change) => _variance = model.Next(_variance, (Percent * change) - model.Mean);
    }
}
