namespace OrleansLeverage.Domain.Scenarios;

/// <summary>Units held of one instrument, signed.</summary>
public readonly record struct ScenarioHolding(string Instrument, decimal Quantity);

/// <summary>What is held and what margin is asked beside the scenarios; all in the settlement asset.</summary>
public sealed record ScenarioPortfolio
{
    public required IReadOnlyList<ScenarioHolding> Holdings { get; init; }

    public decimal Cash { get; init; }

    /// <summary>Profit of futures that is not settled into cash yet, with accrued funding.</summary>
    public decimal UnsettledProfit { get; init; }

    /// <summary>Margin for orders, spot and market-maker protection, as the venue names them; initial only.</summary>
    public decimal OtherInitial { get; init; }

    /// <summary>Charge for moves of correlated currencies, which only the venue knows.</summary>
    public decimal CorrelationContingency { get; init; }
}

/// <summary>A portfolio's profit in one scenario: as it comes out, and as it counts.</summary>
public readonly record struct ScenarioOutcome(RiskScenario Scenario, decimal Profit, decimal Counted);

/// <summary>One charge beside the worst scenario, with what it is for.</summary>
public readonly record struct MarginCharge(string Name, string Subject, decimal Maintenance, decimal Initial);

/// <summary>
/// Margin of one portfolio, with all that led to it:
/// <code>
/// loss        = −min(0, basis contingency, min over scenarios of what counts)
/// matrix      = loss + roll shock + delta shock + correlation contingency
/// maintenance = matrix·maintenance factor + charges of maintenance
/// initial     = matrix·(initial factor + peg) + charges of maintenance and of initial + other
/// free        = equity − initial          equity = cash + unsettled profit + mark value of options and collateral
/// </code>
/// Source: Derive v2-core src/risk-managers/PMRMLib_2.sol; Deribit private/pme/simulate.
/// </summary>
public sealed record PortfolioMargin
{
    public required decimal Equity { get; init; }

    public required decimal OptionValue { get; init; }

    public required decimal CollateralValue { get; init; }

    public required IReadOnlyList<ScenarioOutcome> Outcomes { get; init; }

    /// <summary>Place of the scenario that loses most; null where none loses, or where the basis is worse.</summary>
    public required int? Worst { get; init; }

    /// <summary>From 0.</summary>
    public required decimal WorstLoss { get; init; }

    /// <summary>At most 0.</summary>
    public required decimal BasisContingency { get; init; }

    public required IReadOnlyList<MarginCharge> Charges { get; init; }

    public required decimal RollShock { get; init; }

    public required decimal DeltaShock { get; init; }

    public required decimal CorrelationContingency { get; init; }

    public required decimal InitialFactor { get; init; }

    public required decimal MaintenanceFactor { get; init; }

    public required decimal OtherInitial { get; init; }

    public required ScenarioExplanation Explanation { get; init; }

    public decimal Matrix => WorstLoss + RollShock + DeltaShock + CorrelationContingency;

    public decimal Maintenance => Matrix * MaintenanceFactor + Charges.Sum(charge => charge.Maintenance);

    public decimal Initial => Matrix * InitialFactor
        + Charges.Sum(charge => charge.Maintenance + charge.Initial) + OtherInitial;

    /// <summary>Equity above initial margin; below 0 nothing may be opened.</summary>
    public decimal FreeOfInitial => Equity - Initial;

    /// <summary>Equity above maintenance margin; below 0 the account is liquidated.</summary>
    public decimal FreeOfMaintenance => Equity - Maintenance;
}

/// <summary>
/// What made the worst scenario: the profit of each holding in it, what discounts, skews, weight, dampener and offset
/// took from or gave to it. The lines add up to what counted, exactly.
/// </summary>
public sealed record ScenarioExplanation(string Scenario, IReadOnlyList<ScenarioLine> Lines)
{
    public decimal Total => Lines.Sum(line => line.Profit);
}

/// <summary>One line of an explanation. Quantity and values per unit are null where a line is not a holding.</summary>
public readonly record struct ScenarioLine(
    string Part, string Subject, decimal Profit, decimal? Quantity = null, decimal? MarkNow = null,
    decimal? MarkThen = null);
