using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>One option series: what one contract adds to its holder, and how many there are.</summary>
/// <param name="Underlying">The asset that it is on.</param>
/// <param name="OpenContracts">Held long, which is held short.</param>
/// <param name="MakerContracts">Net of market makers; with the opposite sign it is everybody else's.</param>
public sealed record SeriesGreeks(
    Instrument Instrument, AssetId Underlying, double OpenContracts, double MakerContracts, UnitGreeks Unit);

/// <summary>Sensitivities of every option series at one frame, in the order of the universe.</summary>
/// <param name="Unvalued">Series without sensitivities, and why.</param>
public sealed record MarketGreeks(
    FrameNumber Frame, long FrameTimeMs, IReadOnlyList<SeriesGreeks> Series,
    IReadOnlyList<(InstrumentId Instrument, string Reason)> Unvalued);
