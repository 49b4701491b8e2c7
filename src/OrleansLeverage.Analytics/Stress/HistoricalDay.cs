namespace OrleansLeverage.Analytics.Stress;

/// <summary>
/// What one day's bar did to who was levered at the close before. Source: quant reference §20; returns against the
/// previous close.
/// </summary>
/// <param name="CloseReturn">Close / previous close − 1.</param>
/// <param name="LowReturn">Low / previous close − 1: close to close understates what leverage met.</param>
public readonly record struct HistoricalDay(double CloseReturn, double LowReturn, double HighReturn)
{
    public static HistoricalDay Of(double previousClose, double high, double low, double close)
    {
        if (!(previousClose > 0.0) || !(low > 0.0) || !(high >= low) || close < low || close > high)
        {
            throw new ArgumentException($"high {high}, low {low}, close {close} after {previousClose} is no day",
                nameof(close));
        }
        return new HistoricalDay(close / previousClose - 1.0, low / previousClose - 1.0, high / previousClose - 1.0);
    }

    /// <summary>
    /// Largest leverage at which an isolated long opened at the previous close outlives the low: 1 / (1 − (1 − mmr)·
    /// low / previous). Null where the low is so high that any leverage does.
    /// </summary>
    public double? LongLeverageSurviving(double maintenanceRate) =>
        1.0 - (1.0 - maintenanceRate) * (1.0 + LowReturn) is > 0.0 and var loss ? 1.0 / loss : null;

    /// <summary>The same of a short and the high: 1 / ((1 + mmr)·high / previous − 1).</summary>
    public double? ShortLeverageSurviving(double maintenanceRate) =>
        (1.0 + maintenanceRate) * (1.0 + HighReturn) - 1.0 is > 0.0 and var loss ? 1.0 / loss : null;
}
