namespace OrleansLeverage.Analytics.Systemic;

/// <summary>What a move would leave unpaid, and how far the fund reaches.</summary>
/// <param name="Move">Of the market by betas, or of the one feed.</param>
/// <param name="Deficit">Σ −equity of buckets without equity, USD: what a gap to there would leave.</param>
/// <param name="Coverage">Fund / deficit; null where there is no deficit, which is not the same as endless.</param>
public readonly record struct RunwayPoint(double Move, double Deficit, long Bankrupt, double? Coverage);

/// <summary>
/// Insurance runway: the fund against the deficit expected at each price move (DESIGN §8), by full repricing. The
/// deficit is that of a gap: nobody is liquidated on the way, which is the most that the move can cost.
/// </summary>
public sealed record InsuranceRunway(double Fund, IReadOnlyList<RunwayPoint> Points)
{
    /// <summary>The smallest fall and the smallest rise of the grid that the fund does not pay; null where it pays
    /// all.</summary>
    public (double? Down, double? Up) Exhausted => (
        Points.Where(p => p.Move < 0.0 && p.Deficit > Fund).Select(p => (double?)p.Move).Max(),
        Points.Where(p => p.Move > 0.0 && p.Deficit > Fund).Select(p => (double?)p.Move).Min());

    /// <param name="feed">Null moves all feeds together by their betas.</param>
    public static InsuranceRunway Of(ExposureBook book, double fund, int? feed = null, double range = 0.5,
        double step = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fund);
        if (!(range is > 0.0 and < 1.0) || !(step > 0.0) || range / step > 10_000.0)
        {
            throw new ArgumentOutOfRangeException(nameof(step), $"a range of {range} in steps of {step}");
        }
        var half = (int)Math.Round(range / step);
        var points = new RunwayPoint[2 * half + 1];
        for (var i = 0; i < points.Length; i++)
        {
            var move = Math.Round((i - half) * step, 12);
            points[i] = At(book, fund, move, feed);
        }
        return new InsuranceRunway(fund, points);
    }

    private static RunwayPoint At(ExposureBook book, double fund, double move, int? feed)
    {
        var moves = new double[book.Feeds.Count];
        if (feed is { } one)
        {
            moves[one] = move;
        }
        var prices = feed is null ? book.MovedTogether(move) : book.Moved(moves);
        var (deficit, bankrupt) = (default(FixedOrderSum), 0L);
        for (var bucket = 0; bucket < book.Count; bucket++)
        {
            if (book.Value(bucket, prices).Equity is < 0.0 and var equity)
            {
                deficit.Add(-equity);
                bankrupt++;
            }
        }
        return new RunwayPoint(move, deficit.Value, bankrupt, deficit.Value > 0.0 ? fund / deficit.Value : null);
    }
}
