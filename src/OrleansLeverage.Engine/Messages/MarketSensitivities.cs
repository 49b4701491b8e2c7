using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// The options of one underlying, whose holders' sensitivities cancel: so those of market makers, and those of all that
/// is held long, which somebody is short of. USD; see <see cref="UnitGreeks"/>.
/// </summary>
/// <param name="Makers">Null where no market maker holds an option: then nobody says who hedges.</param>
/// <param name="MakerVegaByExpiry">By <see cref="ExpiryBuckets"/>; empty likewise.</param>
/// <param name="HedgingFlowPerPercent">Bought by hedgers when the price rises by 1 %; sold where negative.</param>
/// <param name="Feedback">
/// Further move that the hedging of a move brings, at an impact of 1 / (<see cref="MarketSensitivities.Depth"/>·open
/// interest of the underlying's other contracts) a USD; null where there are none.
/// </param>
public sealed record UnderlyingSensitivities(
    AssetId Underlying, double Spot, UnitGreeks? Makers, IReadOnlyList<double> MakerVegaByExpiry, UnitGreeks Open,
    IReadOnlyList<double> OpenVegaByExpiry, double? HedgingFlowPerPercent, double? Feedback);

/// <summary>Sensitivities of the market as they were last made, seconds before the figures they come with.</summary>
/// <param name="Coverage">Accounts seen / accounts, by which everything held was counted; null without any.</param>
/// <param name="Series">Series with sensitivities; <paramref name="Unvalued"/> have none.</param>
public sealed record MarketSensitivities(FrameNumber Frame, long FrameTimeMs, double? Coverage, int Series,
    int Unvalued, IReadOnlyList<UnderlyingSensitivities> Underlyings)
{
    /// <summary>
    /// Open interests that move the price by 100 %: Cont and Schaanning's depth where a day trades one and a half open
    /// interests and moves 3 %.
    /// </summary>
    public const double Depth = 20.0;

    /// <summary>Accounts whose contracts were looked at; <see cref="Unknown"/> of them are in no sum.</summary>
    public required long Accounts { get; init; }

    public required long Unknown { get; init; }

    /// <summary>Null where one place has all accounts.</summary>
    public ReadScope? Scope { get; init; }
}
