using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Limits;

/// <summary>What set a day's margin.</summary>
public enum LimitBinding
{
    Volatility,
    Floor,
    LookbackFloor,
    WorstDay,
    Ceiling,

    /// <summary>Yesterday's margin was kept: the new one lies within the dead band.</summary>
    Hysteresis,

    /// <summary>The largest step of a day.</summary>
    Step,

    /// <summary>There is no volatility (not enough days, or none above 0): the floor, marked as such.</summary>
    NoVolatility,
}

/// <summary>The limit that is in force on a date, from what was known before it.</summary>
/// <param name="Volatility">Of a day; null where there is none.</param>
/// <param name="Target">The margin before dead band and step.</param>
/// <param name="Margin">Initial margin, a fraction of notional.</param>
public readonly record struct DailyLimit(
    DateOnly Date, double? Volatility, double Target, double Margin, LimitBinding Binding)
{
    public double MaxLeverage => 1.0 / Margin;

    /// <summary>What of the target is for liquidity and concentration; 0 where no depth was given.</summary>
    public double AddOn { get; init; }
}

/// <summary>
/// A policy over the days of an asset. Day t's limit uses closes, highs and lows of the days before t, nothing later.
/// </summary>
public static class LimitPath
{
    private const double StressedShare = 0.01;

    /// <exception cref="ArgumentException">A depth without a volume, over bars that do not all have one.</exception>
    /// <returns>A limit for each bar, and one for the day after the last.</returns>
    /// <exception cref="SeriesException">The bars are no series.</exception>
    public static DailyLimit[] Of(IReadOnlyList<DailyBar> bars, LeveragePolicy policy)
    {
        policy.Check();
        DailyBar.Check(bars, policy.SeedLength + 2);
        foreach (var bar in policy.Depth is { DailyVolume: null } ? bars : [])
        {
            if (bar.Volume is not > 0.0)
            {
                throw new ArgumentException(
                    $"{bar.Date:O} has no volume: name the market's daily volume", nameof(bars));
            }
        }
        var returns = new double[bars.Count - 1];
        for (var i = 0; i < returns.Length; i++)
        {
            returns[i] = Math.Log(bars[i + 1].Close / bars[i].Close);
        }
        var volatilities = EwmaVolatility.Forecasts(returns, policy.Decay, policy.SeedLength);
        var history = new LookbackStatistics(policy.LookbackDays, StressedShare);
        var limits = new DailyLimit[bars.Count + 1];
        double? inForce = null;
        for (var day = 0; day < limits.Length; day++)
        {
            if (day >= 2)
            {
                history.Add(returns[day - 2], DailyBar.WorstMove(bars[day - 2], bars[day - 1]));
            }
            var date = day < bars.Count ? bars[day].Date : bars[^1].Date.AddDays(1);
            var volatility = day >= 1 ? volatilities[day - 1] : null;
            limits[day] = Next(date, volatility, policy, history, inForce, Volume(bars, day, policy));
            inForce = limits[day].Margin;
            if (volatility is { } known)
            {
                history.AddMargin(policy.Z * known * Math.Sqrt(policy.HorizonDays));
            }
        }
        return limits;
    }

    // of the days before, nothing later
    private static double Volume(IReadOnlyList<DailyBar> bars, int day, LeveragePolicy policy)
    {
        if (policy.Depth?.DailyVolume is { } given)
        {
            return given;
        }
        var (sum, from) = (0.0, Math.Max(0, day - MarketDepth.VolumeDays));
        for (var i = from; i < day; i++)
        {
            sum += bars[i].Volume ?? 0.0;
        }
        return day > from ? sum / (day - from) : 0.0;
    }

    private static DailyLimit Next(DateOnly date, double? volatility, LeveragePolicy policy,
        LookbackStatistics history, double? inForce, double volume)
    {
        if (volatility is not > 0.0)
        {
            var kept = Math.Max(policy.Floor, inForce ?? 0.0);
            return new DailyLimit(date, null, kept, kept, LimitBinding.NoVolatility);
        }
        var root = policy.Z * Math.Sqrt(policy.HorizonDays);
        var raw = root * volatility.Value;
        var margin = raw;
        if (policy.Buffer > 0.0 && history.MeanMargin > 0.0)
        {
            // whole below the average, gone where margin has risen by as much as the buffer
            var risen = Math.Max(0.0, raw / history.MeanMargin - 1.0);
            margin = raw * (1.0 + Math.Max(0.0, policy.Buffer - risen));
        }
        margin = (1.0 - policy.StressWeight) * margin
            + policy.StressWeight * Math.Max(margin, history.Stressed * Math.Sqrt(policy.HorizonDays));
        var addOn = policy.AddOn + (policy.Depth?.AddOn(volatility.Value, volume, policy.Z) ?? 0.0);
        margin += addOn;
        var binding = LimitBinding.Volatility;
        Raise(policy.HasLookbackFloor ? root * history.Deviation : 0.0, LimitBinding.LookbackFloor);
        // an isolated position whose margin is this has its maintenance left at the worst move
        Raise(policy.WorstDayShare * history.WorstMove is > 0.0 and var worst
            ? policy.MaintenanceRate + worst : 0.0, LimitBinding.WorstDay);
        Raise(policy.Floor, LimitBinding.Floor);
        if (margin > policy.Ceiling)
        {
            (margin, binding) = (policy.Ceiling, LimitBinding.Ceiling);
        }
        var target = margin;
        if (inForce is { } before)
        {
            if (Math.Abs(margin / before - 1.0) <= policy.Hysteresis && margin != before)
            {
                return new DailyLimit(date, volatility, target, before, LimitBinding.Hysteresis) { AddOn = addOn };
            }
            var low = before * (1.0 - Math.Min(1.0, policy.StepDownMax ?? 1.0));
            var high = policy.StepUpMax is { } step ? before * (1.0 + step) : double.PositiveInfinity;
            if (margin < low || margin > high)
            {
                (margin, binding) = (Math.Clamp(margin, Math.Max(low, policy.Floor), high), LimitBinding.Step);
            }
        }
        return new DailyLimit(date, volatility, target, margin, binding) { AddOn = addOn };

        void Raise(double floor, LimitBinding reason)
        {
            if (floor > margin)
            {
                (margin, binding) = (floor, reason);
            }
        }
    }
}
