using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Core;

/// <summary>What a decision about one account may need to know of all of them.</summary>
internal interface IVenueBooks
{
    /// <summary>Whether an account was confirmed bankrupt and has not recovered since; null where not known.</summary>
    bool? IsInDebt { get; }

    /// <summary>Units of an asset that the insurance fund has.</summary>
    decimal InsuranceFund(AssetId asset);
}
