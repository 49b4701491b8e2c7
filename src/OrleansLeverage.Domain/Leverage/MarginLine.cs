namespace OrleansLeverage.Domain;

/// <summary>
/// What one margin bucket has above its line, as a function of the price P of one feed with every other price held:
/// <code>
/// surplus(P) = a + b·P + c/P − Σ_i (rate_k(i)·n_i(P) − amount_k(i)),   n_i(P) = u_i·P, u_i/P or u_i
/// </code>
/// with k(i) the bracket of n_i(P), so between the prices where some n_i enters another bracket it is a + b·P + c/P and
/// its roots are exact up to one decimal division (or one square root, where an inverse contract's mark is not its
/// coin's price). The bracket is therefore always the one at the solution.
/// </summary>
internal sealed class MarginLine
{
    /// <summary>
    /// Roots further than this from the price, as a factor, are none. Relative slack at the ends of a bracket, so that
    /// a root on the edge of two is not lost between their roundings.
    /// </summary>
    private const decimal FactorMax = 1_000_000_000_000m;
    private const decimal Slack = 0.000000000000000000000001m;
    private const decimal Above = 1m + Slack;
    private const decimal Below = 1m - Slack;

    /// <summary>Edges of brackets that are held without asking for memory.</summary>
    private const int EdgesOnStack = 64;

    private readonly List<Requirement> _requirements = [];
    private decimal _constant;
    private decimal _slope;
    private decimal _inverse;

    private enum Form
    {
        Constant,
        Proportional,
        Reciprocal,
    }

    /// <summary>
    /// The cross bucket, or one isolated position's, against maintenance margin or (bankruptcy) against zero.
    /// </summary>
    public static MarginLine Of(AccountValuation valuation, Feed feed, Position? isolated, bool bankruptcy)
    {
        var line = new MarginLine();
        if (isolated is null)
        {
            foreach (var balance in valuation.Account.Balances)
            {
                var weight = balance.Amount > 0m && !bankruptcy ? balance.Asset.CollateralWeight : 1m;
                line.AddAmount(balance.Amount * weight, balance.Asset, valuation.Frame, feed);
            }
        }
        foreach (var value in valuation.Positions)
        {
            var inBucket = isolated is null ? !value.IsIsolated
                : value.Position.Instrument.Index == isolated.Instrument.Index;
            if (inBucket)
            {
                line.AddPosition(value, valuation.Frame, feed, bankruptcy);
            }
        }
        return line;
    }

    /// <summary>Surplus at a price.</summary>
    public decimal At(decimal price)
    {
        var (constant, slope, inverse) = Coefficients(price);
        return constant + slope * price + (inverse == 0m ? 0m : inverse / price);
    }

    /// <summary>
    /// The price at which the line is met: below <paramref name="price"/> for what loses when the price falls, above it
    /// for what loses when it rises; on the other side of the price where the line is already crossed.
    /// </summary>
    public SolvedPrice Solve(decimal price, bool losesWhenFalling)
    {
        var crossed = At(price) < 0m;
        var below = losesWhenFalling != crossed;
        var count = 0;
        foreach (var requirement in _requirements)
        {
            count += requirement.Schedule.Tiers.Count - 1;
        }
        var edges = count > EdgesOnStack ? new decimal[count] : stackalloc decimal[EdgesOnStack];
        edges = edges[..Edges(edges)];
        return Nearest(edges, price, losesWhenFalling, below) is { } solved ? SolvedPrice.At(solved)
            : crossed ? SolvedPrice.None(SolvedReason.NoSolution)
            : SolvedPrice.None(losesWhenFalling ? SolvedReason.FullyCollateralised : SolvedReason.NeverReached);
    }

    /// <summary>
    /// The root nearest to the price on one side of it, of those where the surplus rises with the price, or falls:
    /// bracket by bracket away from the price. One on the edge of two brackets may be found in both, a rounding apart.
    /// </summary>
    private decimal? Nearest(ReadOnlySpan<decimal> edges, decimal price, bool rising, bool below)
    {
        Span<decimal> roots = stackalloc decimal[2];
        decimal? best = null;
        var last = edges.Length;
        for (var step = 0; step <= last; step++)
        {
            var i = below ? edges.Length - step : step;
            var low = i == 0 ? 0m : edges[i - 1];
            var high = i == edges.Length ? decimal.MaxValue : edges[i] * Above;
            if (below ? low * Below > price : high < price)
            {
                continue;
            }
            var inside = i == edges.Length ? Math.Max(low * 2m, 1m) : low + (edges[i] - low) / 2m;
            var (constant, slope, inverse) = Coefficients(inside);
            var count = inverse == 0m ? Linear(constant, slope, roots)
                : Quadratic(constant, slope, inverse, price, roots);
            foreach (var root in roots[..count])
            {
                if (root > 0m && root >= low * Below && root <= high
                    && (slope * root > (inverse == 0m ? 0m : inverse / root)) == rising
                    && (below ? root <= price : root >= price)
                    && (best is null || (below ? root > best : root < best)))
                {
                    best = root;
                    last = Math.Min(last, step + 1);
                }
            }
        }
        return best;
    }

    private void AddAmount(decimal amount, Asset asset, PriceFrame frame, Feed feed)
    {
        if (asset.PriceFeed?.Index == feed.Index)
        {
            _slope += amount;
        }
        else
        {
            _constant += amount * frame.UsdPrice(asset)!.Value;
        }
    }

