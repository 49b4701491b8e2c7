using System.Globalization;
using System.Text.RegularExpressions;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Allocations of deficits, slices of liquidations, and the tables of 10 October 2025; the inputs tell which.
/// </summary>
internal static partial class AdlAllocations
{
    /// <summary>Impact per unit where a case of the paper's example does not state it.</summary>
    private const decimal PaperImpact = 1m;

    private const int PaperDigits = 4;

    private static readonly string[] Executions = ["exec", "exec_price"];

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs.Has("weight") ? Shares(inputs)
            : inputs.Elements("endowments").Count > 0 ? Capped(inputs)
            : inputs.Has("severity") ? Severity(inputs)
            : inputs.Has("impact_alpha") ? Execution(inputs)
            : inputs.Has("phi_mark") ? Fee(inputs)
            : inputs.Has("bankruptcy") ? BadDebt(vector)
            : inputs.Has("mmr") && inputs.Has(Executions) ? Slice(inputs)
            : inputs.Has("dataset") || inputs.Has("horizon_ms") || inputs.Has("waves") || inputs.Has("budget_needed")
                ? OctoberCases.Answer(vector)
            : PaperExample.Answer(vector);
    }

    private static Answer Severity(CaseInputs inputs)
    {
        var profits = inputs.Decimals("pnl");
        var (equities, endowments) = (inputs.Decimals("equities"), Haircuts.Endowments(profits));
        var deficit = Haircuts.Deficit(equities);
        var budget = inputs.Decimal("severity") * deficit;
        var order = inputs.Decimals("order");
        var taken = order.Count > 0
            ? Haircuts.Queue(endowments, order.Select(place => (int)place - 1), budget)
            : Haircuts.ProRata(endowments, budget);
        return new Answer()
            .With("deficit", () => deficit)
            .With("budget", () => budget)
            .With("haircut", () => order.Count > 0 ? taken.Fractions : taken.Level)
            .With("seized", () => taken.Seized)
            .With("residual", () => taken.Residual)
            .With("post_equity", () => equities.Select((equity, i) => equity - taken.Seized[i]).ToList());
    }

    private static Answer Capped(CaseInputs inputs)
    {
        var (endowments, budget) = (inputs.Decimals("endowments"), inputs.Decimal("budget"));
        var caps = inputs.Decimals("caps");
        var risks = inputs.Decimals("risk_weights");
        Haircut Taken()
        {
            var haircut = risks.Count > 0
                ? Haircuts.RiskWeighted(endowments, caps, risks, budget)
                : Haircuts.CappedProRata(endowments, caps, budget);
            return haircut.IsFeasible ? haircut : throw new ProductRefusal("infeasible");
        }
        return new Answer()
            .With("haircuts", () => Taken().Fractions)
            .With("seized", () => Taken().Seized)
            .With(["eta", "tau"], () => Taken().Level);
    }

    private static Answer Shares(CaseInputs inputs)
    {
        var (equities, leverages) = (inputs.Numbers("equities"), inputs.Numbers("leverages"));
        var (weight, parameter) = Weight(inputs.Text("weight"));
        var shares = RiskShares.Of([.. equities.Select(e => e.Value)],
            [.. equities.Select(e => leverages.First(l => l.Name == e.Name).Value)], weight, parameter);
        var answer = new Answer();
        for (var i = 0; i < shares.Length; i++)
        {
            var share = shares[i];
            answer.With(equities[i].Name, () => share);
        }
        return answer;
    }

    /// <summary>Total weight per equity as the file writes it: 1, λ·g with g = λ^k, λ·(λ − c)+.</summary>
    private static (LeverageWeight Weight, decimal Parameter) Weight(string text)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal);
        if (plain == "1")
        {
            return (LeverageWeight.None, 0m);
        }
        if (Excess().Match(plain) is { Success: true } excess)
        {
            return (LeverageWeight.Excess, decimal.Parse(excess.Groups[1].Value, CultureInfo.InvariantCulture));
        }
        if (Power().Match(plain) is { Success: true } power)
        {
            return (LeverageWeight.Power, power.Groups[1].Success
                ? decimal.Parse(power.Groups[1].Value, CultureInfo.InvariantCulture)
                : 1m);
        }
        throw new UnmappedCase($"weight '{text}'");
    }

    private static Answer Execution(CaseInputs inputs)
    {
        var (side, mark, slice) = (inputs.Side(), inputs.Decimal("mark"), inputs.Decimal("dq"));
        decimal Price() => LiquidationSlice.ExecutionPrice(side, mark, slice, inputs.Decimal("impact_alpha"));
        // the paper's bankruptcy price: from the present mark with the margin as it stands, and the paper goes on from
        // what it prints of it
        decimal Bankruptcy() => decimal.Round(LiquidationForms.Linear(
            side, mark, inputs.Decimal("qty"), inputs.Decimal("margin"), 0m), PaperDigits);
        return new Answer()
            .With("exec", Boxed(Price))
            .With("bankruptcy_paper", Boxed(Bankruptcy))
            .With("shortfall", () => LiquidationSlice.Shortfall(side, Bankruptcy(), Price(), slice));
    }

    private static Func<object?> Boxed(Func<decimal> value) => () => value();

    private static Answer Fee(CaseInputs inputs) => new Answer().With("fee", () => LiquidationSlice.Fee(
        inputs.Decimal("dq"), inputs.Decimal("mark"), inputs.Decimal(Executions), inputs.Decimal("phi_mark"),
        inputs.DecimalOr(0m, "phi_exec"), inputs.DecimalOr(0m, "fix")));

    private static Answer Slice(CaseInputs inputs)
    {
        var (side, mark, equity) = (inputs.Side(), inputs.Decimal("mark"), inputs.Decimal("equity"));
        var (rate, quantity) = (inputs.Decimal("mmr"), inputs.Decimal("qty"));
        var (execution, fee) = (inputs.Decimal(Executions), inputs.DecimalOr(0m, "fee"));
        return new Answer()
            .With("dq_unclamped", () => LiquidationSlice.Unclamped(side, mark, equity, rate, quantity, execution, fee))
            .With("dq", () => LiquidationSlice.Slice(side, mark, equity, rate, quantity, execution, fee));
    }

    private static Answer BadDebt(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (execution, bankruptcy) = (inputs.Decimal(Executions), inputs.Decimal("bankruptcy"));
        var slice = inputs.Decimal("dq");
        // a case that names one of the example's accounts is about its side; another one is about a loss
        var side = inputs.SideOrNull() ?? PaperExample.SideOf(vector.Id) ?? (execution < bankruptcy ? 1 : -1);
        decimal Mark() => inputs.DecimalOrNull("mark")
            ?? LiquidationSlice.MarkBefore(side, execution, slice, PaperImpact);
        return new Answer()
            .With("shortfall", () => LiquidationSlice.Shortfall(side, bankruptcy, execution, slice))
            .With("fee_hyperliquid", () => LiquidationSlice.Fee(slice, Mark(), execution, 0.002m, 0.001m))
            .With("fee_binance", () => LiquidationSlice.Fee(slice, Mark(), execution, 0.004m, 0m));
    }

    [GeneratedRegex(@"^lambda\*\(lambda-([0-9.]+)\)\+$")]
    private static partial Regex Excess();

    [GeneratedRegex(@"^lambda\*g,g=lambda(?:\^([0-9]+))?$")]
    private static partial Regex Power();
}
