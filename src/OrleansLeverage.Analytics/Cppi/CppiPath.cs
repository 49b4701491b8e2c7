namespace OrleansLeverage.Analytics.Cppi;

/// <summary>One step: what was held during it and what became of it.</summary>
public readonly record struct CppiStep(
    double Value, double Floor, double Weight, double Exposure, CppiState State, double Turnover);

/// <summary>A portfolio carried along a path of returns.</summary>
/// <param name="Breached">Whether a value ended below the floor of its step.</param>
public sealed record CppiPath(IReadOnlyList<CppiStep> Steps, bool Breached, bool Locked, double Turnover)
{
    public double End => Steps[^1].Value;

    /// <summary>
    /// Exposure is set at the beginning of a step from the value then; what is not exposed earns (or, borrowed, pays)
    /// the riskless return: V' = V + exposure·r + (V − exposure)·free − cost.
    /// </summary>
    /// <param name="riskless">One number for all steps, or one per step.</param>
    public static CppiPath Run(CppiPolicy policy, double start, ReadOnlySpan<double> returns,
        ReadOnlySpan<double> riskless)
    {
        if (returns.Length == 0 || riskless.Length == 0 || (riskless.Length > 1 && riskless.Length != returns.Length))
        {
            throw new ArgumentException($"{returns.Length} returns, {riskless.Length} riskless ones", nameof(riskless));
        }
        var tracker = new CppiTracker(policy, start);
        var steps = new CppiStep[returns.Length];
        var (value, exposure, turnover, earned, breached) = (start, 0.0, 0.0, 0.0, false);
        for (var i = 0; i < returns.Length; i++)
        {
            if (!double.IsFinite(returns[i]) || returns[i] < -1.0)
            {
                throw new ArgumentOutOfRangeException(nameof(returns), returns[i],
                    "a return is finite and at least −1");
            }
            var look = tracker.Look(value, exposure, earned);
            exposure += look.Trade;
            turnover += Math.Abs(look.Trade);
            earned = riskless.Length == 1 ? riskless[0] : riskless[i];
            var held = exposure;
            value += (held * returns[i]) + ((value - held) * earned) - (Math.Abs(look.Trade) * policy.CostRate);
            exposure = held * (1.0 + returns[i]);
            var below = value < look.Floor * (policy.Floor == FloorRule.Accreting ? 1.0 + earned : 1.0);
            breached |= below;
            steps[i] = new CppiStep(value, look.Floor, look.Value > 0.0 ? held / look.Value : 0.0, held,
                look.Target.State, Math.Abs(look.Trade));
        }
        return new CppiPath(steps, breached, tracker.WasLocked, turnover);
    }
}
