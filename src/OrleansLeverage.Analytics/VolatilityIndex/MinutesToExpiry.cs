namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>
/// Time to expiry as Cboe counts it: minutes left of today, minutes of the settlement day before settlement (510 for
/// 8:30, 900 for 15:00), and those of the days between; a year has 525,600. Source: Cboe VIX white paper.
/// </summary>
public readonly record struct MinutesToExpiry(double CurrentDay, double SettlementDay, double OtherDays)
{
    public const double PerDay = 1_440.0;
    public const double PerYear = 525_600.0;

    public double Total => CurrentDay + SettlementDay + OtherDays;

    public double Years => Total / PerYear;

    /// <summary>Whole minutes and their fraction between two times.</summary>
    public static double Between(DateTimeOffset now, DateTimeOffset expiry) => (expiry - now).TotalMinutes;
}
