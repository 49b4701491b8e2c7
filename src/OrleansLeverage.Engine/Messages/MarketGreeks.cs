using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>One option series: what one contract adds to its holder, and how many there are.</summary>
/// <param name="Underlying">The asset that it is on.</param>
/// <param name="OpenContracts">Held long, which is held short.</param>
/// <param name="MakerContracts">Net of market makers; with the opposite sign it is everybody else's.</param>
public sealed record SeriesGreeks(
    Instrument Instrument, AssetId Underlying, double OpenContracts, double MakerContracts, UnitGreeks Unit);

/// <summary>One underlying with its series, in the order of the universe.</summary>
/// <param name="Spot">USD.</param>
/// <param name="Gains">USD that market makers gain when the spot has moved by one of
/// <see cref="MarketGreeks.SpotMoves"/> and every volatility by one of <see cref="MarketGreeks.VolatilityShifts"/>,
/// everything valued anew: by shift, then by move.</param>
public sealed record UnderlyingSeries(
    AssetId Underlying, double Spot, IReadOnlyList<SeriesGreeks> Series, IReadOnlyList<IReadOnlyList<double>> Gains);

/// <summary>Sensitivities of every option series at one frame.</summary>
/// <param name="Unvalued">Series without sensitivities, and why.</param>
public sealed record MarketGreeks(
    FrameNumber Frame, long FrameTimeMs, IReadOnlyList<UnderlyingSeries> Underlyings,
    IReadOnlyList<(InstrumentId Instrument, string Reason)> Unvalued)
{
    /// <summary>Accounts whose contracts were looked at; <see cref="Unknown"/> of them are in no sum.</summary>
    public required long Accounts { get; init; }

    public required long Unknown { get; init; }

    /// <summary>Null where one place has all accounts.</summary>
    public ReadScope? Scope { get; init; }

    /// <summary>Relative: −0.2 is 20 % down.</summary>
    public static IReadOnlyList<double> SpotMoves { get; } =
        [-0.20, -0.15, -0.10, -0.05, 0.0, 0.05, 0.10, 0.15, 0.20];

    /// <summary>Added to the volatility of every series, per 1.00.</summary>
    public static IReadOnlyList<double> VolatilityShifts { get; } = [-0.20, -0.10, 0.0, 0.10, 0.20];
}
