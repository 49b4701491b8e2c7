namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// What a delta counts. With w = ±1, Q the foreign (coin) discount factor, F the forward:
/// <code>
/// Spot                     w·Q·N(w·d1)             spot to hold, premium paid in the quote
/// Forward                  w·N(w·d1)               forwards to hold (Deribit's API)
/// PremiumAdjustedSpot      w·Q·(K/F)·N(w·d2)       Spot − V/S: the premium is paid in coin and is itself coin to hold
/// PremiumAdjustedForward   w·(K/F)·N(w·d2)         the same in forwards (Deribit's net transaction delta)
/// </code>
/// Source: quant reference §4; QuantLib blackdeltacalculator.
/// </summary>
public enum DeltaConvention
{
    Spot,
    Forward,
    PremiumAdjustedSpot,
    PremiumAdjustedForward,
}
