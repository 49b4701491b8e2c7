namespace OrleansLeverage.Domain.Scenarios;

/// <summary>
/// The closed forms of margin by scenarios. Positive is a gain; amounts in the settlement asset.
/// </summary>
public static class ScenarioForms
{
    /// <summary>
    /// Coins that an inverse future of <paramref name="coins"/> gains: coins·(1 − 1/priceFactor), with the difference
    /// before the division so that no move is no gain.
    /// </summary>
    public static decimal InverseProfit(decimal coins, decimal priceFactor) =>
        coins * (Positive(priceFactor, "price factor") - 1m) / priceFactor;

    /// <summary>
    /// What a profit counts for: <paramref name="dampened"/> off towards 0, and of what is left of a gain a share.
    /// </summary>
    public static decimal Counted(decimal profit, decimal gainShare, decimal dampened = 0m) => profit > 0m
        ? Math.Max(profit - dampened, 0m) * gainShare
        : Math.Min(profit + dampened, 0m);

    /// <summary>The largest loss, from 0.</summary>
    public static decimal WorstLoss(IEnumerable<decimal> counted) => -Math.Min(0m, counted.DefaultIfEmpty(0m).Min());

    /// <summary>Σ |net delta|·rate over expiries.</summary>
    public static decimal RollShock(IEnumerable<(decimal NetDelta, decimal Rate)> expiries) =>
        expiries.Sum(expiry => Math.Abs(expiry.NetDelta) * expiry.Rate);

    /// <summary>
    /// The delta that someone who takes the portfolio over must close: futures and short options, less what long
    /// options hedge of them; long options alone need not be closed.
    /// </summary>
    public static decimal DeltaToClose(decimal longOptions, decimal rest) => rest < 0m
        ? Math.Min(Math.Max(longOptions + rest, rest), 0m)
        : Math.Max(Math.Min(longOptions + rest, rest), 0m);

    /// <summary>In base units: |D|·min(max(|D| − threshold/index, 0)·increment, most).</summary>
    public static decimal DeltaShock(decimal delta, decimal index, FuturesTerms terms)
    {
        var above = Math.Max(Math.Abs(delta) - terms.DeltaThreshold / Positive(index, "index"), 0m);
        return Math.Abs(delta) * Math.Min(above * terms.DeltaIncrement, terms.DeltaMost);
    }

    /// <summary>(1 − confidence)·rate·notional below the threshold, else 0.</summary>
    public static decimal ConfidenceCharge(decimal confidence, decimal notional, ContingencyTerms terms) =>
        confidence < terms.ConfidenceThreshold ? (1m - confidence) * terms.ConfidenceRate * notional : 0m;

    private static decimal Positive(decimal value, string what) => value > 0m
        ? value
        : throw new ScenarioException(ScenarioStatus.BadPrice, $"{what} {Decimals.Text(value)} is not above 0");
}
