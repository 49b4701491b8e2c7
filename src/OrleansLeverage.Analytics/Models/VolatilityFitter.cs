namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// Maximum likelihood from several starts. Benchmarks: quant reference §10; the errors follow Fiorentini, Calzolari
/// and Panattoni (1996) and Bollerslev and Wooldridge (1992).
/// </summary>
public static class VolatilityFitter
{
    private const int Searches = 3;
    private const double SameMaximum = 1e-5;

    /// <exception cref="SeriesException">The series is too short for the parameters.</exception>
    public static VolatilityFit Fit(ReturnSeries series, VolatilitySpec spec)
    {
        spec.Check();
        ReturnSeries.Check(series.Values, Math.Max(ReturnSeries.LengthMin, 10 * spec.Count));
        var returns = series.Values.ToArray();
        var starts = new StartingPoints(spec, returns);
        var likelihood = Likelihood(spec, returns);
        var candidates = Rank(starts, likelihood, spec.Count);
        double[]? best = null;
        LikelihoodPoint? bestPoint = null;
        var (end, iterations) = (SearchEnd.Unfinished, 0);
        var found = new List<double>();
        foreach (var candidate in candidates)
        {
            var search = new NewtonMaximiser(likelihood, starts.Lower, starts.Upper);
            if (search.Run(candidate, out var at) is not { } ended)
            {
                continue;
            }
            iterations += search.Iterations;
            found.Add(at.Value);
            if (bestPoint is null || at.Value > bestPoint.Value + (ended == SearchEnd.Unfinished ? SameMaximum : 0.0)
                || (end == SearchEnd.Unfinished && ended != end && at.Value > bestPoint.Value - SameMaximum))
            {
                (best, bestPoint, end) = (candidate, at, ended);
            }
        }
        if (best is null || bestPoint is null)
        {
            throw new SeriesException(SeriesProblem.Constant,
                "no start gives the series a positive variance: is its scale off by powers of ten?");
        }
        return Describe(series, spec, best, bestPoint, end, starts,
            (found.Count, found.Count(value => value > bestPoint.Value - SameMaximum), iterations));
    }

    /// <summary>
    /// The maximum of a series that is known to come from near a point: one search, from the point or from the best
    /// start, whichever is worth more. Null where it does not end; and whether it ends at a bound.
    /// </summary>
    internal static (double[] At, bool IsAtBound)? Refit(double[] returns, VolatilitySpec spec, double[] near)
    {
        var starts = new StartingPoints(spec, returns);
        var likelihood = Likelihood(spec, returns);
        if (Rank(starts, likelihood, spec.Count, near) is not [var best, ..])
        {
            return null;
        }
        var ended = new NewtonMaximiser(likelihood, starts.Lower, starts.Upper).Run(best, out _);
        return ended is null or SearchEnd.Unfinished
            ? null
            : (best, best.Where((value, i) => value <= starts.Lower[i] || value >= starts.Upper[i]).Any());
    }

    private static List<double[]> Rank(StartingPoints starts, ILikelihood likelihood, int count, double[]? near = null)
    {
        var point = new LikelihoodPoint(count);
        var valued = new List<(double Value, double[] At)>();
        foreach (var start in near is null ? starts.All() : starts.All().Prepend([.. near]))
        {
            if (likelihood.Evaluate(start, 0, point))
            {
                valued.Add((point.Value, start));
            }
        }
        return [.. valued.OrderByDescending(v => v.Value).Take(Searches).Select(v => v.At)];
    }

    private static ILikelihood Likelihood(VolatilitySpec spec, double[] returns) => GarchLikelihood.Covers(spec)
        ? new GarchLikelihood(spec, returns,
            spec.Presample == Presample.Backcast ? VarianceRecursion.Backcast(returns, 2) : null)
        : new JetLikelihood(spec, returns);

    private static VolatilityFit Describe(ReturnSeries series, VolatilitySpec spec, double[] best, LikelihoodPoint at,
        SearchEnd end, StartingPoints starts, (int Starts, int Agreeing, int Iterations) search)
    {
        var count = spec.Count;
        var isFree = new bool[count];
        for (var i = 0; i < count; i++)
        {
            isFree[i] = best[i] > starts.Lower[i] && best[i] < starts.Upper[i];
        }
        var errors = StandardErrors.Of(at, isFree);
        var names = spec.ParameterNames;
        var flags = end switch
        {
            SearchEnd.Unfinished => FitFlags.NotConverged,
            SearchEnd.Kink => FitFlags.AtKink,
            _ => FitFlags.None,
        };
        flags |= Array.TrueForAll(isFree, free => free) ? FitFlags.None : FitFlags.AtBound;
        flags |= errors.Hessian is null ? FitFlags.NoHessianErrors : FitFlags.None;
        flags |= new VolatilityModel(spec, best).Persistence < 1.0 ? FitFlags.None : FitFlags.NotStationary;
        var (residuals, variances) = (new double[series.Count], new double[series.Count + 1]);
        new JetLikelihood(spec, series.Values.ToArray()).Filter(best, residuals, variances);
        return new VolatilityFit(spec, series,
            [.. names.Select((name, i) => new Estimate(name, best[i], errors.Hessian?[i], errors.Opg?[i],
                errors.Qml?[i], !isFree[i]))],
            at.Value, flags, residuals, variances)
        {
            Starts = search.Starts, StartsAgreeing = search.Agreeing, Iterations = search.Iterations,
        };
    }
}
