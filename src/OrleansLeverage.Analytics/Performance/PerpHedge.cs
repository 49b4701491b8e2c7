using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Performance;

/// <summary>What a hedge saw at one instant, and what it did there.</summary>
/// <param name="Index">Spot price of the coin.</param>
/// <param name="Mark">Price of the perpetual.</param>
/// <param name="FundingRate">Settled here on what was carried into it; positive: longs pay.</param>
/// <param name="Position">
/// Contracts held from here on, negative is short: coins where linear, USD where inverse.
/// </param>
/// <param name="Fill">Price at which the position was changed; null is the mark.</param>
public readonly record struct HedgeObservation(
    double Index, double Mark, double FundingRate, double Position, double? Fill = null);

/// <summary>Where a hedge's result of one interval came from; USD, parts add up to <see cref="Total"/>.</summary>
/// <param name="Drift">Coins that the position did not offset, times the move of the index.</param>
/// <param name="Basis">What the perpetual moved other than the index.</param>
public readonly record struct HedgeParts(double Drift, double Basis, double Funding, double Fee, double Slippage)
{
    public double Total => Drift + Basis + Funding + Fee + Slippage;

    public static HedgeParts operator +(HedgeParts a, HedgeParts b) => new(a.Drift + b.Drift, a.Basis + b.Basis,
        a.Funding + b.Funding, a.Fee + b.Fee, a.Slippage + b.Slippage);
}

/// <summary>
/// Coins held against a perpetual, interval by interval. With Q coins, q contracts, index S and mark P:
/// <code>
/// linear    Q·ΔS + q·ΔP             drift (Q + q)·ΔS             basis q·(ΔP − ΔS)
/// inverse   Q·ΔS + q·(1/P − 1/P')·S'    drift (Q + q/S)·ΔS       basis the rest
/// funding −q·P·f (inverse −q·f/P coins)     slippage Δq·(P − fill)     fee −|Δq|·P·rate
/// </code>
/// An inverse contract settles in coins, which are added to Q: hedged at first, it drifts as the price moves (its
/// convexity). Quant reference §16.
/// </summary>
public sealed record PerpHedge(IReadOnlyList<HedgeParts> Intervals, HedgeParts Total, double Coins,
    double? TrackingError)
{
    /// <param name="coins">Held at the beginning.</param>
    /// <param name="feeRate">Of the notional traded.</param>
    public static PerpHedge Attribute(ContractStyle style, double coins, IReadOnlyList<HedgeObservation> observations,
        double feeRate)
    {
        if (observations.Count < 2)
        {
            throw new ArgumentException($"{observations.Count} observations, at least 2", nameof(observations));
        }
        foreach (var seen in observations)
        {
            if (!(seen.Index > 0.0) || !(seen.Mark > 0.0) || !(seen.Fill is null or > 0.0)
                || !double.IsFinite(seen.Index + seen.Mark + seen.FundingRate + seen.Position + (seen.Fill ?? 0.0)))
            {
                throw new ArgumentException($"{seen}: prices are above 0 and everything is finite",
                    nameof(observations));
            }
        }
        var isLinear = style == ContractStyle.Linear;
        var intervals = new List<HedgeParts>();
        var opening = Trade(isLinear, 0.0, observations[0], feeRate, ref coins);
        for (var i = 1; i < observations.Count; i++)
        {
            var parts = Carry(isLinear, observations[i - 1], observations[i], ref coins)
                + Trade(isLinear, observations[i - 1].Position, observations[i], feeRate, ref coins);
            intervals.Add(i == 1 ? parts + opening : parts);
        }
        var total = intervals.Aggregate((a, b) => a + b);
        return new PerpHedge(intervals, total, coins,
            SampleMoments.Of([.. intervals.Select(parts => parts.Total)]).Deviation);
    }

    private static HedgeParts Carry(bool isLinear, HedgeObservation from, HedgeObservation to, ref double coins)
    {
        var (move, q) = (to.Index - from.Index, from.Position);
        if (isLinear)
        {
            return new HedgeParts((coins + q) * move, q * (to.Mark - from.Mark - move), -q * to.Mark * to.FundingRate,
                0.0, 0.0);
        }
        var gained = q * ((1.0 / from.Mark) - (1.0 / to.Mark));
        var funding = -q / to.Mark * to.FundingRate;
        var parts = new HedgeParts((coins + (q / from.Index)) * move, (gained * to.Index) - (q / from.Index * move),
            funding * to.Index, 0.0, 0.0);
        coins += gained + funding;
        return parts;
    }

    private static HedgeParts Trade(bool isLinear, double before, HedgeObservation at, double feeRate,
        ref double coins)
    {
        var (change, fill) = (at.Position - before, at.Fill ?? at.Mark);
        if (isLinear)
        {
            return new HedgeParts(0.0, 0.0, 0.0, -Math.Abs(change) * fill * feeRate, change * (at.Mark - fill));
        }
        var slipped = change * ((1.0 / fill) - (1.0 / at.Mark));
        var fee = -Math.Abs(change) / fill * feeRate;
        coins += slipped + fee;
        return new HedgeParts(0.0, 0.0, 0.0, fee * at.Index, slipped * at.Index);
    }
}
