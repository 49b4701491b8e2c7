namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>
/// Times to expiry by which vega is kept apart: vegas of different expiries do not add up to anything. A bucket holds
/// what expires within its days and after those of the bucket before.
/// </summary>
public static class ExpiryBuckets
{
    /// <summary>Last day of each bucket but the last, which has no end.</summary>
    public static IReadOnlyList<int> Days { get; } = [7, 30, 90, 180, 365];

    public static int Count => Days.Count + 1;

    public static int Of(double years)
    {
        var bucket = 0;
        while (bucket < Days.Count && years * 365.0 > Days[bucket])
        {
            bucket++;
        }
        return bucket;
    }

    public static string Name(int bucket) => bucket < Days.Count ? $"{Days[bucket]}d" : $"over {Days[^1]}d";
}
