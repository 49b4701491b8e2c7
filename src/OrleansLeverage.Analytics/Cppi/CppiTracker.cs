namespace OrleansLeverage.Analytics.Cppi;

/// <summary>What one look at the portfolio says.</summary>
/// <param name="Trade">To be bought (sold where negative) to reach the target; 0 within the band or between looks.
/// </param>
/// <param name="EffectiveMultiplier">Exposure / cushion as it is; null without a cushion.</param>
public readonly record struct CppiLook(
    double Value, double Floor, double Exposure, CppiAllocation Target, double Trade, double? EffectiveMultiplier);

/// <summary>What a tracker must not forget: with it another one goes on where this one was.</summary>
public sealed record CppiTrackerState(double Floor, double Peak, int Looks, bool WasLocked);

/// <summary>
/// Follows one portfolio, such as a trading account by its equity and exposure, look by look: floor, cushion, target,
/// what to trade. Stateful and without a clock: the caller says what the riskless rate earned since the last look.
/// </summary>
public sealed class CppiTracker
{
    private readonly CppiPolicy _policy;
    private double _peak;
    private int _looks;

    /// <param name="startValue">Above 0: what the floor is a share of.</param>
    public CppiTracker(CppiPolicy policy, double startValue)
    {
        if (!(startValue > 0.0) || !double.IsFinite(startValue))
        {
            throw new ArgumentOutOfRangeException(nameof(startValue), startValue, "a start value is above 0");
        }
        _policy = policy;
        _peak = startValue;
        Floor = startValue * policy.FloorShare;
    }

    /// <exception cref="ArgumentOutOfRangeException">A state that no tracker has left.</exception>
    public CppiTracker(CppiPolicy policy, CppiTrackerState state)
    {
        if (!(state.Peak > 0.0 && state.Floor >= 0.0) || !double.IsFinite(state.Peak) || !double.IsFinite(state.Floor)
            || state.Looks < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, "floor and peak of a tracker are amounts");
        }
        (_policy, _peak, _looks, Floor, WasLocked) = (policy, state.Peak, state.Looks, state.Floor, state.WasLocked);
    }

    public CppiTrackerState State => new(Floor, _peak, _looks, WasLocked);

    public double Floor { get; private set; }

    /// <summary>True once the portfolio was at or below its floor.</summary>
    public bool WasLocked { get; private set; }

    /// <param name="value">Equity now.</param>
    /// <param name="exposure">Notional exposed now.</param>
    /// <param name="risklessReturn">Earned by cash since the last look; 0 at the first.</param>
    public CppiLook Look(double value, double exposure, double risklessReturn = 0.0)
    {
        MoveFloor(value, risklessReturn);
        var target = CppiAllocation.Of(value, Floor, _policy.Multiplier, _policy.LeverageCap);
        WasLocked |= target.State == CppiState.CashLock;
        var isDue = _looks++ % _policy.RebalanceEvery == 0;
        var distance = target.Exposure - exposure;
        // a locked portfolio leaves at once: waiting for the next look or the band is what the floor forbids
        var trades = target.State == CppiState.CashLock
            || (isDue && Math.Abs(distance) > _policy.Band * target.Exposure);
        return new CppiLook(value, Floor, exposure, target, trades ? distance : 0.0,
            target.Cushion > 0.0 ? exposure / target.Cushion : null);
    }

    private void MoveFloor(double value, double risklessReturn)
    {
        _peak = Math.Max(_peak, value);
        Floor = _policy.Floor switch
        {
            FloorRule.Drawdown => _peak * _policy.FloorShare,
            FloorRule.Accreting => Floor * (1.0 + risklessReturn),
            FloorRule.Ratchet => Math.Max(Floor * (1.0 + risklessReturn), value * _policy.FloorShare),
            _ => Floor,
        };
    }
}
