namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// What lies above and below a minimum acceptable return, over all n periods (not only those of the side). Source:
/// Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd ed. 2008, with the names of
/// PerformanceAnalytics. Ratios are null where the lower side is empty.
/// </summary>
public sealed record PartialMoments
{
    private PartialMoments()
    {
    }

    public int Count { get; private init; }

    /// <summary>mean(r) − MAR.</summary>
    public double MeanExcess { get; private init; }

    /// <summary>Σ max(MAR − r, 0) / n.</summary>
    public double DownsidePotential { get; private init; }

    /// <summary>Σ max(r − MAR, 0) / n.</summary>
    public double UpsidePotential { get; private init; }

    /// <summary>√(Σ min(r − MAR, 0)² / n).</summary>
    public double DownsideDeviation { get; private init; }

    /// <summary>√(Σ max(r − MAR, 0)² / n).</summary>
    public double UpsideRisk { get; private init; }

    public int Gains { get; private init; }

    public int Losses { get; private init; }

    /// <summary>Upside over downside potential; at MAR 0 the Bernardo-Ledoit ratio, in general Omega.</summary>
    public double? GainLoss => DownsidePotential > 0.0 ? UpsidePotential / DownsidePotential : null;

    /// <summary>(mean − MAR) / downside potential = Omega − 1.</summary>
    public double? OmegaSharpe => DownsidePotential > 0.0 ? MeanExcess / DownsidePotential : null;

    /// <summary>losses·Σ loss / (gains·Σ gain): 0 is best.</summary>
    public double? DRatio => Gains > 0 ? Losses * DownsidePotential / (Gains * UpsidePotential) : null;

    /// <summary>Upside risk over downside deviation.</summary>
    public double? VariabilitySkewness => DownsideDeviation > 0.0 ? UpsideRisk / DownsideDeviation : null;

    /// <summary>The square of <see cref="VariabilitySkewness"/>.</summary>
    public double? VolatilitySkewness => VariabilitySkewness * VariabilitySkewness;

    public double? UpsidePotentialRatio => DownsideDeviation > 0.0 ? UpsidePotential / DownsideDeviation : null;

    /// <summary>Null without any return; NaN is left out.</summary>
    public static PartialMoments? Of(ReadOnlySpan<double> returns, double minimumAcceptable)
    {
        var present = SampleMoments.Present(returns);
        if (present.Length == 0)
        {
            return null;
        }
        var (sum, above, below, above2, below2) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var (gains, losses) = (0, 0);
        foreach (var value in present)
        {
            var excess = value - minimumAcceptable;
            sum += excess;
            if (excess > 0.0)
            {
                (above, above2, gains) = (above + excess, above2 + (excess * excess), gains + 1);
            }
            else if (excess < 0.0)
            {
                (below, below2, losses) = (below - excess, below2 + (excess * excess), losses + 1);
            }
        }
        var n = present.Length;
        return new PartialMoments
        {
            Count = n, MeanExcess = sum / n, DownsidePotential = below / n, UpsidePotential = above / n,
            DownsideDeviation = Math.Sqrt(below2 / n), UpsideRisk = Math.Sqrt(above2 / n), Gains = gains,
            Losses = losses,
        };
    }
}
