using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>Something that was closed of an account because it was past its line.</summary>
/// <param name="Sequence">The grid's count of applied commands when this one was.</param>
/// <param name="Closed">Contracts that the account was given: negative closed a long position.</param>
/// <param name="FrameTimeMs">Of the newest frame that anything was applied at.</param>
public sealed record LiquidationFill(long Sequence, AccountId Account, InstrumentId Instrument, Quantity Closed,
    Price Price, FrameNumber Frame, long FrameTimeMs);
