using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// Every account as it was committed at one moment, with the prices of one frame: what can be read at leisure while the
/// grid goes on. Safe to read from any thread; holds no lock.
/// </summary>
public interface IMarketCut
{
    PriceFrame Frame { get; }

    /// <summary>What the insurance fund holds, USD.</summary>
    decimal FundUsd { get; }

    /// <summary>Accounts, numbered from 0 in the order in which they came.</summary>
    int Count { get; }

    /// <summary>A copy of the account that is the caller's own.</summary>
    Account Read(int number);
}
