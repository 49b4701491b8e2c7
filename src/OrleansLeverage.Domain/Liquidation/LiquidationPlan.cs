namespace OrleansLeverage.Domain;

/// <summary>
/// What came of asking whether an account is to be liquidated. Of several that fit, the first is given.
/// </summary>
public enum LiquidationStatus
{
    /// <summary>A price that the account depends on has not been measured.</summary>
    PriceUnknown,

    /// <summary>A price is too old or stopped: it decides nothing.</summary>
    PricesNotFresh,

    /// <summary>Every bucket keeps its maintenance margin.</summary>
    Healthy,

    /// <summary>Every bucket that failed is within the target ratio, or empty, after the steps.</summary>
    Resolved,

    /// <summary>The bounds of one liquidation were met first: the rest is for the next.</summary>
    Bounded,

    /// <summary>A position could not be closed at the price that there was; see the step's refusal.</summary>
    Refused,
}

/// <summary>One close of a plan. Amounts in the instrument's settlement asset.</summary>
public sealed record LiquidationStep
{
    public required Instrument Instrument { get; init; }

    public required bool IsIsolated { get; init; }

    /// <summary>What the account trades: the opposite sign of what it held.</summary>
    public required Quantity Close { get; init; }

    public required Price Price { get; init; }

    /// <summary>Price at which the part's share of the equity would be used up; null where none is above 0.</summary>
    public required decimal? BankruptcyPrice { get; init; }

    /// <summary>Why the close was not possible; Applied where it was.</summary>
    public required CommandStatus Status { get; init; }

    /// <summary>Taken for the insurance fund, from 0.</summary>
    public decimal Fee { get; init; }

    /// <summary>Asked of the insurance fund, from 0; only where the close fell short of bankruptcy.</summary>
    public decimal Claim { get; init; }

    public MarginBucket Before { get; init; }

    public MarginBucket After { get; init; }

    /// <summary>What happens to the account, claim included: it is paid by the fund or by deleveraging.</summary>
    public IReadOnlyList<AccountEvent> Events { get; init; } = [];

    /// <summary>The other side of it. Fee and claim are entered under <see cref="HouseAccount.Insurance"/>.</summary>
    public IReadOnlyList<HouseEntry> House { get; init; } = [];
}

/// <summary>
/// What is closed of an account, at which prices, what the fund takes and is asked for, and how the account stands
/// afterwards. Nothing was changed: <see cref="After"/> is a copy.
/// </summary>
public sealed record LiquidationPlan
{
    public required LiquidationStatus Status { get; init; }

    public required IReadOnlyList<LiquidationStep> Steps { get; init; }

    /// <summary>The account with the orders released and the steps applied; the account itself without steps.</summary>
    public required Account After { get; init; }

    /// <summary>The same, valued at the same frame.</summary>
    public required AccountValuation Valuation { get; init; }

    /// <summary>Fees of all steps, USD, rounded down.</summary>
    public decimal FeesUsd { get; init; }

    /// <summary>Claims of all steps, USD, rounded up.</summary>
    public decimal ClaimsUsd { get; init; }

    /// <summary>What the fund takes and pays, and the residual deficit that it leaves to deleveraging.</summary>
    public FundFlow Settle(decimal fundUsd) => InsuranceFund.Settle(fundUsd, FeesUsd, ClaimsUsd);
}
