using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Options;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.App.Margin;

/// <summary>A margin as JSON, rows and words. Money as decimal text.</summary>
internal static class MarginAnswer
{
    private const int ShownDigits = 12;

    public static object Json(ScenarioRules rules, PortfolioMargin margin, bool explains) => new
    {
        model = "portfolio",
        rules = rules.Name,
        settlement = rules.Settlement == ContractStyle.Linear ? "quote" : "coin",
        equity = Text(margin.Equity),
        initialMargin = Text(margin.Initial),
        maintenanceMargin = Text(margin.Maintenance),
        freeCollateral = Text(margin.FreeOfInitial),
        marginRatio = margin.Equity > 0m ? (double)(margin.Maintenance / margin.Equity) : (double?)null,
        isLiquidatable = margin.Equity < margin.Maintenance,
        worstScenario = margin.Worst is { } worst
            ? new { index = worst, name = margin.Outcomes[worst].Scenario.Name }
            : null,
        worstLoss = Text(margin.WorstLoss),
        basisContingency = Text(margin.BasisContingency),
        rollShock = Text(margin.RollShock),
        deltaShock = Text(margin.DeltaShock),
        initialFactor = Text(margin.InitialFactor),
        maintenanceFactor = Text(margin.MaintenanceFactor),
        charges = margin.Charges.Select(charge => new
        {
            name = charge.Name,
            subject = charge.Subject,
            maintenance = Text(charge.Maintenance),
            initial = Text(charge.Initial),
        }),
        explanation = explains ? margin.Explanation.Lines.Select(line => new
        {
            part = line.Part,
            subject = line.Subject,
            quantity = TextOrNull(line.Quantity),
            markNow = TextOrNull(line.MarkNow),
            markThen = TextOrNull(line.MarkThen),
            profit = Text(line.Profit),
        }) : null,
        scenarios = explains ? margin.Outcomes.Select((outcome, index) => new
        {
            index,
            name = outcome.Scenario.Name,
            profit = Text(outcome.Profit),
            counted = Text(outcome.Counted),
        }) : null,
    };

    /// <summary>One row a scenario.</summary>
    public static ReportTable Rows(PortfolioMargin margin)
    {
        var table = new ReportTable("scenario", "price", "volatility", "weight", "profit", "counted", "worst")
        {
            Title = "Scenarios",
        };
        for (var i = 0; i < margin.Outcomes.Count; i++)
        {
            var (scenario, profit, counted) = margin.Outcomes[i];
            table.Add(scenario.Name, scenario.PriceFactor, scenario.Volatility.ToString().ToLowerInvariant(),
                Rounded(scenario.Weight), Rounded(profit), Rounded(counted), i == margin.Worst ? "worst" : "");
        }
        return table;
    }

    public static ReportTable Requirement(ScenarioRules rules, PortfolioMargin margin)
    {
        var table = new ReportTable("part", "for", "maintenance", "initial")
        {
            Title = $"Portfolio margin under {rules.Name}, in "
                + (rules.Settlement == ContractStyle.Linear ? "the quote" : "coins"),
        };
        var name = margin.Worst is { } worst ? margin.Outcomes[worst].Scenario.Name : margin.Explanation.Scenario;
        Add("worst loss", name, margin.WorstLoss * margin.MaintenanceFactor, margin.WorstLoss * margin.InitialFactor);
        Add("roll shock", "expiries", margin.RollShock * margin.MaintenanceFactor,
            margin.RollShock * margin.InitialFactor);
        Add("delta shock", "net delta", margin.DeltaShock * margin.MaintenanceFactor,
            margin.DeltaShock * margin.InitialFactor);
        foreach (var charge in margin.Charges)
        {
            Add(charge.Name, charge.Subject, charge.Maintenance, charge.Maintenance + charge.Initial);
        }
        Add("other", "orders and spot", 0m, margin.OtherInitial);
        table.Add("margin", "", Rounded(margin.Maintenance), Rounded(margin.Initial));
        return table.Add("equity less margin", "equity " + Text(margin.Equity),
            Rounded(margin.FreeOfMaintenance), Rounded(margin.FreeOfInitial));

        void Add(string part, string subject, decimal maintenance, decimal initial)
        {
            if (maintenance != 0m || initial != 0m)
            {
                table.Add(part, subject, Rounded(maintenance), Rounded(initial));
            }
        }
    }

