namespace OrleansLeverage.Domain.Lots;

/// <summary>Which open lot a disposal takes first.</summary>
public enum LotMethod
{
    /// <summary>The earliest acquired.</summary>
    Fifo,

    /// <summary>The latest acquired.</summary>
    Lifo,

    /// <summary>The dearest, the earliest among equals.</summary>
    Hifo,

    /// <summary>The cheapest, the earliest among equals.</summary>
    Lofo,

    /// <summary>All lots are one at their average cost (adjusted cost base).</summary>
    Average,

    /// <summary>Those that the disposal names.</summary>
    Specific,
}

/// <summary>What "dear" means for <see cref="LotMethod.Hifo"/> and <see cref="LotMethod.Lofo"/>.</summary>
public enum LotRank
{
    /// <summary>Cost of a unit with its fees.</summary>
    UnitCost,

    /// <summary>Market price at acquisition, without fees.</summary>
    SpotPrice,
}

public enum FeeRule
{
    /// <summary>Added to the cost of what is bought, taken off the proceeds of what is sold.</summary>
    InBasis,

    /// <summary>An expense of its own.</summary>
    Expense,
}

public enum OversellRule
{
    /// <summary>An error, and nothing of the ledger is done.</summary>
    Refuse,

    /// <summary>What is missing has no cost, and is recorded as a shortage.</summary>
    ZeroBasis,

    /// <summary>What is missing is sold short: a lot below zero, closed by later buys.</summary>
    OpenShort,
}

public enum IncomeRule
{
    /// <summary>Income at the market price, and a lot at that price.</summary>
    TaxedAtSpot,

    /// <summary>No income, and a lot without a cost.</summary>
    ZeroBasis,
}

public enum TransferFeeRule
{
    /// <summary>What is lost is disposed of at the market price.</summary>
    Disposal,

    /// <summary>What is lost leaves its cost to what arrives.</summary>
    IntoBasis,
}

public enum LotPooling
{
    /// <summary>One stock, wherever it lies.</summary>
    Universal,

    /// <summary>A stock per wallet; transfers carry lots over.</summary>
    PerWallet,
}

/// <summary>What programs and tax offices do differently, said openly.</summary>
public sealed record LotOptions
{
    public LotMethod Method { get; init; } = LotMethod.Fifo;

    public LotRank Rank { get; init; } = LotRank.UnitCost;

    public FeeRule Fees { get; init; } = FeeRule.InBasis;

    public OversellRule Oversell { get; init; } = OversellRule.Refuse;

    public IncomeRule Income { get; init; } = IncomeRule.TaxedAtSpot;

    public TransferFeeRule TransferFees { get; init; } = TransferFeeRule.Disposal;

    public LotPooling Pooling { get; init; } = LotPooling.Universal;

    /// <summary>Days after which a gain is long-term; null where a law makes no difference.</summary>
    public int? LongTermAfterDays { get; init; }

    /// <summary>Days after which a gain is free of tax; null where a law knows no such thing.</summary>
    public int? TaxFreeAfterDays { get; init; }
}
