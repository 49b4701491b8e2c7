namespace OrleansLeverage.Analytics.Options.Barriers;

/// <summary>
/// How the cost of the barrier's vega, vanna and volga is found. The exact one differentiates the formula; the others
/// are what QuantLib's engines and their tests do (vannavolgabarrierengine.cpp, vannavolgadoublebarrierengine.hpp and
/// test-suite, 2a13d45), to compare with them: one-sided differences, and for two barriers a smile that is read as if
/// both currencies had the foreign discount factor, and barriers that are watched actual/360 days while the smile's
/// time is actual/365. On their 140 published prices, of the order of 0.1, the exact convention is off by up to 1.1e-4
/// (one barrier) and 6.4e-4 (two).
/// </summary>
public sealed record VannaVolgaConvention
{
    private VannaVolgaConvention()
    {
    }

    public static VannaVolgaConvention Exact { get; } = new();

    public static VannaVolgaConvention QuantLibSingle { get; } = new() { VegaStep = 1e-4 };

    public static VannaVolgaConvention QuantLibDouble { get; } = new()
    {
        VegaStep = 1e-3,
        BarrierTimeScale = 365.0 / 360.0,
        SmileAtForeignDiscount = true,
    };

    /// <summary>Step of volatility for vega; null differentiates the formula instead.</summary>
    public double? VegaStep { get; private init; }

    /// <summary>Years over which the barrier is watched, as a multiple of those of the smile.</summary>
    public double BarrierTimeScale { get; private init; } = 1.0;

    public bool SmileAtForeignDiscount { get; private init; }
}
