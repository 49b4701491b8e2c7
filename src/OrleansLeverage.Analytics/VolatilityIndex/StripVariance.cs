using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.VolatilityIndex;

public enum StripSide
{
    Put,

    /// <summary>At K0: the mean of put and call.</summary>
    Both,
    Call,
}

/// <summary>One strike's part of the sum: ΔK/K²·e^(rT)·Q(K).</summary>
public readonly record struct StripContribution(
    double Strike, StripSide Side, double Width, double Price, double Amount);

/// <summary>
/// Variance of one expiry from its strip, as Cboe computes the VIX:
/// <code>
/// F = K + e^(rT)(C − P) at the strike of the smallest |C − P|;   K0 = highest strike ≤ F
/// σ² = (2/T)·Σ ΔK/K²·e^(rT)·Q(K) − (1/T)(F/K0 − 1)²
/// </code>
/// Q is the price of the out-of-the-money option (at K0 the mean of both); outward from K0 what has no bid is left out
/// and two such in a row end the side; ΔK is half the distance of the neighbours used, one-sided at the ends.
/// Source: Cboe VIX white paper, quant reference §8.
/// </summary>
public sealed record StripVariance
{
    private StripVariance(OptionStrip strip)
    {
        Strip = strip;
    }

    public OptionStrip Strip { get; }

    public double Forward { get; private init; }

    /// <summary>K0.</summary>
    public double CentralStrike { get; private init; }

    /// <summary>By strike, ascending.</summary>
    public IReadOnlyList<StripContribution> Contributions { get; private init; } = [];

    /// <summary>(2/T)·Σ.</summary>
    public double ReplicationTerm { get; private init; }

    /// <summary>(1/T)(F/K0 − 1)².</summary>
    public double ForwardTerm { get; private init; }

    /// <summary>σ², annualised.</summary>
    public double Variance => ReplicationTerm - ForwardTerm;

    /// <summary>100·σ: of this expiry alone.</summary>
    public double Points => 100.0 * Math.Sqrt(Variance);

    public StripCompleteness Completeness { get; private init; } = null!;

    /// <exception cref="VolatilityException">No strike with both, none below the forward, variance below 0.</exception>
    public static StripVariance Of(OptionStrip strip, CompletenessRule? rule = null)
    {
        var forward = ForwardOf(strip);
        var center = strip.Rows.ToList().FindLastIndex(row => row.Strike <= forward);
        if (center < 0)
        {
            throw new VolatilityException(VolatilityFault.NoStrikeBelowForward,
                $"the forward {forward} is below the lowest strike {strip.Rows[0].Strike}");
        }
        var used = Contribute(strip, Select(strip, center));
        var sum = FixedOrderSum.Of(used.Select(part => part.Amount));
        var central = strip.Rows[center].Strike;
        var value = new StripVariance(strip)
        {
            Forward = forward,
            CentralStrike = central,
            Contributions = used,
            ReplicationTerm = 2.0 / strip.Years * sum,
            ForwardTerm = Math.Pow((forward / central) - 1.0, 2) / strip.Years,
        };
        VolatilityException.Finite(value.Variance, "the strip's sum");
        return value.Variance >= 0.0
            ? value with { Completeness = Measure(value, rule ?? CompletenessRule.Standard) }
            : throw new VolatilityException(VolatilityFault.NegativeVariance, $"the strip sums to {value.Variance}");
    }

    /// <summary>ΔK/K²·e^(rT)·Q.</summary>
    public static double Contribution(double strike, double width, double price, double growth = 1.0) =>
        width / (strike * strike) * growth * price;

    private static double ForwardOf(OptionStrip strip)
    {
        (double Distance, double Forward)? best = null;
        foreach (var row in strip.Rows)
        {
            if (row is { IsPaired: true, Call.Value: { } call, Put.Value: { } put }
                && (best is null || Math.Abs(call - put) < best.Value.Distance))
            {
                best = (Math.Abs(call - put), row.Strike + (strip.Growth * (call - put)));
            }
        }
        return best?.Forward ?? throw new VolatilityException(VolatilityFault.NoPairedStrike,
            $"none of {strip.Rows.Count} strikes has both a bid call and a bid put");
    }

