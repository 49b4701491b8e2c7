namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// How few hold how much. Values below 0 are none; all figures are null where nothing is held. Source: DESIGN §8, quant
/// reference §22.
/// </summary>
public static class Concentration
{
    /// <summary>Herfindahl index Σ share², in (0, 1]; 1 / it is the number of equal holders that would be as
    /// concentrated.</summary>
    public static double? Hhi(IReadOnlyList<double> values)
    {
        var total = FixedOrderSum.Of(values.Where(v => v > 0.0));
        return total > 0.0
            ? FixedOrderSum.Of(values.Where(v => v > 0.0).Select(v => v / total * (v / total)))
            : null;
    }

    /// <summary>Share of the largest <paramref name="count"/>, in (0, 1].</summary>
    public static double? TopShare(IReadOnlyList<double> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var sorted = values.Where(v => v > 0.0).OrderDescending().ToArray();
        var total = FixedOrderSum.Of(sorted);
        return total > 0.0 ? FixedOrderSum.Of(sorted.Take(count)) / total : null;
    }

    /// <summary>
    /// Gini coefficient over the holders of something: Σ (2i − n − 1)·x_i / (n·Σx), x ascending, i from 1. 0 where all
    /// hold the same, 1 − 1/n where one holds all.
    /// </summary>
    /// <param name="includeEmpty">Whether those who hold nothing count as holders of 0.</param>
    public static double? Gini(IReadOnlyList<double> values, bool includeEmpty = false)
    {
        var sorted = values.Where(v => v > 0.0 || (includeEmpty && v == 0.0)).Order().ToArray();
        var total = FixedOrderSum.Of(sorted);
        if (!(total > 0.0))
        {
            return null;
        }
        var weighted = FixedOrderSum.Of(sorted.Select((x, i) => (2.0 * (i + 1) - sorted.Length - 1.0) * x));
        return weighted / (sorted.Length * total);
    }
}
