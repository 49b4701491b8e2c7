using System.Globalization;
using System.Text.RegularExpressions;
using OrleansLeverage.Analytics.Cascade;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Fire sales, impact laws and cascade fixed points; the inputs say which.</summary>
internal static partial class FireSaleCases
{
    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs.Has("data") ? Banks(inputs)
            : inputs.Has("assets", "A") ? Vulnerability(inputs)
            : inputs.Has("ladder") ? Ladder(inputs)
            : inputs.Has("liq_density_units_per_price") ? Branching(inputs)
            : inputs.Has("fraction_of_cap_sold") ? Exponential(inputs)
            : inputs.Has("q") ? Bounded(inputs)
            : inputs.Has("Q") ? Power(inputs)
            : throw new UnmappedCase("no fire sale, impact law or cascade is described");
    }

    private static Answer Vulnerability(CaseInputs inputs)
    {
        var model = inputs.Elements("assets").Count > 0
            ? new FireSale(inputs.Doubles("assets"), inputs.Doubles("debt_to_equity"),
                [.. inputs.Elements("weights").Select(row => row.EnumerateArray().Select(w => w.GetDouble()).ToList())],
                inputs.Doubles("impact_per_usd"))
            : FireSale.Single(inputs.Double("assets", "A"), inputs.Double("debt_to_equity", "B"),
                inputs.Double("impact_per_usd", "L"));
        // of a single institution the size of the shock is given, which is a fall
        var outcome = model.Run(inputs.Elements("shock").Count > 0
            ? inputs.Doubles("shock")
            : [-Math.Abs(inputs.Double("shock", "f"))]);
        return new Answer()
            .With("AV", () => outcome.AggregateVulnerability)
            .With("systemicness", () => outcome.Systemicness)
            .With("indirect_vulnerability", () => outcome.IndirectVulnerability)
            .With("price_impact", () => outcome.PriceImpact);
    }

    private static Answer Banks(CaseInputs inputs)
    {
        var shock = Percent().Match(inputs.Text("shock"));
        var impact = Leading().Match(inputs.Text("impact"));
        if (!shock.Success || !impact.Success)
        {
            throw new UnmappedCase($"shock '{inputs.Text("shock")}' or impact '{inputs.Text("impact")}' is not known");
        }
        var banks = BankBook.Parse(inputs.Tables.Text(inputs.Text("data")));
        var outcome = BankBook.System(banks, Number(impact.Value)).Run([Number(shock.Groups[1].Value) / 100.0, 0, 0]);
        return new Answer()
            .With("AV", () => outcome.AggregateVulnerability)
            .With("top5", () => outcome.MostSystemic(5)
                .Select(n => new List<object> { banks[n].Name, outcome.Systemicness[n] }));
    }

    private static Answer Ladder(CaseInputs inputs)
    {
        var form = Steps().Match(inputs.Text("ladder"));
        if (!form.Success)
        {
            throw new UnmappedCase($"ladder '{inputs.Text("ladder")}' is not known");
        }
        var ladder = LiquidationLadder.Even(Exact(form, 1), Exact(form, 2), Exact(form, 3), Exact(form, 4));
        var outcome = ladder.Run(inputs.Decimal("p0"), inputs.Decimal("shock"), inputs.Decimal("lambda"));
        return new Answer()
            .With("final_price", () => outcome.FinalPrice)
            .With("liquidated", () => outcome.Liquidated)
            .With("rounds", () => outcome.Rounds)
            .With("amplification", () => outcome.Amplification);
    }

    private static Answer Branching(CaseInputs inputs) => new Answer().With("reproduction_number", () =>
        LiquidationLadder.BranchingRatio(inputs.Decimal("lambda"), inputs.Decimal("liq_density_units_per_price")));

    private static Answer Exponential(CaseInputs inputs)
    {
        // the share at which the impact is known stands in the field's name
        const double KnownShare = 0.05;
        var decay = PriceImpact.Decay(inputs.Double("impact_when_5pct_sold"), KnownShare);
        var ratio = PriceImpact.PriceRatio(decay, inputs.Double("fraction_of_cap_sold"));
        return new Answer()
            .With("beta", () => decay)
            .With("price_ratio", () => ratio)
            .With("midpoint_fill", () => PriceImpact.MidpointFill(ratio));
    }

    private static Answer Bounded(CaseInputs inputs)
    {
        var depth = PriceImpact.Depth(inputs.Double("ADV"), inputs.Double("sigma_daily"), inputs.Double("tau_days"),
            inputs.Double("c"));
        return new Answer()
            .With("depth", () => depth)
            .With("linear_impact", () => PriceImpact.Linear(inputs.Double("q"), depth))
            .With("psi", () => PriceImpact.Bounded(inputs.Double("q"), depth, inputs.Double("floor_ratio_B_over_S")));
    }

    private static Answer Power(CaseInputs inputs) => new Answer().With("impact", () => PriceImpact.Power(
        inputs.Double("Q"), inputs.Double("ADV"), inputs.Double("sigma_daily"), inputs.Double("Y")));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static decimal Exact(Match form, int group) =>
        decimal.Parse(form.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^liq prices ([\d.]+),([\d.]+),\.\.\.,([\d.]+); ([\d.]+) units each$")]
    private static partial Regex Steps();

    [GeneratedRegex(@"([+-][\d.]+)%$")]
    private static partial Regex Percent();

    [GeneratedRegex(@"^[\d.]+(e[+-]?\d+)?")]
    private static partial Regex Leading();
}
