using OrleansLeverage.Analytics.Anomalies;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Outliers and changes; the inputs tell which test. Some cases name the sample of another.</summary>
internal static class AnomalyCases
{
    private const string Elsewhere = "as ";

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs switch
        {
            _ when inputs.Has("step") || inputs.Has("max_outliers") => Extremes(vector),
            _ when inputs.Has("threshold") => Median(inputs),
            _ when inputs.Has("target") => Sums(inputs),
            _ when inputs.Has("n") => new Answer().With("critical", () => Grubbs.CriticalValue(
                (int)inputs.Integer("n"), inputs.Double("alpha"), inputs.Flag("two_sided"))),
            _ when inputs.Has("data") => Farthest(inputs),
            _ => throw new UnmappedCase("no known group of inputs"),
        };
    }

    private static Answer Extremes(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var step = (int)inputs.IntegerOr(1, "step");
        var test = ExtremeStudentized.Test(Data(vector), inputs.Double("alpha"),
            (int)inputs.IntegerOr(step, "max_outliers"));
        return new Answer()
            .With("R", () => test.Steps[step - 1].Distance)
            .With("lambda", () => test.Steps[step - 1].Critical)
            .With("removed_value", () => test.Steps[step - 1].Value)
            .With("outliers", () => test.Count);
    }

    private static Answer Median(CaseInputs inputs)
    {
        var data = inputs.Doubles("data");
        var scores = ModifiedZ.Of([.. data]);
        return new Answer()
            .With("median", () => scores?.Median)
            .With("mad", () => scores?.Deviation)
            .With("modified_z_max", () => scores?.Scores.Max(Math.Abs))
            .With("outliers", () => scores?.Outliers(inputs.Double("threshold")).Select(at => data[at]).ToList());
    }

    private static Answer Sums(CaseInputs inputs)
    {
        var sums = new Cusum(inputs.Double("target"), inputs.Double("k"), inputs.Double("h"));
        var (high, low, signals) = (new List<double>(), new List<double>(), new List<bool>());
        foreach (var value in inputs.Doubles("data"))
        {
            signals.Add(sums.Add(value));
            high.Add(sums.High);
            low.Add(sums.Low);
        }
        return new Answer()
            .With("first_signal", () => signals.IndexOf(true) is >= 0 and var at ? at + 1 : null)
            .With("S_hi", () => high)
            .With("S_lo", () => low);
    }

    private static Answer Farthest(CaseInputs inputs)
    {
        var side = inputs.TextOrNull("side") switch
        {
            "upper" => OutlierSide.Upper, "lower" => OutlierSide.Lower, _ => OutlierSide.Both,
        };
        var test = Grubbs.Test([.. inputs.Doubles("data")], inputs.Double("alpha"), side);
        return new Answer()
            .With("G", () => test?.Distance)
            .With("critical", () => test?.Critical)
            .With("outlier", () => test is { IsOutlier: true } ? test.Value : null);
    }

    private static double[] Data(VectorCase vector)
    {
        if (vector.Inputs.TextOrNull("data") is not { } text || !text.StartsWith(Elsewhere, StringComparison.Ordinal))
        {
            return [.. vector.Inputs.Doubles("data")];
        }
        return [.. vector.Inputs.Tables.Case(vector.File, text[Elsewhere.Length..]).GetProperty("inputs")
            .GetProperty("data").EnumerateArray().Select(value => value.GetDouble())];
    }
}
