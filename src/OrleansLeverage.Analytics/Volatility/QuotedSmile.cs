using MathNet.Numerics.Interpolation;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>A quoted volatility at a strike, annualised per 1.00.</summary>
public readonly record struct SmileNode(double Strike, double Volatility);

/// <summary>
/// The smile through quoted volatilities. Between strikes total variance is a monotone cubic of log-moneyness
/// (Fritsch and Carlson, MathNet): it goes through every quote and does not overshoot between two. Outside the quotes
/// the last volatility is held, flagged <see cref="SmileFlags.Extrapolated"/>.
/// </summary>
public sealed class QuotedSmile : VolatilitySmile
{
    private readonly SmileNode[] _nodes;
    private readonly IInterpolation? _variance;

    /// <exception cref="VolatilityException">No quote, one twice, or one that is no number above 0.</exception>
    public QuotedSmile(ForwardMarket market, IEnumerable<SmileNode> nodes) : base(market)
    {
        _nodes = [.. nodes.OrderBy(node => VolatilityException.Positive(node.Strike, "strike"))];
        if (_nodes.Length == 0)
        {
            throw new VolatilityException(VolatilityFault.TooFewQuotes, "a smile has at least one quote");
        }
        for (var i = 0; i < _nodes.Length; i++)
        {
            VolatilityException.Volatility(_nodes[i].Volatility, "volatility");
            if (i > 0 && _nodes[i].Strike == _nodes[i - 1].Strike)
            {
                throw new VolatilityException(VolatilityFault.Duplicate, $"strike {_nodes[i].Strike} stands twice");
            }
        }
        var moneyness = _nodes.Select(node => Moneyness(node.Strike)).ToArray();
        var variance = _nodes.Select(node => node.Volatility * node.Volatility * market.Years).ToArray();
        _variance = _nodes.Length switch
        {
            1 => null,
            2 => LinearSpline.InterpolateSorted(moneyness, variance),
            _ => CubicSpline.InterpolatePchipSorted(moneyness, variance),
        };
    }

    /// <summary>By strike, ascending.</summary>
    public IReadOnlyList<SmileNode> Nodes => _nodes;

    public override double Slope(double strike)
    {
        var point = At(strike);
        return _variance is null || point.Flags != SmileFlags.None
            ? 0.0
            : _variance.Differentiate(Moneyness(strike)) / (2.0 * point.Volatility * Market.Years * strike);
    }

    protected override SmilePoint Evaluate(double strike)
    {
        var (first, last) = (_nodes[0], _nodes[^1]);
        if (strike <= first.Strike || strike >= last.Strike || _variance is null)
        {
            var isOutside = strike < first.Strike || strike > last.Strike;
            return new SmilePoint(strike <= first.Strike ? first.Volatility : last.Volatility,
                isOutside ? SmileFlags.Extrapolated : SmileFlags.None);
        }
        return new SmilePoint(Math.Sqrt(_variance.Interpolate(Moneyness(strike)) / Market.Years), SmileFlags.None);
    }

    private double Moneyness(double strike) => Math.Log(strike / Market.Forward);
}
