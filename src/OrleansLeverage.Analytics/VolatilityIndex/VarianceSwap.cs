using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>A strike and its implied volatility, annualised per 1.00.</summary>
public readonly record struct StrikeVolatility(double Strike, double Volatility);

/// <summary>One option of the replicating portfolio: how many, at which price each.</summary>
public readonly record struct ReplicationOption(OptionRight Right, double Strike, double Weight, double Price);

/// <summary>
/// Fair variance of a swap on realised variance from a strip of options, with no model of the volatility:
/// <code>
/// Kvar = (2/T)·((r − q)T − (S·e^((r−q)T)/S* − 1) − ln(S*/S)) + e^(rT)·Σ weight·price
/// </code>
/// Weights are the changes of slope of the chords of f(x) = (2/T)·((x − S*)/S* − ln(x/S*)) between the strikes, so that
/// the portfolio pays at least f on every price within the strikes (and is dearer than an endless strip by what the
/// chords lie above it). S* is the highest put strike, the lowest of the calls.
/// Source: Derman, Kamal and Zou, Goldman Sachs 1999; quant reference §8.
/// </summary>
public sealed record VarianceSwap
{
    private VarianceSwap(IReadOnlyList<ReplicationOption> portfolio, double variance) =>
        (Portfolio, FairVariance) = (portfolio, variance);

    /// <summary>Puts from S* down, then calls from S* up.</summary>
    public IReadOnlyList<ReplicationOption> Portfolio { get; }

    /// <summary>Kvar, annualised: 0.04 is a volatility of 20 %.</summary>
    public double FairVariance { get; }

    public double FairVolatility => Math.Sqrt(FairVariance);

    /// <param name="step">Distance of the strikes that close the strip on both ends.</param>
    /// <param name="rate">Continuous per year, as <paramref name="yield"/>.</param>
    public static VarianceSwap Of(double spot, double years, IEnumerable<StrikeVolatility> puts,
        IEnumerable<StrikeVolatility> calls, double step, double rate = 0.0, double yield = 0.0)
    {
        VolatilityException.Positive(spot, "spot");
        VolatilityException.Positive(step, "strike step");
        if (!(VolatilityException.Finite(years, "years") > 0.0))
        {
            throw new VolatilityException(VolatilityFault.Expired, $"{years} years to expiry");
        }
        var down = puts.OrderByDescending(option => option.Strike).ToArray();
        var up = calls.OrderBy(option => option.Strike).ToArray();
        if (down.Length < 2 || up.Length < 2)
        {
            throw new VolatilityException(VolatilityFault.TooFewQuotes,
                $"{down.Length} puts and {up.Length} calls; at least two of each");
        }
        if (down[0].Strike != up[0].Strike)
        {
            throw new VolatilityException(VolatilityFault.PillarOrder,
                $"the highest put {down[0].Strike} and the lowest call {up[0].Strike} are one strike");
        }
        var center = down[0].Strike;
        double Payoff(double price) => 2.0 / years * (((price - center) / center) - Math.Log(price / center));
        ReplicationOption[] portfolio =
        [
            .. Side(OptionRight.Put, down, -step),
            .. Side(OptionRight.Call, up, step),
        ];
        var carry = (rate - yield) * years;
        var cost = FixedOrderSum.Of(portfolio.Select(option => option.Weight * option.Price));
        var variance = (2.0 / years * (carry - ((spot * Math.Exp(carry) / center) - 1.0) - Math.Log(center / spot)))
            + (Math.Exp(rate * years) * cost);
        return variance >= 0.0
            ? new VarianceSwap(portfolio, variance)
            : throw new VolatilityException(VolatilityFault.NegativeVariance, $"the strip sums to {variance}");

        IEnumerable<ReplicationOption> Side(OptionRight right, StrikeVolatility[] options, double outward)
        {
            var held = 0.0;
            for (var i = 0; i < options.Length; i++)
            {
                var here = VolatilityException.Positive(options[i].Strike, "strike");
                var beyond = i + 1 < options.Length ? options[i + 1].Strike : here + outward;
                if (!((beyond - here) * outward > 0.0) || !(beyond > 0.0))
                {
                    throw new VolatilityException(VolatilityFault.Duplicate,
                        $"strike {beyond} after {here} does not lead outwards, or not above 0");
                }
                var weight = ((Payoff(beyond) - Payoff(here)) / Math.Abs(beyond - here)) - held;
                held += weight;
                var option = new EuropeanOption(right, spot, here, years,
                    VolatilityException.Positive(options[i].Volatility, "volatility"), rate, yield);
                yield return new ReplicationOption(right, here, weight, new BlackScholes(option).Price);
            }
        }
    }
}