    public static ReportTable Explanation(PortfolioMargin margin)
    {
        var table = new ReportTable("part", "for", "quantity", "mark now", "mark then", "profit")
        {
            Title = $"What makes the worst: {margin.Explanation.Scenario}",
        };
        foreach (var line in margin.Explanation.Lines)
        {
            table.Add(line.Part, line.Subject, line.Quantity, RoundedOrNull(line.MarkNow),
                RoundedOrNull(line.MarkThen), Rounded(line.Profit));
        }
        return table.Add("sum", "", null, null, null, Rounded(margin.Explanation.Total));
    }

    public static object Standard(string rules, IReadOnlyList<StandardExpiry> expiries, decimal cash, bool explains)
    {
        var total = expiries.Aggregate(default(OptionMargin), (sum, expiry) => sum + expiry.Answer.Margin);
        return new
        {
            model = "standard",
            rules,
            cash = Text(cash),
            initialMargin = Text(total.Initial),
            maintenanceMargin = Text(total.Maintenance),
            freeCollateral = Text(cash - total.Initial),
            isLiquidatable = cash < total.Maintenance,
            expiries = expiries.Select(expiry => new
            {
                expiry = expiry.Name,
                initialMargin = Text(expiry.Answer.Margin.Initial),
                maintenanceMargin = Text(expiry.Answer.Margin.Maintenance),
                largestLoss = expiry.Answer.LargestLoss is { } loss
                    ? new { initial = Text(loss.Initial), maintenance = Text(loss.Maintenance) }
                    : null,
                legs = explains ? expiry.Legs.Select((leg, i) => new
                {
                    strike = Text(leg.Strike),
                    right = leg.Right.ToString().ToLowerInvariant(),
                    quantity = Text(leg.Quantity),
                    mark = Text(leg.Mark),
                    initialMargin = Text(expiry.Answer.Legs[i].Initial),
                    maintenanceMargin = Text(expiry.Answer.Legs[i].Maintenance),
                }) : null,
            }),
        };
    }

    public static ReportTable StandardRows(string rules, IReadOnlyList<StandardExpiry> expiries, bool explains)
    {
        var table = new ReportTable("expiry", "leg", "quantity", "mark", "maintenance", "initial")
        {
            Title = $"Standard option margin under {rules}, against cash without the options' value",
        };
        foreach (var expiry in expiries)
        {
            for (var i = 0; explains && i < expiry.Legs.Count; i++)
            {
                var (leg, alone) = (expiry.Legs[i], expiry.Answer.Legs[i]);
                table.Add(expiry.Name, $"{Decimals.Text(leg.Strike)} {leg.Right.ToString().ToLowerInvariant()}",
                    leg.Quantity, Rounded(leg.Mark), Rounded(alone.Maintenance), Rounded(alone.Initial));
            }
            if (explains && expiry.Answer.LargestLoss is { } loss)
            {
                table.Add(expiry.Name, "largest loss", null, null, Rounded(loss.Maintenance), Rounded(loss.Initial));
            }
            table.Add(expiry.Name, "asked", null, null, Rounded(expiry.Answer.Margin.Maintenance),
                Rounded(expiry.Answer.Margin.Initial));
        }
        return table;
    }

    private static decimal Rounded(decimal value) => decimal.Round(value, ShownDigits);

    private static decimal? RoundedOrNull(decimal? value) => value is { } number ? Rounded(number) : null;

    private static string Text(decimal value) => Decimals.Text(Rounded(value));

    private static string? TextOrNull(decimal? value) => value is { } number ? Text(number) : null;
}

/// <summary>The options of one expiry and what they ask together.</summary>
internal sealed record StandardExpiry(string Name, IReadOnlyList<OptionLeg> Legs, OptionMarginAnswer Answer);
