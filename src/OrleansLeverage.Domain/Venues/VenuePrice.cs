namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// The price of one market at which a bucket's surplus is used up, every other price held. Rules may bend the surplus
/// or make it jump, so it is searched on a grid of 2 % and then narrowed: by its chord, which is exact on the straight
/// pieces that brackets and weights are made of, and by halving. Between the edges of flat tiers a surplus is concave:
/// it is met once on either side, so the grid misses nothing.
/// </summary>
internal static class VenuePrice
{
    private const decimal Grid = 1.02m;

    /// <summary>Twenty times the mark away the steps double; the search ends at 10^12 times it, and at a
    /// part of 10^12.</summary>
    private const int StepsNear = 152;
    private const int StepsMax = StepsNear + 36;
    private const decimal PriceMax = Price.Max * 1000m;
    private const decimal PriceMin = 0.000000000000001m;

    private const decimal Precision = 0.000000000000000000000001m;

    /// <param name="edges">Prices at which the surplus jumps, in any order.</param>
    public static SolvedPrice Solve(VenueAccount bucket, VenuePosition position, Func<VenueAccount, decimal> surplus,
        IReadOnlyList<decimal> edges) =>
        Solve(position.Mark, position.Side > 0, price => surplus(bucket.At(position, price)), edges);

    /// <summary>The same of any surplus by price.</summary>
    public static SolvedPrice Solve(decimal mark, bool losesWhenFalling, Func<decimal, decimal> surplus,
        IReadOnlyList<decimal> edges)
    {
        var crossed = surplus(mark) < 0m;
        // what is already crossed comes back on the other side
        var falls = losesWhenFalling != crossed;
        var (inside, outside) = (mark, mark);
        for (var step = 0; step < StepsMax + edges.Count; step++)
        {
            outside = Next(inside, falls, step < StepsNear + edges.Count ? Grid : 2m, edges);
            if (outside is < PriceMin or > PriceMax)
            {
                break;
            }
            if (surplus(outside) < 0m != crossed)
            {
                return SolvedPrice.At(crossed ? Narrow(outside, inside, surplus) : Narrow(inside, outside, surplus));
            }
            inside = outside;
        }
        return crossed ? SolvedPrice.None(SolvedReason.NoSolution)
            : SolvedPrice.None(losesWhenFalling ? SolvedReason.FullyCollateralised : SolvedReason.NeverReached);
    }

    /// <summary>The next price of the grid, or the edge that comes before it.</summary>
    private static decimal Next(decimal price, bool falls, decimal grid, IReadOnlyList<decimal> edges)
    {
        var next = falls ? price / grid : price * grid;
        for (var i = 0; i < edges.Count; i++)
        {
            var isBetween = falls ? edges[i] < price && edges[i] > next : edges[i] > price && edges[i] < next;
            next = isBetween ? edges[i] : next;
        }
        return next;
    }

    /// <summary>The last price that still holds, between one that holds and one that does not.</summary>
    private static decimal Narrow(decimal holds, decimal fails, Func<decimal, decimal> surplus)
    {
        var (above, below) = (surplus(holds), surplus(fails));
        var zero = (above - below) * Precision;
        for (var halve = false; above > 0m && Math.Abs(holds - fails) > holds * Precision; halve = !halve)
        {
            var middle = halve ? (holds + fails) / 2m : holds + (fails - holds) * (above / (above - below));
            if (middle == holds || middle == fails)
            {
                if (halve)
                {
                    break;
                }
                continue;
            }
            var at = surplus(middle);
            if (Math.Abs(at) <= zero)
            {
                return middle;
            }
            (holds, above, fails, below) = at >= 0m ? (middle, at, fails, below) : (holds, above, middle, at);
        }
        return holds;
    }
}
