namespace OrleansLeverage.Analytics.Cascade;

/// <summary>An account of a ladder: the price at which it is liquidated and the units it then sells.</summary>
public readonly record struct LadderStep(decimal LiquidationPrice, decimal Quantity);

/// <summary>Where a cascade over a ladder came to rest.</summary>
/// <param name="Rounds">Rounds that liquidated somebody; everybody who is reached by one price is one round.</param>
/// <param name="Amplification">Fall of the price / fall of the shock alone; null without a shock.</param>
public sealed record LadderOutcome(
    decimal FinalPrice, int Liquidated, decimal QuantityLiquidated, int Rounds, decimal? Amplification,
    IReadOnlyList<decimal> Prices);

/// <summary>
/// Cascade of levered longs as a fixed point (quant reference §22), in exact arithmetic, because at the critical
/// impact every comparison is an equality:
/// <code>
/// p(k+1) = p0·(1 − s) − λ·Σ q_i over liq_i ≥ p(k)
/// </code>
/// λ is price per unit sold. An account is liquidated once, at the first price not above its liquidation price. Prices
/// of a ladder are of any sign: a linear law can fall below zero, and the caller sees that it did.
/// </summary>
public sealed class LiquidationLadder
{
    private readonly LadderStep[] _steps;
    private readonly ExactAmount[] _sold;

    /// <exception cref="ArgumentException">A quantity that is not above 0.</exception>
    public LiquidationLadder(IEnumerable<LadderStep> steps)
    {
        _steps = [.. steps.OrderByDescending(s => s.LiquidationPrice)];
        if (Array.Exists(_steps, s => s.Quantity <= 0m))
        {
            throw new ArgumentException("every step of a ladder sells a quantity above 0", nameof(steps));
        }
        _sold = new ExactAmount[_steps.Length + 1];
        _sold[0] = ExactAmount.Of(0m);
        for (var i = 0; i < _steps.Length; i++)
        {
            _sold[i + 1] = _sold[i] + ExactAmount.Of(_steps[i].Quantity);
        }
    }

    /// <summary>From the highest liquidation price down.</summary>
    public IReadOnlyList<LadderStep> Steps => _steps;

    /// <summary>Liquidation prices first, second, ... last at even distance, one quantity each.</summary>
    public static LiquidationLadder Even(decimal first, decimal second, decimal last, decimal quantity)
    {
        var distance = first - second;
        if (distance <= 0m || last > first)
        {
            throw new ArgumentException($"prices {first}, {second}, ..., {last} do not fall", nameof(second));
        }
        var steps = new List<LadderStep>();
        for (var price = first; price >= last; price -= distance)
        {
            steps.Add(new LadderStep(price, quantity));
        }
        return new LiquidationLadder(steps);
    }

    /// <summary>Expected liquidations that one liquidation causes: λ·ρ, ρ in units per price. 1 runs away.</summary>
    public static double BranchingRatio(double impact, double density) => impact * density;

    /// <summary>The same, exactly.</summary>
    public static decimal BranchingRatio(decimal impact, decimal density) => impact * density;

    /// <param name="start">Price before the shock, above 0.</param>
    /// <param name="shock">Fall as a fraction; 0.05 is 5 % down.</param>
    /// <param name="impact">λ, at least 0.</param>
    public LadderOutcome Run(decimal start, decimal shock, decimal impact)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(start);
        ArgumentOutOfRangeException.ThrowIfNegative(impact);
        var (lambda, shocked) = (ExactAmount.Of(impact), Shocked(start, shock));
        var price = shocked;
        var prices = new List<decimal> { price.ToDecimal() };
        var (liquidated, rounds) = (0, 0);
        for (var reached = Reached(price, 0); reached > liquidated; reached = Reached(price, liquidated))
        {
            liquidated = reached;
            rounds++;
            price = shocked - lambda * _sold[liquidated];
            prices.Add(price.ToDecimal());
        }
        return new LadderOutcome(prices[^1], liquidated, _sold[liquidated].ToDecimal(), rounds,
            shock == 0m ? null : (start - prices[^1]) / (start * shock), prices);
    }

    /// <summary>
    /// The smallest λ at which the shock liquidates the whole ladder: max over the steps of (shocked price − next
    /// liquidation price) / sold before it, as a fraction whose numerator and denominator are exact. Null where the
    /// shock reaches nobody, or everybody by itself needs no impact (then 0).
    /// </summary>
    public (decimal Numerator, decimal Denominator)? CriticalImpact(decimal start, decimal shock)
    {
        var shocked = Shocked(start, shock);
        var reached = Reached(shocked, 0);
        if (reached == 0)
        {
            return null;
        }
        (ExactAmount Gap, ExactAmount Sold) worst = (ExactAmount.Of(0m), ExactAmount.Of(1m));
        for (var i = reached; i < _steps.Length; i++)
        {
            var gap = shocked - ExactAmount.Of(_steps[i].LiquidationPrice);
            if ((gap * worst.Sold).CompareTo(worst.Gap * _sold[i]) > 0)
            {
                worst = (gap, _sold[i]);
            }
        }
        return (worst.Gap.ToDecimal(), worst.Sold.ToDecimal());
    }

    /// <summary>
    /// The shocked price at or below which an impact liquidates the whole ladder: min over the steps of (liquidation
    /// price + λ·sold before it). The critical shock is 1 − it / start. Null for an empty ladder.
    /// </summary>
    public decimal? CriticalPrice(decimal impact)
    {
        var lambda = ExactAmount.Of(impact);
        ExactAmount? least = null;
        for (var i = 0; i < _steps.Length; i++)
        {
            var price = ExactAmount.Of(_steps[i].LiquidationPrice) + lambda * _sold[i];
            least = least is { } known && known.CompareTo(price) <= 0 ? known : price;
        }
        return least?.ToDecimal();
    }

    /// <summary>Units liquidated per price between two prices, (low, high]: ρ around them.</summary>
    public decimal Density(decimal low, decimal high)
    {
        if (low >= high)
        {
            throw new ArgumentException($"{low} is not below {high}", nameof(low));
        }
        return _steps.Where(s => s.LiquidationPrice > low && s.LiquidationPrice <= high).Sum(s => s.Quantity)
            / (high - low);
    }

    private static ExactAmount Shocked(decimal start, decimal shock) =>
        ExactAmount.Of(start) * (ExactAmount.Of(1m) - ExactAmount.Of(shock));

    /// <summary>How many steps have a liquidation price at or above the price.</summary>
    private int Reached(ExactAmount price, int from)
    {
        while (from < _steps.Length && ExactAmount.Of(_steps[from].LiquidationPrice).CompareTo(price) >= 0)
        {
            from++;
        }
        return from;
    }
}
