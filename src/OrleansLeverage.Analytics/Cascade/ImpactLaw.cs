namespace OrleansLeverage.Analytics.Cascade;

/// <summary>How a price answers forced sales.</summary>
public enum ImpactForm
{
    /// <summary>Falls in proportion to what is sold.</summary>
    Linear,

    /// <summary>Scale · pressure^exponent: ½ is the square-root law.</summary>
    Power,

    /// <summary>e^(−pressure).</summary>
    Exponential,

    /// <summary>Linear at first, never past a floor (Cont and Schaanning).</summary>
    Bounded,
}

/// <summary>
/// The laws of <see cref="PriceImpact"/> as functions of pressure = Σ sold / depth at the time of the sale, so that
/// depth may change between sales and pressure may fade. Odd in the pressure: forced buying raises the price as forced
/// selling lowers it.
/// </summary>
public readonly record struct ImpactLaw
{
    private ImpactLaw(ImpactForm form, double scale, double exponent, double floorRatio) =>
        (Form, Scale, Exponent, FloorRatio) = (form, scale, exponent, floorRatio);

    /// <summary>A linear price never falls past this share: 0 is no price.</summary>
    public const double FallMax = 0.999;

    public ImpactForm Form { get; }

    public double Scale { get; }

    public double Exponent { get; }

    public double FloorRatio { get; }

    public static ImpactLaw Linear { get; } = new(ImpactForm.Linear, 1.0, 1.0, 0.0);

    public static ImpactLaw Exponential { get; } = new(ImpactForm.Exponential, 1.0, 1.0, 0.0);

    /// <summary>Scale = Y·σ with the depth a day's volume: Y·σ·√(Q/V).</summary>
    public static ImpactLaw SquareRoot(double scale) => Power(scale, 0.5);

    public static ImpactLaw Power(double scale, double exponent)
    {
        if (!(scale > 0.0 && double.IsFinite(scale)) || !(exponent is > 0.0 and <= 2.0))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), $"scale {scale} is above 0, exponent {exponent} in "
                + "(0, 2]");
        }
        return new ImpactLaw(ImpactForm.Power, scale, exponent, 0.0);
    }

    public static ImpactLaw Bounded(double floorRatio) => floorRatio is >= 0.0 and < 1.0
        ? new ImpactLaw(ImpactForm.Bounded, 1.0, 1.0, floorRatio)
        : throw new ArgumentOutOfRangeException(nameof(floorRatio), floorRatio, "a floor is in [0, 1) of the price");

    /// <summary>
    /// Fraction of the undisturbed price lost under a pressure; negative where the pressure is that of buyers.
    /// </summary>
    public double Fall(double pressure)
    {
        var size = Math.Abs(pressure);
        var fall = Form switch
        {
            ImpactForm.Linear => size,
            ImpactForm.Power => Scale * (Exponent == 0.5 ? Math.Sqrt(size) : Math.Pow(size, Exponent)),
            ImpactForm.Exponential => PriceImpact.OneLessExp(size),
            _ => (1.0 - FloorRatio) * PriceImpact.OneLessExp(size / (1.0 - FloorRatio)),
        };
        return pressure < 0.0 ? -fall : Math.Min(fall, FallMax);
    }
}
