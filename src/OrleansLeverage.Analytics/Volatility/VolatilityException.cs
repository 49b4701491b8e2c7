namespace OrleansLeverage.Analytics.Volatility;

/// <summary>Why a volatility, a surface or an index cannot be given.</summary>
public enum VolatilityFault
{
    /// <summary>NaN or infinity where a number is needed.</summary>
    NotFinite,

    /// <summary>A strike, price, volatility or discount factor that is not above 0.</summary>
    NotPositive,

    /// <summary>
    /// Finite and above 0, and beyond what can be valued: a volatility outside 1e-6 to 100, a price or strike outside
    /// 1e-100 to 1e100, less than 32 microseconds or more than 10,000 years.
    /// </summary>
    OutOfRange,

    /// <summary>At or past its expiry.</summary>
    Expired,

    /// <summary>Bid above ask.</summary>
    Crossed,

    /// <summary>One strike, or one expiry, twice.</summary>
    Duplicate,

    /// <summary>No strike has both a call and a put, so that there is no forward.</summary>
    NoPairedStrike,

    /// <summary>The forward lies below the lowest strike.</summary>
    NoStrikeBelowForward,

    /// <summary>The prices sum to a variance below 0.</summary>
    NegativeVariance,

    /// <summary>No two expiries lie around the horizon.</summary>
    HorizonNotBracketed,

    /// <summary>The surface has no such expiry.</summary>
    UnknownExpiry,

    /// <summary>Fewer usable quotes than the smile has parameters.</summary>
    TooFewQuotes,

    /// <summary>The strikes end before a 25-delta pillar.</summary>
    WingMissing,

    /// <summary>The pillars' strikes do not rise from put to call.</summary>
    PillarOrder,

    /// <summary>No delta of this size exists at this volatility.</summary>
    DeltaOutOfRange,

    /// <summary>The price lies outside what no arbitrage allows.</summary>
    ArbitrageBounds,

    /// <summary>The fit did not reach its tolerance.</summary>
    NotConverged,
}

/// <summary>A typed refusal: never a NaN and never a clamped number in its place.</summary>
public sealed class VolatilityException(VolatilityFault fault, string message)
    : FormatException($"{message} ({CodeOf(fault)})")
{
    internal const double VolatilityMin = 1e-6;
    internal const double VolatilityMax = 100.0;

    public VolatilityFault Fault { get; } = fault;

    /// <summary>The fault in snake_case: stable, for programs.</summary>
    public string Code => CodeOf(Fault);

    public static string CodeOf(VolatilityFault fault) => string.Concat(fault.ToString().Select((letter, at) =>
        char.IsAsciiLetterUpper(letter) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    /// <summary>The value where it is finite and above 0.</summary>
    internal static double Positive(double value, string name) => !double.IsFinite(value)
        ? throw new VolatilityException(VolatilityFault.NotFinite, $"{name} {value} is no finite number")
        : value > 0.0
            ? value
            : throw new VolatilityException(VolatilityFault.NotPositive, $"{name} {value} is not above 0");

    /// <summary>The volatility, annualised per 1.00, where it is one.</summary>
    internal static double Volatility(double value, string name) =>
        Positive(value, name) is >= VolatilityMin and <= VolatilityMax
            ? value
            : throw new VolatilityException(VolatilityFault.OutOfRange,
                $"{name} {value} is not within {VolatilityMin} and {VolatilityMax}");

    internal static double Finite(double value, string name) => double.IsFinite(value)
        ? value
        : throw new VolatilityException(VolatilityFault.NotFinite, $"{name} {value} is no finite number");
}
