using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

public enum AccountStyle
{
    LeveredLong,
    LeveredShort,

    /// <summary>Holds coins and is short against them.</summary>
    Hedger,

    /// <summary>Holds what the others left over, so that longs equal shorts in every instrument.</summary>
    MarketMaker,
}

/// <summary>An account of the population as it begins: what <see cref="ImportAccount"/> takes.</summary>
/// <param name="Number">From 0; the account's place in the population.</param>
public sealed record PopulationAccount(
    int Number, AccountId Id, AccountStyle Style,
    IReadOnlyList<ImportedBalance> Balances, IReadOnlyList<ImportedPosition> Positions);
