namespace OrleansLeverage.Analytics.Backtests;

/// <summary>
/// How often a day with (1) or without (0) an exception followed one: <c>N01</c> is no exception, then one.
/// </summary>
public readonly record struct TransitionCounts(int N00, int N01, int N10, int N11)
{
    public int Total => N00 + N01 + N10 + N11;

    public static TransitionCounts Of(ReadOnlySpan<bool> exceptions)
    {
        var counts = (N00: 0, N01: 0, N10: 0, N11: 0);
        for (var i = 1; i < exceptions.Length; i++)
        {
            switch (exceptions[i - 1], exceptions[i])
            {
                case (false, false): counts.N00++; break;
                case (false, true): counts.N01++; break;
                case (true, false): counts.N10++; break;
                default: counts.N11++; break;
            }
        }
        return new TransitionCounts(counts.N00, counts.N01, counts.N10, counts.N11);
    }
}
