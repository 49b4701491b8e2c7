namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// The price of one market at which a bucket's surplus is used up, every other price held. Rules may bend the surplus
/// or make it jump, so it is searched on a grid of 2 % and then narrowed: by its chord, which is exact on the straight
/// pieces that brackets and weights are made of, and by halving.
/// </summary>
internal static class VenuePrice
{
    private const decimal Grid = 1.02m;

    /// <summary>The search ends at a millionth and a million times the mark.</summary>
    private const int StepsMax = 700;

    private const decimal Precision = 0.000000000000000000000001m;

    public static SolvedPrice Solve(VenueAccount bucket, VenuePosition position, Func<VenueAccount, decimal> surplus)
    {
        decimal At(decimal price) => surplus(bucket.At(position, price));
        var crossed = At(position.Mark) < 0m;
        // what is already crossed comes back on the other side
        var falls = position.Side > 0 != crossed;
        var (inside, outside) = (position.Mark, position.Mark);
        for (var step = 0; step < StepsMax; step++)
        {
            outside = falls ? inside / Grid : inside * Grid;
            if (At(outside) < 0m != crossed)
            {
                return SolvedPrice.At(crossed ? Narrow(outside, inside, At) : Narrow(inside, outside, At));
            }
            inside = outside;
        }
        return crossed ? SolvedPrice.None(SolvedReason.NoSolution)
            : SolvedPrice.None(position.Side > 0 ? SolvedReason.FullyCollateralised : SolvedReason.NeverReached);
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
