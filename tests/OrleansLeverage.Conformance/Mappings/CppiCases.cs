using OrleansLeverage.Analytics.Cppi;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Exposure, paths, the continuous limit, and what breaks the floor; the inputs tell which.</summary>
internal static class CppiCases
{
    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs switch
        {
            _ when inputs.Has("returns") => Path(inputs),
            _ when inputs.Has("ST") => Continuous(inputs),
            _ when inputs.Has("n_rebalances") => Shortfall(inputs),
            _ when inputs.Has("lambda") => new Answer().With("prob_floor_breach", () => CppiRisk.JumpGap(
                inputs.Double("m"), inputs.Double("lambda"), inputs.Double("jump_mean"), inputs.Double("jump_std"),
                inputs.Double("T"))),
            _ when inputs.Has("value") => Exposure(inputs),
            _ => throw new UnmappedCase("no known group of inputs"),
        };
    }

    private static Answer Exposure(CaseInputs inputs)
    {
        var allocation = CppiAllocation.Of(inputs.Double("value"), inputs.Double("floor"), inputs.Double("m"),
            inputs.Flag("leverage_allowed") ? null : 1.0);
        return new Answer()
            .With("exposure", () => allocation.Exposure)
            .With("weight", () => allocation.Weight)
            .With("state", () => allocation.State == CppiState.CashLock ? "cash_lock" : null);
    }

    private static Answer Path(CaseInputs inputs)
    {
        var drawdown = inputs.DoubleOrNull("dd");
        var policy = new CppiPolicy(inputs.Double("m"), drawdown is { } most ? 1.0 - most : inputs.Double("fl"))
        {
            Floor = drawdown is null ? FloorRule.Fixed : FloorRule.Drawdown,
        };
        var path = CppiPath.Run(policy, inputs.Double("start"), [.. inputs.Doubles("returns")], [inputs.Double("rf")]);
        var answer = new Answer();
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            answer.With($"value_{i + 1}", () => step.Value).With($"weight_{i + 1}", () => step.Weight);
        }
        return answer;
    }

    private static Answer Continuous(CaseInputs inputs) => new Answer()
        .With("V_T", () => CppiRisk.ContinuousValue(inputs.Double("V0"), inputs.Double("F0"), inputs.Double("m"),
            inputs.Double("ST") / inputs.Double("S0"), inputs.Double("r"), inputs.Double("sigma"),
            inputs.Double("T")));

    private static Answer Shortfall(CaseInputs inputs)
    {
        var (m, mu, r) = (inputs.Double("m"), inputs.Double("mu"), inputs.Double("r"));
        var (sigma, years, looks) = (inputs.Double("sigma"), inputs.Double("T"), (int)inputs.Integer("n_rebalances"));
        return new Answer()
            .With("local_shortfall_prob", () => CppiRisk.LocalShortfall(m, mu, r, sigma, years / looks))
            .With("shortfall_prob", () => CppiRisk.Shortfall(m, mu, r, sigma, years, looks));
    }
}
