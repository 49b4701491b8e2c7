namespace OrleansLeverage.Domain.Scenarios;

public enum ScenarioUnitKind
{
    Option,
    Future,
    Collateral,
}

/// <summary>
/// What one unit of an instrument is worth in every scenario, in the settlement asset. Of futures the profit alone, so
/// their <see cref="Mark"/> is 0.
/// </summary>
public sealed record ScenarioUnit
{
    public required string Instrument { get; init; }

    public required ScenarioUnitKind Kind { get; init; }

    /// <summary>Place of its expiry in <see cref="ScenarioMatrix.Groups"/>.</summary>
    public required int Group { get; init; }

    public required decimal Mark { get; init; }

    /// <summary>By scenario.</summary>
    public required IReadOnlyList<decimal> Values { get; init; }

    /// <summary>After the two moves of <see cref="BasisTerms"/>; without any of futures and collateral.</summary>
    public decimal BasisUp { get; init; }

    public decimal BasisDown { get; init; }

    /// <summary>Base units of the underlying that one unit moves like.</summary>
    public decimal Delta { get; init; }

    public decimal? Strike { get; init; }

    /// <summary>Of the future's price or the series' volatility.</summary>
    public decimal Confidence { get; init; } = 1m;

    public CollateralState? Collateral { get; init; }
}

/// <summary>What is netted with each other before it is discounted: an expiry, or what never expires.</summary>
public sealed record ScenarioGroup(string Name)
{
    public decimal Years { get; init; }

    /// <summary>What counts of a positive and of a negative value in a scenario.</summary>
    public decimal LongDiscount { get; init; } = 1m;

    public decimal ShortDiscount { get; init; } = 1m;

    /// <summary>Share of the net delta that rolling it costs.</summary>
    public decimal RollRate { get; init; }

    /// <summary>Lowest of forward and rate; spot and volatilities come with the holdings.</summary>
    public decimal Confidence { get; init; } = 1m;

    /// <summary>True for an expiry of options: discounted, turned by skews, charged for its basis.</summary>
    public bool HoldsOptions { get; init; }
}

/// <summary>
/// Instruments × scenarios of one underlying at one frame: computed once in double, quantised once to
/// <see cref="Scale"/> digits, and exact from here on, so that every layer decides on the same numbers.
/// </summary>
public sealed class ScenarioMatrix
{
    /// <summary>Digits after the point of every value.</summary>
    public const int Scale = 12;

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    public ScenarioMatrix(ScenarioRules rules, ScenarioMarket market, IReadOnlyList<ScenarioGroup> groups,
        IReadOnlyList<ScenarioUnit> units)
    {
        Rules = rules;
        Market = market;
        Groups = groups;
        Units = units;
        for (var i = 0; i < units.Count; i++)
        {
            if (units[i].Values.Count != rules.Scenarios.Count)
            {
                throw new ArgumentException(
                    $"{units[i].Instrument} has {units[i].Values.Count} values of {rules.Scenarios.Count} scenarios");
            }
            if (!_index.TryAdd(units[i].Instrument, i))
            {
                throw new ScenarioException(ScenarioStatus.Duplicate,
                    $"{Shown.Text(units[i].Instrument)} has two columns");
            }
        }
    }

    public ScenarioRules Rules { get; }

    public ScenarioMarket Market { get; }

    public IReadOnlyList<ScenarioGroup> Groups { get; }

    public IReadOnlyList<ScenarioUnit> Units { get; }

    /// <exception cref="ScenarioException">No column of that name.</exception>
    public ScenarioUnit Unit(string instrument) => Units[Place(instrument)];

    /// <summary>Whether an instrument has a column.</summary>
    public bool Has(string instrument) => _index.ContainsKey(instrument);

    /// <summary>Place of an instrument in <see cref="Units"/>.</summary>
    /// <exception cref="ScenarioException">No column of that name.</exception>
    public int Place(string instrument) => _index.TryGetValue(instrument, out var index)
        ? index
        : throw new ScenarioException(ScenarioStatus.UnknownInstrument,
            $"'{Shown.Text(instrument)}' has no price, no expiry or no volatility here");

    /// <summary>What the worst loss is multiplied by; a stablecoin off its peg raises that of initial margin.</summary>
    public (decimal Initial, decimal Maintenance) Factors => (Rules.InitialFactor + (Rules.Contingency is { } terms
        ? Math.Max(terms.PegThreshold - Market.StablePrice, 0m) * terms.PegRate
        : 0m), Rules.MaintenanceFactor);

    /// <summary>
    /// What is taken off a profit in a scenario; the dampener is in the quote, of coins at the price of the table's
    /// edge.
    /// </summary>
    public decimal Dampened(RiskScenario scenario)
    {
        var dampened = scenario.Dampening * Rules.Offset.Dampener;
        return Rules.Settlement == ContractStyle.Linear || dampened == 0m
            ? dampened
            : dampened / ((scenario.EdgeFactor ?? 1m) * Market.Spot);
    }

    /// <summary>
    /// Charged for one unit whatever else is held: a future's notional, a haircut. Initial margin on top of
    /// maintenance; doubt of the oracles is left out.
    /// </summary>
    public (decimal Maintenance, decimal Initial) ChargePerUnit(ScenarioUnit unit, bool isLong) =>
        Rules.Contingency is not { } terms ? (0m, 0m) : unit.Kind switch
        {
            ScenarioUnitKind.Future => (terms.FutureMaintenance * Market.Spot, terms.FutureInitial * Market.Spot),
            ScenarioUnitKind.Collateral when isLong => (unit.Mark * (unit.Collateral?.MaintenanceHaircut ?? 0m),
                unit.Mark * (unit.Collateral?.InitialHaircut ?? 0m)),
            _ => (0m, 0m),
        };

    /// <summary>Charged for a short option of a strike that nothing pairs with; likewise.</summary>
    public (decimal Maintenance, decimal Initial) NakedPerUnit => Rules.Contingency is { } terms
        ? (terms.NakedMaintenance * Market.Spot, terms.NakedInitial * Market.Spot)
        : (0m, 0m);
}
