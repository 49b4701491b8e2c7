using OrleansLeverage.Engine.Deleveraging.Study;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>The tables of 10 October 2025, from the study's own rows beside the vectors.</summary>
internal static class OctoberCases
{
    private const string Folder = "adl_2025_10_10";

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var study = new Lazy<AdlEventStudy>(() => AdlEventStudy.Read(inputs.Tables.DataFolder(Folder)
            ?? throw new UnmappedCase($"there is no folder data/{Folder} beside the vectors")));
        return inputs.Has("dataset") ? Headline(study)
            : inputs.Has("budget_needed") ? Wave(inputs, study)
            : inputs.Has("waves") ? Cumulative(study)
            : Horizon(inputs);
    }

    private static Answer Headline(Lazy<AdlEventStudy> study)
    {
        var answer = new Answer()
            .With("waves", () => study.Value.Waves.Count)
            .With("deficit_usd", () => study.Value.DeficitUsd)
            .With("budget_needed_usd", () => study.Value.NeededUsd)
            .With("H_prod_usd", () => study.Value.Cumulative("prod").BudgetUsd)
            .With("overshoot_usd", () => study.Value.Cumulative("prod").OvershootUsd)
            .With("queue_overshoot_equity_usd", () => study.Value.QueueOvershootUsd);
        return answer
            .With("overcollat_median", () => study.Value.Published.OverCollateralMedian)
            .With("overcollat_trimmed_mean", () => study.Value.Published.OverCollateralTrimmedMean)
            .With("n_winner_accounts", () => study.Value.Published.Winners);
    }

    private static Answer Horizon(CaseInputs inputs)
    {
        var ms = (int)inputs.Integer("horizon_ms");
        PublishedHorizon Found() => PublishedHorizon.All.FirstOrDefault(h => h.HorizonMs == ms)
            ?? throw new UnmappedCase($"the study has no horizon of {ms} ms");
        return new Answer()
            .With(["H_prod", "H_prod_usd"], () => Found().ProductionUsd)
            .With(["overshoot", "overshoot_usd"], () => Found().OvershootUsd(inputs.Decimal("needed")));
    }

    private static Answer Wave(CaseInputs inputs, Lazy<AdlEventStudy> study)
    {
        StudyWave Found() => study.Value.Waves.FirstOrDefault(w => w.Start == inputs.Text("t_start"))
            ?? throw new UnmappedCase($"no wave begins at {inputs.Text("t_start")}");
        var answer = new Answer()
            .With("deficit_usd", () => Found().DeficitUsd)
            .With("budget_needed", () => Found().NeededFromCoinsUsd);
        foreach (var policy in AdlEventStudy.Policies)
        {
            PolicyFigures Of() => Found().Policies.First(p => p.Policy == policy);
            answer
                .With("budget_" + policy, () => Of().BudgetUsd)
                .With("overshoot_" + policy, () => Of().OvershootUsd)
                .With("max_pct_" + policy, () => Of().LargestShare);
        }
        return answer;
    }

    private static Answer Cumulative(Lazy<AdlEventStudy> study)
    {
        var answer = new Answer();
        foreach (var policy in AdlEventStudy.Policies)
        {
            answer.With(policy, () => study.Value.RunningOvershootUsd(policy));
        }
        return answer;
    }
}
