using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Figures of the BTC, ETH and equity series; the inputs tell which.</summary>
internal static class CryptoAnchors
{
    private const int LagMax = 250;

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs.Has("date") ? CrashDays.Answer(vector)
            : inputs.Has("definition") ? Correlation(inputs)
            : inputs.Has("ewma_lambda") ? Margin(vector)
            : VolatilityCases.Fitted(vector);
    }

    private static Answer Correlation(CaseInputs inputs)
    {
        var series = SeriesCases.Returns(inputs, 1.0);
        var answer = new Answer();
        for (var lag = 1; lag <= LagMax; lag++)
        {
            var periods = lag;
            answer.With($"L{lag}", () => LeverageEffect.CorrelationAt(series.Values, periods));
        }
        return answer;
    }
}
