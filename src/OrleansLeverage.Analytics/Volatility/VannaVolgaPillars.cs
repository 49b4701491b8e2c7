using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>The three quotes that a vanna-volga smile goes through, annualised per 1.00.</summary>
/// <param name="Put">25-delta put.</param>
/// <param name="Atm">Delta-neutral straddle.</param>
/// <param name="Call">25-delta call.</param>
/// <param name="Delta">Whose deltas the quotes are at. Venues of coin options quote the forward delta.</param>
public sealed record VannaVolgaPillars(double Put, double Atm, double Call, DeltaConvention Delta)
{
    /// <summary>The delta of the outer pillars.</summary>
    public const double PillarDelta = 0.25;

    /// <summary>What the market calls the 25-delta risk reversal: call − put.</summary>
    public double RiskReversal => Call - Put;

    /// <summary>25-delta butterfly: (call + put)/2 − at the money.</summary>
    public double Butterfly => ((Call + Put) / 2.0) - Atm;
}
