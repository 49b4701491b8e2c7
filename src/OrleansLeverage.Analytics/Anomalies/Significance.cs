namespace OrleansLeverage.Analytics.Anomalies;

internal static class Significance
{
    public static double Check(double significance) => significance is > 0.0 and < 1.0
        ? significance
        : throw new ArgumentOutOfRangeException(nameof(significance), significance, "a significance is in (0, 1)");
}
