namespace OrleansLeverage.Domain.Scenarios;

/// <summary>Margin of a portfolio from the matrix of its underlying. Exact; the same for whoever asks.</summary>
public static class ScenarioMargin
{
    /// <exception cref="ScenarioException">
    /// A holding without a column, negative collateral, or amounts too large to be exact.
    /// </exception>
    public static PortfolioMargin Of(ScenarioMatrix matrix, ScenarioPortfolio portfolio)
    {
        try
        {
            return Of(matrix, portfolio, ScenarioBook.Of(matrix, portfolio.Holdings));
        }
        catch (OverflowException error)
        {
            throw new ScenarioException(ScenarioStatus.TooLarge,
                $"quantities and prices are too large for an exact margin ({error.Message})");
        }
    }

    private static PortfolioMargin Of(ScenarioMatrix matrix, ScenarioPortfolio portfolio, ScenarioBook book)
    {
        var rules = matrix.Rules;
        var outcomes = Enumerable.Range(0, rules.Scenarios.Count).Select(s => Outcome(matrix, book, s)).ToArray();
        var basis = Basis(rules, book);
        var loss = Math.Max(ScenarioForms.WorstLoss(outcomes.Select(outcome => outcome.Counted)), -basis);
        // the first of equals; the basis only where it is worse than every scenario
        int? worst = loss > 0m && Array.FindIndex(outcomes, outcome => outcome.Counted == -loss) is var at and >= 0
            ? at
            : null;
        var (initial, maintenance) = matrix.Factors;
        var optionValue = book.Groups.Sum(group => group.OptionMark);
        var collateral = book.Groups.Sum(group => group.CollateralMark);
        return new PortfolioMargin
        {
            Equity = portfolio.Cash + portfolio.UnsettledProfit + optionValue + collateral,
            OptionValue = optionValue,
            CollateralValue = collateral,
            Outcomes = outcomes,
            Worst = worst,
            WorstLoss = loss,
            BasisContingency = basis,
            Charges = ScenarioCharges.Of(matrix, book),
            RollShock = rules.Futures is null ? 0m : InSettlement(matrix, ScenarioForms.RollShock(
                book.Groups.Select(group => (group.Delta, group.Terms.RollRate)))),
            DeltaShock = rules.Futures is { } futures
                ? InSettlement(matrix, ScenarioForms.DeltaShock(
                    ScenarioForms.DeltaToClose(book.LongOptionDelta, book.Delta - book.LongOptionDelta),
                    matrix.Market.Spot, futures))
                : 0m,
            CorrelationContingency = portfolio.CorrelationContingency,
            InitialFactor = initial,
            MaintenanceFactor = maintenance,
            OtherInitial = portfolio.OtherInitial,
            Explanation = worst is { } index ? Explain(matrix, book, outcomes[index], index)
                : ExplainBasis(rules, book, basis, loss),
        };
    }

    private static ScenarioOutcome Outcome(ScenarioMatrix matrix, ScenarioBook book, int index)
    {
        var rules = matrix.Rules;
        var scenario = rules.Scenarios[index];
        var profit = 0m;
        foreach (var group in book.Groups)
        {
            profit += Profit(scenario, group, index);
        }
        profit *= scenario.Counts(rules.Settlement);
        return new ScenarioOutcome(scenario, profit,
            ScenarioForms.Counted(profit, rules.Offset.GainShare, matrix.Dampened(scenario)));
    }

    private static decimal Profit(RiskScenario scenario, ScenarioBook.Group group, int index)
    {
        var value = group.Value(index);
        var profit = value * group.Discount(value) - group.OptionMark;
        return (scenario.IsSkew && group.Terms.HoldsOptions ? -Math.Abs(profit) : profit) + group.Linear(index);
    }

    private static decimal Basis(ScenarioRules rules, ScenarioBook book) => rules.Basis is not { } terms ? 0m
        : book.Groups.Where(group => group.Terms.HoldsOptions).Sum(group => BasisOf(terms, group));

    private static decimal BasisOf(BasisTerms terms, ScenarioBook.Group group) =>
        Math.Min(Math.Min(group.BasisUp - group.OptionMark, group.BasisDown - group.OptionMark), 0m)
        * (terms.Add + terms.Scale * group.Terms.Years);

    private static decimal InSettlement(ScenarioMatrix matrix, decimal baseUnits) =>
        matrix.Rules.Settlement == ContractStyle.Inverse ? baseUnits : baseUnits * matrix.Market.Spot;

    private static ScenarioExplanation Explain(ScenarioMatrix matrix, ScenarioBook book, ScenarioOutcome outcome,
        int index)
    {
        var lines = new List<ScenarioLine>();
        var sum = 0m;
        foreach (var group in book.Groups)
        {
            foreach (var (unit, quantity) in group.Holdings)
            {
                if (unit.Kind == ScenarioUnitKind.Collateral && unit.Collateral is { CancelsRisk: false })
                {
                    continue;
                }
                var isLinear = unit.Kind != ScenarioUnitKind.Option;
                Add("holding", unit.Instrument, quantity * (unit.Values[index] - (isLinear ? 0m : unit.Mark)),
                    quantity, isLinear ? null : unit.Mark, isLinear ? null : unit.Values[index]);
            }
            var value = group.Value(index);
            var discount = value * group.Discount(value) - value;
            Add("static discount", group.Terms.Name, discount);
            var profit = value + discount - group.OptionMark;
            Add("skew taken as a loss", group.Terms.Name,
                outcome.Scenario.IsSkew && group.Terms.HoldsOptions && profit > 0m ? -2m * profit : 0m);
        }
        Add("weight of the scenario", outcome.Scenario.Name, outcome.Profit - sum);
        var dampened = ScenarioForms.Counted(outcome.Profit, 1m, matrix.Dampened(outcome.Scenario));
        Add("dampener", outcome.Scenario.Name, dampened - outcome.Profit);
        Add("gain offset", outcome.Scenario.Name, outcome.Counted - dampened);
        return new ScenarioExplanation(outcome.Scenario.Name, lines);

        void Add(string part, string subject, decimal profit, decimal? quantity = null, decimal? now = null,
            decimal? then = null)
        {
            if (quantity is null && profit == 0m)
            {
                return;
            }
            sum += profit;
            lines.Add(new ScenarioLine(part, subject, profit, quantity, now, then));
        }
    }

    private static ScenarioExplanation ExplainBasis(ScenarioRules rules, ScenarioBook book, decimal basis,
        decimal loss) => loss == 0m
        ? new ScenarioExplanation("none loses", [])
        : new ScenarioExplanation("basis contingency", [.. book.Groups
            .Where(group => group.Terms.HoldsOptions && basis < 0m)
            .Select(group => new ScenarioLine("basis", group.Terms.Name, BasisOf(rules.Basis!, group)))
            .Where(line => line.Profit != 0m)]);
}
