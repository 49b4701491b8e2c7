using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Stress;

/// <summary>What kind of thing happens in a scenario.</summary>
public enum StressKind
{
    /// <summary>Prices move, feed by feed.</summary>
    Grid,

    /// <summary>Every feed moves in the same direction by its beta: no diversification is left.</summary>
    CorrelationOne,

    /// <summary>A day that happened.</summary>
    Historical,

    /// <summary>A collateral or stablecoin loses its price.</summary>
    CollateralDepeg,

    /// <summary>Prices move while nobody can be liquidated: losses are taken at the far end.</summary>
    VenueOutage,

    /// <summary>Prices move and the venue does not see it: nobody is found below the line.</summary>
    OracleFreeze,

    /// <summary>One side pays the other.</summary>
    FundingSpike,

    /// <summary>Contracts trade away from their index, collateral does not.</summary>
    BasisGap,
}

/// <summary>
/// One scenario. Moves are fractions, negative is a fall. What the venue sees differs from what happens only where an
/// oracle is frozen.
/// </summary>
/// <param name="Moves">By feed, what happens.</param>
/// <param name="SeenMoves">By feed, what margin is tested at; null where it is what happens.</param>
/// <param name="Basis">Move of contracts' marks against their feeds.</param>
/// <param name="FundingRate">Paid by longs on notional, in all; negative is paid by shorts.</param>
public sealed record StressScenario(
    string Name, StressKind Kind, IReadOnlyList<double> Moves, IReadOnlyList<double>? SeenMoves = null,
    double Basis = 0.0, double FundingRate = 0.0, string Note = "")
{
    public static StressScenario Together(string name, StressKind kind, IReadOnlyList<double> betas, double move) =>
        new(name, kind, [.. betas.Select(beta => Math.Max(-0.99, beta * move))]);
}

/// <param name="Liquidated">Buckets below their line at the prices that the venue sees.</param>
/// <param name="Undetected">Buckets below their line in truth that the venue does not see.</param>
/// <param name="Bankrupt">Buckets without equity in truth; <paramref name="Deficit"/> is what they owe.</param>
/// <param name="Leverage">Σ gross / Σ equity of who has equity; null where nobody has.</param>
public sealed record StressOutcome(
    StressScenario Scenario, double Equity, double GrossNotional, double? Leverage, Counted Liquidated,
    Counted Undetected, Counted Bankrupt, double Deficit, double LongLiquidated, double ShortLiquidated)
{
    /// <summary>Insurance fund / deficit; null without a deficit.</summary>
    public double? FundCoverage(double fund) => Deficit > 0.0 ? fund / Deficit : null;
}

/// <summary>
/// Stress by full repricing: every bucket at the scenario's prices with its brackets there. Nobody acts in between, so
/// a deficit is what a gap to the prices would leave. Quant reference §20.
/// </summary>
public static class StressTest
{
    public static StressOutcome Run(ExposureBook book, StressScenario scenario)
    {
        var prices = book.Moved(scenario.Moves);
        var seen = scenario.SeenMoves is { } moves ? book.Moved(moves) : prices;
        var required = book.Options?.Required(prices);
        var asked = scenario.SeenMoves is null ? required : book.Options?.Required(seen);
        var sums = new Sums();
        for (var bucket = 0; bucket < book.Count; bucket++)
        {
            var value = book.Value(bucket, prices, scenario.Basis, scenario.FundingRate, required);
            var shown = scenario.SeenMoves is null ? value
                : book.Value(bucket, seen, scenario.Basis, scenario.FundingRate, asked);
            sums.Add(value, shown);
        }
        return sums.Outcome(scenario);
    }

    /// <summary>Liquidation is decided below the line, strictly, and never without a position.</summary>
    internal static bool IsBelow(in BucketValue value) => value.GrossNotional > 0.0 && value.Surplus < 0.0;

    private sealed class Sums
    {
        private FixedOrderSum _equity;
        private FixedOrderSum _solvent;
        private FixedOrderSum _gross;
        private FixedOrderSum _deficit;
        private FixedOrderSum _longs;
        private FixedOrderSum _shorts;
        private FixedOrderSum _liquidated;
        private FixedOrderSum _undetected;
        private FixedOrderSum _bankrupt;
        private FixedOrderSum _solventGross;
        private (long Liquidated, long Undetected, long Bankrupt) _counts;

        public void Add(in BucketValue value, in BucketValue seen)
        {
            _equity.Add(value.Equity);
            _gross.Add(value.GrossNotional);
            if (value.Equity > 0.0)
            {
                _solvent.Add(value.Equity);
                _solventGross.Add(value.GrossNotional);
            }
            else if (value.Equity < 0.0)
            {
                _counts.Bankrupt++;
                _bankrupt.Add(value.GrossNotional);
                _deficit.Add(-value.Equity);
            }
            if (IsBelow(seen))
            {
                _counts.Liquidated++;
                _liquidated.Add(value.GrossNotional);
                _longs.Add(value.LongNotional);
                _shorts.Add(value.ShortNotional);
            }
            else if (IsBelow(value))
            {
                _counts.Undetected++;
                _undetected.Add(value.GrossNotional);
            }
        }

        public StressOutcome Outcome(StressScenario scenario) => new(scenario, _equity.Value, _gross.Value,
            _solvent.Value > 0.0 ? _solventGross.Value / _solvent.Value : null,
            new Counted(_counts.Liquidated, _liquidated.Value), new Counted(_counts.Undetected, _undetected.Value),
            new Counted(_counts.Bankrupt, _bankrupt.Value), _deficit.Value, _longs.Value, _shorts.Value);
    }
}
