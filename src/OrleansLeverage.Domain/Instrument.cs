namespace OrleansLeverage.Domain;

public enum InstrumentKind
{
    Spot,
    Perpetual,
    Future,
    Option,
}

/// <summary>
/// Linear: profit in the quote, per base unit. Inverse: face value in the quote, profit in the base coin.
/// </summary>
public enum ContractStyle
{
    Linear,
    Inverse,
}

public enum OptionRight
{
    Call,
    Put,
}

/// <summary>
/// How a series is marked by the engine itself: on the price of a feed (the future of its expiry, or the spot) at a
/// volatility, annualised per 1.00.
/// </summary>
public sealed record OptionMarking(FeedId Underlying, decimal Volatility)
{
    public const decimal VolatilityMax = 100m;
}

/// <summary>
/// Terms of an option series, European. Its price is that of its own feed: published to it, or made by the engine where
/// <see cref="Marking"/> says from what.
/// </summary>
public sealed record OptionTerms(Price Strike, OptionRight Right)
{
    public OptionMarking? Marking { get; init; }

    /// <summary>
    /// What a unit of the underlying pays when it is delivered at <paramref name="delivery"/>: max(0, ±(P − K)) in the
    /// quote, over P in coin. A payoff in coin is rounded down to 12 digits, the same for both sides.
    /// </summary>
    public decimal Payoff(Price delivery, bool inCoin)
    {
        var gain = Right == OptionRight.Call ? delivery.Value - Strike.Value : Strike.Value - delivery.Value;
        return gain <= 0m ? 0m
            : inCoin ? decimal.Round(gain / delivery.Value, Decimals.ScaleMax, MidpointRounding.ToZero)
            : gain;
    }
}

/// <summary>
/// What can be held: the contract, its grid and its limits. With m the multiplier, q signed quantity, P the mark:
/// <code>
///            value of q at P        profit of (q, cost)     notional
/// linear     q·m·P   (settlement)   q·m·P − cost            |q|·m·P
/// inverse    q·m/P   (base coin)    cost − q·m/P            |q|·m/P coins = |q|·m quote
/// </code>
/// so profit = sign·(value − cost) with sign +1 linear, −1 inverse. A linear value is exact; an inverse value is
/// rounded down to the coin's quantum, which is always against the account.
/// </summary>
public sealed record Instrument
{
    public required InstrumentId Id { get; init; }

    public required InstrumentKind Kind { get; init; }

    public ContractStyle Style { get; init; } = ContractStyle.Linear;

    public required Asset Base { get; init; }

    public required Asset Quote { get; init; }

    /// <summary>The asset in which profit, funding and fees are paid.</summary>
    public required Asset Settlement { get; init; }

    /// <summary>The feed whose price is this instrument's mark.</summary>
    public required Feed MarkFeed { get; init; }

    /// <summary>Linear: base units per contract. Inverse: face value of a contract in the quote.</summary>
    public decimal Multiplier { get; init; } = 1m;

    public required decimal TickSize { get; init; }

    public required decimal LotSize { get; init; }

    /// <summary>Largest |position| of one account, in contracts.</summary>
    public required decimal PositionLimit { get; init; }

    /// <summary>Largest price that can be marked or traded.</summary>
    public required decimal PriceMax { get; init; }

    /// <summary>Brackets; where <see cref="Terms"/> say more, only their outline.</summary>
    public required MarginSchedule Margin { get; init; }

    /// <summary>Margin as the venue states it where brackets do not say it all; null where they do.</summary>
    public ScheduleTerms? Terms { get; init; }

    public DateTimeOffset? Expiry { get; init; }

    public OptionTerms? Option { get; init; }

    /// <summary>False once settled or delisted: nothing opens any more.</summary>
    public bool IsOpen { get; init; } = true;

    /// <summary>Place in the universe's columns.</summary>
    public int Index { get; init; }

    /// <summary>+1 where value minus cost is profit (linear), −1 where it is the other way round (inverse).</summary>
    public int ProfitSign => Style == ContractStyle.Linear ? 1 : -1;

    /// <summary>True for an option whose premium and payoff are in the coin that it is on.</summary>
    public bool IsCoinSettled => Option is not null && Settlement == Base;

    /// <summary>Maintenance margin of a position, USD; 0 of none.</summary>
    /// <param name="notional">USD, from 0.</param>
    /// <param name="contracts">From 0.</param>
    public decimal MaintenanceMargin(decimal notional, decimal contracts) => notional == 0m ? 0m
        : Terms?.Maintenance(notional, contracts) ?? Margin.Maintenance(notional);

    /// <summary>Initial margin, rounded up to <paramref name="quantum"/>.</summary>
    public decimal InitialMargin(decimal notional, decimal contracts, decimal? leverage, decimal openInterest,
        decimal quantum) => Terms is { } terms
        ? Decimals.CeilingTo(terms.Initial(notional, contracts, leverage, openInterest), quantum)
        : Margin.Initial(notional, leverage, openInterest, quantum);

    /// <summary>Largest leverage that may be set or used at a size, now.</summary>
    public decimal MaxLeverage(decimal notional, decimal contracts, decimal openInterest) =>
        Terms?.MaxLeverage(notional, contracts, openInterest) ?? Margin.MaxLeverage(notional, openInterest);

    /// <summary>USD of one contract at a mark and a price of its settlement asset.</summary>
    /// <remarks>
    /// Inverse: m/P coins at S; where the coin is priced by the mark itself S/P is exactly 1 and nothing is divided.
    /// </remarks>
    public decimal UnitNotional(decimal mark, decimal settlement) => Style == ContractStyle.Linear
        ? Multiplier * mark * settlement
        : Multiplier * (mark == settlement ? 1m : settlement / mark);

    /// <summary>
    /// Signed value of <paramref name="quantity"/> at <paramref name="price"/> in the settlement asset.
    /// </summary>
    public decimal Value(Quantity quantity, Price price) => Value(quantity, price.Value);

    /// <summary>The same at what an expiry pays, which may be 0 of a linear contract.</summary>
    internal decimal Value(Quantity quantity, decimal price) => Style == ContractStyle.Linear
        ? quantity.Value * Multiplier * price
        : Decimals.FloorTo(quantity.Value * Multiplier / price, Settlement.Quantum);

    public bool IsOnLot(Quantity quantity) => Decimals.IsMultipleOf(quantity.Value, LotSize);

    public bool IsOnTick(Price price) => Decimals.IsMultipleOf(price.Value, TickSize);

    public override string ToString() => Id.Value;
}
