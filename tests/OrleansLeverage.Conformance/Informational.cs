namespace OrleansLeverage.Conformance;

/// <summary>Cases that calibrate or describe but decide nothing.</summary>
public static class Informational
{
    /// <summary>Its cases share one example's positions and prices, and may state none of their own.</summary>
    public const string WorkedExample = "adl_allocations.json";

    private const string CalibrationTopic = "oct10_cascade_targets.json";

    /// <summary>beancount's averages over two currencies, which parser/booking_full_test.py has and a case not.
    /// </summary>
    private const string LostCurrency = "AVERAGE__mixed_currencies";

    /// <summary>Why the case decides nothing, or null.</summary>
    public static string? Reason(VectorCase vector)
    {
        if (!vector.HasInputs && vector.File != WorkedExample)
        {
            return "no inputs";
        }
        if (vector.File == CalibrationTopic)
        {
            return "calibration target";
        }
        if (vector.File == "tax_lots.json" && vector.Id.Contains(LostCurrency, StringComparison.Ordinal))
        {
            return "the case lost the currency of its costs, which decides it; beancount itself books no averages";
        }
        return vector.Class is { } origin && (origin.StartsWith("press", StringComparison.Ordinal)
            || origin.StartsWith("recalled", StringComparison.Ordinal)
            || origin.StartsWith("documentation", StringComparison.Ordinal))
            ? $"class {origin.Split([' ', '/'])[0]}"
            : null;
    }
}
