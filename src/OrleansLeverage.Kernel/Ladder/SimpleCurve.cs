namespace OrleansLeverage.Kernel;

/// <summary>
/// The <see cref="MarginCurve"/> of nearly all: one linear position depends on the feed and nothing else of its bucket
/// does. With n its notional and σ its side, surplus(y) = s + σ·n·(y − 1) − (M(n·y) − M(n)) is linear within a bracket,
/// so the brackets are walked to the one that holds its own root.
/// </summary>
internal static unsafe class SimpleCurve
{
    /// <summary>
    /// The y at which nothing is left above the line; 0 or less where a fall does not get there, infinite where a rise
    /// does not.
    /// </summary>
    /// <param name="term">First bracket of the instrument.</param>
    /// <param name="surplus">s, not negative.</param>
    public static double Root(double* term, double notional, bool isLong, double surplus)
    {
        var bracket = term;
        while (notional > bracket[MarkVector.Ceiling])
        {
            bracket += MarkVector.TermWidth;
        }
        var required = Math.FusedMultiplyAdd(notional, bracket[MarkVector.Rate], bracket[MarkVector.NegativeAmount]);
        var side = isLong ? 1d : -1d;
        while (true)
        {
            // s + σ·n·(y − 1) + M(n) = rate·n·y − amount
            var fixedPart = surplus - side * notional + required - bracket[MarkVector.NegativeAmount];
            var slope = notional * (bracket[MarkVector.Rate] - side);
            var y = fixedPart / slope;
            if (isLong)
            {
                if (y * notional >= bracket[MarkVector.Floor] || bracket == term)
                {
                    return y;
                }
                bracket -= MarkVector.TermWidth;
            }
            else
            {
                if (y * notional <= bracket[MarkVector.Ceiling])
                {
                    return y;
                }
                bracket += MarkVector.TermWidth;
            }
        }
    }
}
