using OrleansLeverage.Analytics.Forecast;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Touching a level, and cash paid at the touch.</summary>
internal static class FirstPassageCases
{
    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var spot = inputs.Double("S");
        if (inputs.Has("cash"))
        {
            return new Answer().With("value", () => FirstPassage.CashAtHit(spot, inputs.Double("barrier"),
                inputs.Double("sigma"), inputs.Double("T"), inputs.Double("r"), inputs.Double("q"),
                inputs.Double("cash")));
        }
        // without a side, below the price is a long's line and above it a short's
        var level = inputs.DoubleOrNull("liq_price", "barrier");
        var isLong = inputs.SideOrNull() is { } side ? side > 0 : level is not { } at || at <= spot;
        return new Answer().With("prob_touch", () => FirstPassage.Probability(spot, level, isLong,
            inputs.Double("sigma"), inputs.Double("T"), inputs.DoubleOrNull("drift_simple") ?? 0.0));
    }
}
