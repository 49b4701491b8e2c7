namespace OrleansLeverage.Analytics.Cppi;

/// <summary>Where a portfolio stands.</summary>
public enum CppiState
{
    /// <summary>Exposure is multiplier times cushion.</summary>
    Invested,

    /// <summary>The leverage cap holds exposure below that.</summary>
    Capped,

    /// <summary>No cushion: nothing is exposed, for good unless rates lift the value above the floor.</summary>
    CashLock,
}

/// <summary>
/// What a value and a floor allow: exposure = m·max(V − F, 0), at most cap·V. Money; weight = exposure / value.
/// </summary>
/// <param name="Weight">Null where there is no value left.</param>
public readonly record struct CppiAllocation(double Exposure, double Cushion, double? Weight, CppiState State)
{
    /// <param name="leverageCap">Largest exposure / value: 1 without borrowing; null has no cap.</param>
    public static CppiAllocation Of(double value, double floor, double multiplier, double? leverageCap)
    {
        CppiPolicy.CheckMultiplier(multiplier);
        if (!double.IsFinite(value) || !(floor >= 0.0) || !double.IsFinite(floor))
        {
            throw new ArgumentOutOfRangeException(nameof(floor), floor, $"value {value} and floor are finite amounts");
        }
        if (!(leverageCap is null or >= 0.0))
        {
            throw new ArgumentOutOfRangeException(nameof(leverageCap), leverageCap, "a leverage cap is at least 0");
        }
        var cushion = value - floor;
        if (!(cushion > 0.0))
        {
            return new CppiAllocation(0.0, cushion, value > 0.0 ? 0.0 : null, CppiState.CashLock);
        }
        var wanted = multiplier * cushion;
        var capped = leverageCap is { } cap && wanted > cap * value;
        var weight = capped ? leverageCap!.Value : wanted / value;
        return new CppiAllocation(capped ? leverageCap!.Value * value : wanted, cushion, weight,
            capped ? CppiState.Capped : CppiState.Invested);
    }
}
