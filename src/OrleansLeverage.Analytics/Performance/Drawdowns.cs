namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// Falls from the highest value so far, as positive fractions of it; the start counts as a high. Missing returns (NaN)
/// leave the value where it was. Quant reference §16.
/// </summary>
/// <param name="Max">The deepest; null without any return.</param>
/// <param name="Average">Mean depth of the episodes' deepest points; 0 without an episode.</param>
/// <param name="Longest">Periods of the longest episode, from the high to its recovery or the end.</param>
/// <param name="Current">Where the series ends.</param>
/// <param name="Ulcer">√mean(depth²), Martin and McCann.</param>
/// <param name="Pain">mean(depth), Becker.</param>
public sealed record Drawdowns(
    double? Max, double? Average, int Longest, int Episodes, double? Current, double? Ulcer, double? Pain)
{
    public static Drawdowns Of(ReadOnlySpan<double> returns)
    {
        var (value, high, count) = (1.0, 1.0, 0);
        var (deepest, episodeDepth, depths, length, longest, episodes) = (0.0, 0.0, 0.0, 0, 0, 0);
        var (sum, squares) = (0.0, 0.0);
        foreach (var change in returns)
        {
            if (double.IsNaN(change))
            {
                continue;
            }
            count++;
            value *= 1.0 + change;
            if (value >= high)
            {
                high = value;
                depths += episodeDepth;
                (episodeDepth, length) = (0.0, 0);
                continue;
            }
            var depth = 1.0 - (value / high);
            episodes += length == 0 ? 1 : 0;
            longest = Math.Max(longest, ++length);
            episodeDepth = Math.Max(episodeDepth, depth);
            deepest = Math.Max(deepest, depth);
            sum += depth;
            squares += depth * depth;
        }
        if (count == 0)
        {
            return new Drawdowns(null, null, 0, 0, null, null, null);
        }
        depths += episodeDepth;
        return new Drawdowns(deepest, episodes == 0 ? 0.0 : depths / episodes, longest, episodes, 1.0 - (value / high),
            Math.Sqrt(squares / count), sum / count);
    }
}
