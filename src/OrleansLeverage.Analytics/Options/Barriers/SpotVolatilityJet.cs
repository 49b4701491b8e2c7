namespace OrleansLeverage.Analytics.Options.Barriers;

/// <summary>
/// A number with its derivatives in spot and volatility that vanna-volga needs, carried through the formula: exact to
/// rounding, where differences of prices lose half of the digits. (f, ∂f/∂S, ∂f/∂σ, ∂²f/∂S∂σ, ∂²f/∂σ²).
/// </summary>
internal readonly record struct SpotVolatilityJet(double Value, double Spot, double Vol, double SpotVol, double VolVol)
{
    public static SpotVolatilityJet OfSpot(double value) => new(value, 1.0, 0.0, 0.0, 0.0);

    public static SpotVolatilityJet OfVolatility(double value) => new(value, 0.0, 1.0, 0.0, 0.0);

    public static implicit operator SpotVolatilityJet(double value) => new(value, 0.0, 0.0, 0.0, 0.0);

    public static SpotVolatilityJet operator +(SpotVolatilityJet a, SpotVolatilityJet b) => new(
        a.Value + b.Value, a.Spot + b.Spot, a.Vol + b.Vol, a.SpotVol + b.SpotVol, a.VolVol + b.VolVol);

    public static SpotVolatilityJet operator -(SpotVolatilityJet a) =>
        new(-a.Value, -a.Spot, -a.Vol, -a.SpotVol, -a.VolVol);

    public static SpotVolatilityJet operator -(SpotVolatilityJet a, SpotVolatilityJet b) => a + -b;

    public static SpotVolatilityJet operator *(SpotVolatilityJet a, SpotVolatilityJet b) => new(
        a.Value * b.Value,
        (a.Spot * b.Value) + (a.Value * b.Spot),
        (a.Vol * b.Value) + (a.Value * b.Vol),
        (a.SpotVol * b.Value) + (a.Spot * b.Vol) + (a.Vol * b.Spot) + (a.Value * b.SpotVol),
        (a.VolVol * b.Value) + (2.0 * a.Vol * b.Vol) + (a.Value * b.VolVol));

    public static SpotVolatilityJet operator /(SpotVolatilityJet a, SpotVolatilityJet b)
    {
        var inverse = 1.0 / b.Value;
        return a * b.Through(inverse, -inverse * inverse, 2.0 * inverse * inverse * inverse);
    }

    public static SpotVolatilityJet Exp(SpotVolatilityJet x)
    {
        var value = Math.Exp(x.Value);
        return x.Through(value, value, value);
    }

    public static SpotVolatilityJet Log(SpotVolatilityJet x) =>
        x.Through(Math.Log(x.Value), 1.0 / x.Value, -1.0 / (x.Value * x.Value));

    /// <summary>N(x).</summary>
    public static SpotVolatilityJet Cumulative(SpotVolatilityJet x)
    {
        var density = NormalDistribution.Density(x.Value);
        return x.Through(NormalDistribution.Cumulative(x.Value), density, -x.Value * density);
    }

    // chain rule for a function with this value and these first and second derivatives
    private SpotVolatilityJet Through(double value, double first, double second) => new(
        value, first * Spot, first * Vol, (first * SpotVol) + (second * Spot * Vol),
        (first * VolVol) + (second * Vol * Vol));
}