    private static List<(double Strike, StripSide Side, double Price)> Select(OptionStrip strip, int center)
    {
        var used = new List<(double, StripSide, double)>();
        var unbid = 0;
        for (var i = center - 1; i >= 0 && unbid < 2; i--)
        {
            unbid = Take(strip.Rows[i].Strike, StripSide.Put, strip.Rows[i].Put, unbid);
        }
        used.Reverse();
        if (Central(strip.Rows[center]) is { } price)
        {
            used.Add((strip.Rows[center].Strike, StripSide.Both, price));
        }
        unbid = 0;
        for (var i = center + 1; i < strip.Rows.Count && unbid < 2; i++)
        {
            unbid = Take(strip.Rows[i].Strike, StripSide.Call, strip.Rows[i].Call, unbid);
        }
        return used;

        int Take(double strike, StripSide side, StripPrice option, int before)
        {
            if (option is { IsUsable: true, Value: { } value })
            {
                used.Add((strike, side, value));
                return 0;
            }
            // what is missing or refused was not seen to be unbid, so that it does not end the strip
            return option.State == StripPriceState.NoBid ? before + 1 : before;
        }
    }

    // with one side only, that one: parity makes them one price but for the distance of K0 to the forward
    private static double? Central(StripRow row) => row.Call.Value is { } call
        ? row.Put.Value is { } put ? (call + put) / 2.0 : call
        : row.Put.Value;

    private static StripContribution[] Contribute(OptionStrip strip,
        List<(double Strike, StripSide Side, double Price)> used)
    {
        if (used.Count < 2)
        {
            throw new VolatilityException(VolatilityFault.TooFewQuotes, $"{used.Count} strikes have a usable price");
        }
        return [.. used.Select((option, i) =>
        {
            var (low, high) = (Math.Max(i - 1, 0), Math.Min(i + 1, used.Count - 1));
            var width = (used[high].Strike - used[low].Strike) / (high - low);
            return new StripContribution(option.Strike, option.Side, width, option.Price,
                Contribution(option.Strike, width, option.Price, strip.Growth));
        })];
    }

    private static StripCompleteness Measure(StripVariance value, CompletenessRule rule)
    {
        var used = value.Contributions;
        var deltas = used.Select(part => Delta(value, part)).ToArray();
        // spacing matters inside the wings; far out, where options are worth nothing, exchanges list few strikes
        var gap = 0.0;
        for (var i = 1; i < used.Count; i++)
        {
            if (Math.Max(deltas[i - 1], deltas[i]) >= rule.WingDeltaMax)
            {
                gap = Math.Max(gap, (used[i].Strike - used[i - 1].Strike) / value.CentralStrike);
            }
        }
        var paired = value.Strip.Rows.Count(row => row.IsPaired);
        var discarded = value.Strip.Rows.Sum(row =>
            (row.Call.IsDiscarded ? 1 : 0) + (row.Put.IsDiscarded ? 1 : 0));
        var lacks = (paired < rule.PairedStrikesMin ? StripLacks.FewPairedStrikes : 0)
            | (gap > rule.GapMax ? StripLacks.WideGap : 0)
            | (deltas[0] > rule.WingDeltaMax ? StripLacks.PutWing : 0)
            | (deltas[^1] > rule.WingDeltaMax ? StripLacks.CallWing : 0)
            | (gap > rule.GapWarning ? StripLacks.CoarseStrikes : 0)
            | (discarded > 0 ? StripLacks.DiscardedQuotes : 0);
        return new StripCompleteness(paired, gap, used[0].Strike, used[^1].Strike, deltas[0], deltas[^1], discarded,
            lacks);
    }

    // |forward delta| of the option out of the money at its own volatility, else at the strip's
    private static double Delta(StripVariance value, StripContribution part)
    {
        var right = part.Side == StripSide.Put ? OptionRight.Put : OptionRight.Call;
        var years = value.Strip.Years;
        var implied = ImpliedVolatility.OfForward(
            right, value.Forward, part.Strike, years, part.Price * value.Strip.Growth);
        var volatility = implied.Status == ImpliedVolatilityStatus.Solved
            ? implied.Value!.Value
            : Math.Sqrt(value.Variance);
        return EuropeanOption.Check(value.Forward, part.Strike, years, volatility) is var fault
            && fault == OptionFault.None
                ? Math.Abs(new BlackScholes(
                    EuropeanOption.OnForward(right, value.Forward, part.Strike, years, volatility)).Delta)
                : throw new VolatilityException(VolatilityFault.OutOfRange,
                    $"{fault}: forward {value.Forward}, strike {part.Strike}, years {years}, volatility {volatility}");
    }
}
