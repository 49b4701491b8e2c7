namespace OrleansLeverage.Analytics.Models;

/// <summary>Why a series cannot be worked with; the codes are stable.</summary>
public enum SeriesProblem
{
    /// <summary>Fewer observations than the model needs.</summary>
    TooShort,

    /// <summary>A value is NaN or infinite.</summary>
    NotFinite,

    /// <summary>A price is zero or below, so that it has no return.</summary>
    NonPositivePrice,

    /// <summary>All values are the same: there is no variance to model.</summary>
    Constant,

    /// <summary>Times do not strictly increase.</summary>
    OutOfOrder,

    /// <summary>Steps are missing.</summary>
    Gap,

    /// <summary>Lists that belong together have different lengths.</summary>
    LengthMismatch,
}

/// <summary>A series that no model may be fitted to: says what, where and what to do about it.</summary>
public sealed class SeriesException(SeriesProblem problem, string message) : ArgumentException(message)
{
    public SeriesProblem Problem { get; } = problem;

    public string Code => Problem switch
    {
        SeriesProblem.TooShort => "series_too_short",
        SeriesProblem.NotFinite => "series_not_finite",
        SeriesProblem.NonPositivePrice => "price_not_positive",
        SeriesProblem.Constant => "series_constant",
        SeriesProblem.OutOfOrder => "series_out_of_order",
        SeriesProblem.Gap => "series_gap",
        _ => "series_length_mismatch",
    };
}