    private void AddPosition(in PositionValuation value, PriceFrame frame, Feed feed, bool bankruptcy)
    {
        var position = value.Position;
        var instrument = position.Instrument;
        var byMark = instrument.MarkFeed.Index == feed.Index;
        var bySettlement = instrument.Settlement.PriceFeed?.Index == feed.Index;
        AddAmount(-instrument.ProfitSign * position.Cost
            + position.AccruedFunding(frame.FundingIndices[instrument.Index])
            + (value.IsIsolated ? position.IsolatedMargin : 0m), instrument.Settlement, frame, feed);
        var units = position.Quantity.Value * instrument.Multiplier;
        var (form, unit) = instrument.Style == ContractStyle.Linear
            ? byMark ? (Form.Proportional, units * value.SettlementPrice)
                : bySettlement ? (Form.Proportional, units * value.Mark)
                : (Form.Constant, value.SignedNotional)
            : byMark ? bySettlement ? (Form.Constant, units) : (Form.Reciprocal, units * value.SettlementPrice)
                : bySettlement ? (Form.Proportional, units / value.Mark)
                : (Form.Constant, value.SignedNotional);
        Add(form, instrument.ProfitSign * unit, ref _constant, ref _slope, ref _inverse);
        if (bankruptcy || unit == 0m)
        {
            return;
        }
        if (form == Form.Constant)
        {
            _constant -= instrument.Margin.Maintenance(Math.Abs(unit));
        }
        else
        {
            _requirements.Add(new Requirement(form, Math.Abs(unit), instrument.Margin));
        }
    }

    private (decimal Constant, decimal Slope, decimal Inverse) Coefficients(decimal price)
    {
        var (constant, slope, inverse) = (_constant, _slope, _inverse);
        foreach (var requirement in _requirements)
        {
            var tier = requirement.Schedule.TierAt(requirement.NotionalAt(price));
            constant += tier.MaintenanceAmount;
            Add(requirement.Form, -tier.MaintenanceRate * requirement.Unit, ref constant, ref slope, ref inverse);
        }
        return (constant, slope, inverse);
    }

    /// <summary>Prices at which some notional enters another bracket, rising, each once; how many.</summary>
    private int Edges(Span<decimal> edges)
    {
        var count = 0;
        foreach (var requirement in _requirements)
        {
            count += requirement.Edges(edges[count..]);
        }
        edges[..count].Sort();
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (edges[i] > 0m && (kept == 0 || edges[i] != edges[kept - 1]))
            {
                edges[kept++] = edges[i];
            }
        }
        return kept;
    }

    /// <summary>Root of a + b·P.</summary>
    private static int Linear(decimal constant, decimal slope, Span<decimal> roots)
    {
        if (Math.Abs(slope) <= Math.Abs(constant) / Price.Max / 1000m)
        {
            return 0;
        }
        roots[0] = -constant / slope;
        return 1;
    }

    /// <summary>
    /// Roots of a + b·P + c/P, solved for x = P / price with the three terms at the price scaled to at most 1, so that
    /// nothing overflows; the root that would cancel is taken from the product of both.
    /// </summary>
    private static int Quadratic(decimal constant, decimal slope, decimal inverse, decimal price, Span<decimal> roots)
    {
        var (a, b, c) = (constant, slope * price, inverse / price);
        var scale = Math.Max(Math.Abs(a), Math.Max(Math.Abs(b), Math.Abs(c)));
        if (scale == 0m)
        {
            return 0;
        }
        (a, b, c) = (a / scale, b / scale, c / scale);
        var discriminant = a * a - 4m * b * c;
        if (discriminant < 0m)
        {
            return 0;
        }
        var half = -(a + (a < 0m ? -1m : 1m) * SquareRoot(discriminant)) / 2m;
        var count = 0;
        if (b != 0m && Math.Abs(half) < Math.Abs(b) * FactorMax)
        {
            roots[count++] = half / b * price;
        }
        if (half != 0m && Math.Abs(c) < Math.Abs(half) * FactorMax)
        {
            roots[count++] = c / half * price;
        }
        return count;
    }

    private static decimal SquareRoot(decimal value)
    {
        if (value == 0m)
        {
            return 0m;
        }
        var root = (decimal)Math.Sqrt((double)value);
        for (var i = 0; i < 4; i++)
        {
            root = (root + value / root) / 2m;
        }
        return root;
    }

    private static void Add(Form form, decimal unit, ref decimal constant, ref decimal slope, ref decimal inverse)
    {
        switch (form)
        {
            case Form.Constant:
                constant += unit;
                break;
            case Form.Proportional:
                slope += unit;
                break;
            default:
                inverse += unit;
                break;
        }
    }

    private readonly record struct Requirement(Form Form, decimal Unit, MarginSchedule Schedule)
    {
        public decimal NotionalAt(decimal price) => Form == Form.Proportional ? Unit * price : Unit / price;

        /// <summary>
        /// Prices at which the notional enters another bracket, none that no price can be; how many.
        /// </summary>
        public int Edges(Span<decimal> edges)
        {
            var count = 0;
            for (var i = 1; i < Schedule.Tiers.Count; i++)
            {
                var floor = Schedule.Tiers[i].FloorNotional;
                if (Form == Form.Reciprocal)
                {
                    edges[count++] = Unit / floor;
                }
                else if (Unit > floor / Price.Max / 1000m)
                {
                    edges[count++] = floor / Unit;
                }
            }
            return count;
        }
    }
}
