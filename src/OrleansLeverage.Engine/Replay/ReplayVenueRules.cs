using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Engine.Replay;

/// <summary>How a replayed venue liquidates, who takes over, and who pays.</summary>
public sealed record ReplayVenueRules
{
    /// <summary>The insurance fund at the start, USD.</summary>
    public required decimal Fund { get; init; }

    /// <summary>
    /// Price and size of liquidations. Below the backstop share an account is taken over at its bankruptcy price, so
    /// that a concession never asks for more than there is.
    /// </summary>
    public LiquidationRules Liquidation { get; init; } = new()
    {
        Order = LiquidationOrder.LargestMaintenance,
        Scope = LiquidationScope.ToTarget,
        Pricing = LiquidationPricing.Concession,
        Concession = 0.0015m,
        TargetRatio = 0.80m,
        NotionalMin = 100m,
        BackstopShare = 0.5m,
    };

    /// <summary>What the market takes from the desk that sells on, as a share of the mark.</summary>
    public decimal Slippage { get; init; } = 0.0010m;

    public DeleveragingRule Deleveraging { get; init; } = new();
}

/// <summary>What happened to contracts in a replayed venue.</summary>
public enum VenueAct : byte
{
    /// <summary>Closed at a concession; the fund keeps what the market gave above it.</summary>
    Liquidated,

    /// <summary>Bankrupt, taken over at the bankruptcy price; the fund pays the loss.</summary>
    PaidByFund,

    /// <summary>Bankrupt, closed against a winner at the bankruptcy price.</summary>
    Deleveraged,

    /// <summary>Bankrupt, sold to the market because nobody could take it over; what it owes stays.</summary>
    Unpaid,
}

/// <summary>One fill of a replayed venue, in the order of what happened.</summary>
public sealed record VenueFill(long Sequence, FrameNumber Frame, long FrameTimeMs, VenueAct Act, AccountId Account,
    InstrumentId Instrument, Quantity Quantity, Price Price, AccountId Counterparty);

/// <param name="Liquidations">Accounts that were liquidated, counted once per frame.</param>
/// <param name="FundIn">USD the fund gained by selling on, in all.</param>
/// <param name="FundOut">USD it paid.</param>
/// <param name="Deleveraged">Legs against winners.</param>
/// <param name="BadDebt">USD that accounts owe and nobody has paid.</param>
/// <param name="BooksChecked">Frames after which all books were found to close to the unit.</param>
public sealed record VenueTotals(
    long Liquidations, long Bankruptcies, long Fills, decimal FundBefore, decimal FundAfter, decimal FundIn,
    decimal FundOut, long Deleveraged, decimal DeleveragedNotional, decimal Forgone, decimal BadDebt,
    long BooksChecked, string FillHash);
