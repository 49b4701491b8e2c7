using OrleansLeverage.Analytics.Backtests;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Coverage tests and the traffic light; the inputs tell which.</summary>
internal static class VarBacktestCases
{
    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs switch
        {
            _ when inputs.Has("hits_at") => Sequence(inputs),
            _ when inputs.Has("exceptions") => Light(inputs),
            _ when inputs.Has("first_failure_day") => Tested(new Answer(), ["LR_tuff"], () =>
                CoverageTests.TimeUntilFirstFailure(Int(inputs, "first_failure_day"), inputs.Double("p"))),
            _ when inputs.Has("test_level") => Region(inputs),
            _ when inputs.Has("n00") && inputs.Has("failures") => Tested(new Answer(), ["LR_cc", "LR_cc_sum"], () =>
                CoverageTests.ConditionalCoverage(Int(inputs, "failures"), Int(inputs, "observations"),
                    inputs.Double("p"), Counts(inputs))),
            _ when inputs.Has("n00") => Tested(new Answer(), ["LR_ind"], () =>
                CoverageTests.Independence(Counts(inputs))),
            _ when inputs.Has("failures") => Tested(new Answer(), ["LR_uc"], () =>
                CoverageTests.Kupiec(Int(inputs, "failures"), Int(inputs, "observations"), inputs.Double("p"))),
            _ => throw new UnmappedCase("no known group of inputs"),
        };
    }

    private static Answer Sequence(CaseInputs inputs)
    {
        var hits = new bool[Int(inputs, "length")];
        var days = inputs.Decimals("hits_at");
        foreach (var day in days)
        {
            hits[(int)day] = true;
        }
        var counts = TransitionCounts.Of(hits);
        LikelihoodRatio Coverage() => CoverageTests.Kupiec(days.Count, hits.Length, inputs.Double("p"));
        return new Answer()
            .With("n00", () => counts.N00)
            .With("n01", () => counts.N01)
            .With("n10", () => counts.N10)
            .With("n11", () => counts.N11)
            .With("LR_uc", () => Coverage().Statistic)
            .With("LR_ind", () => CoverageTests.Independence(counts).Statistic)
            .With(["LR_cc", "LR_cc_sum"], () => CoverageTests.ConditionalCoverage(
                days.Count, hits.Length, inputs.Double("p"), counts).Statistic);
    }

    private static Answer Light(CaseInputs inputs)
    {
        var light = new TrafficLight(Int(inputs, "exceptions"), Int(inputs, "observations"), inputs.Double("p"));
        return new Answer()
            .With("zone", () => light.Zone.ToString().ToLowerInvariant())
            .With("cum_prob", () => light.CumulativeProbability)
            .With("plus_factor_1996", () => light.PlusFactor)
            .With("backtest_addon_2019", () => light.AddOn);
    }

    private static Answer Region(CaseInputs inputs)
    {
        var (min, max) = CoverageTests.AcceptanceRegion(Int(inputs, "observations"), inputs.Double("p"),
            inputs.Double("test_level"));
        return new Answer().With("min_accept", () => min).With("max_accept", () => max);
    }

    private static Answer Tested(Answer answer, string[] names, Func<LikelihoodRatio> test) => answer
        .With(names, () => test().Statistic)
        .With("p_value", () => test().PValue);

    private static TransitionCounts Counts(CaseInputs inputs) =>
        new(Int(inputs, "n00"), Int(inputs, "n01"), Int(inputs, "n10"), Int(inputs, "n11"));

    private static int Int(CaseInputs inputs, string name) => (int)inputs.Integer(name);
}
