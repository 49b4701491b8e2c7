namespace OrleansLeverage.Domain.Scenarios;

/// <summary>
/// Margin by scenarios as data: which states of the market are tried, how options are valued in them, and what is
/// charged beside the worst. A venue is a file of these, never a class. What a part is null of is not charged.
/// </summary>
public sealed record ScenarioRules
{
    public const int ScenariosMax = 64;

    private readonly IReadOnlyList<RiskScenario> _scenarios = [];

    public required string Name { get; init; }

    /// <summary>Linear: margin in the quote. Inverse: margin in the base coin.</summary>
    public ContractStyle Settlement { get; init; } = ContractStyle.Linear;

    /// <exception cref="ScenarioException">None, or more than <see cref="ScenariosMax"/>.</exception>
    public required IReadOnlyList<RiskScenario> Scenarios
    {
        get => _scenarios;
        init => _scenarios = value.Count is > 0 and <= ScenariosMax
            ? [.. value]
            : throw new ScenarioException(ScenarioStatus.BadRules,
                $"{value.Count} scenarios; between 1 and {ScenariosMax} are possible");
    }

    public required VolatilityTerms Volatility { get; init; }

    public SkewTerms? Skew { get; init; }

    public StaticDiscountTerms? Discount { get; init; }

    public BasisTerms? Basis { get; init; }

    public ContingencyTerms? Contingency { get; init; }

    public FuturesTerms? Futures { get; init; }

    public OffsetTerms Offset { get; init; } = new();

    /// <summary>What the worst loss is multiplied by for initial margin.</summary>
    public decimal InitialFactor { get; init; } = 1m;

    public decimal MaintenanceFactor { get; init; } = 1m;

    /// <summary>An expiring price is averaged over so long; what is averaged already no longer moves.</summary>
    public int SettlementSeconds { get; init; } = 1800;

    /// <summary>Rules that try nothing: for the marks of a market alone.</summary>
    public static ScenarioRules MarksAlone(ContractStyle settlement) => new()
    {
        Name = "marks",
        Settlement = settlement,
        Scenarios = [new RiskScenario { Name = "as it is", PriceFactor = 1m }],
        Volatility = new VolatilityTerms { Up = 0m, Down = 0m, ShortPower = 0m, LongPower = 0m },
    };
}

/// <summary>
/// Volatility up by 1 + up·(reference/days)^power, down by max(0, 1 − down·(…)^power), power short or long by whether
/// the expiry is within the reference; days at least <see cref="DaysFloor"/>. After a move up at least
/// <see cref="UpFloor"/>, per 1.00.
/// </summary>
public sealed record VolatilityTerms
{
    public required decimal Up { get; init; }

    public required decimal Down { get; init; }

    public decimal UpFloor { get; init; }

    public required decimal ShortPower { get; init; }

    public required decimal LongPower { get; init; }

    public decimal DaysFloor { get; init; }

    public decimal ReferenceDays { get; init; } = 30m;
}

/// <summary>
/// Volatility times 1 + clip(k·cap/k*, ±cap) with k = ln(strike/forward), its size where absolute,
/// cap = base + slope·√years, k* = max(least, √years·width·(level + tilt·√years)), where the smile becomes flat. Each
/// expiry's result is taken as a loss, whatever its sign: the smile may as well turn the other way.
/// </summary>
public sealed record SkewTerms
{
    public decimal LinearCap { get; init; }

    public decimal LinearSlope { get; init; }

    public decimal AbsoluteCap { get; init; }

    public decimal AbsoluteSlope { get; init; }

    public decimal Least { get; init; }

    public decimal Width { get; init; }

    public decimal Level { get; init; }

    public decimal Tilt { get; init; }
}

/// <summary>
/// An expiry that is worth something in a scenario counts base·e^(−years·(rate·scale + add)) of it, one that owes
/// min(e^(rate·years), base·e^(years·(rate·scale + add))).
/// </summary>
public sealed record StaticDiscountTerms
{
    public decimal LongBase { get; init; } = 1m;

    public decimal LongScale { get; init; }

    public decimal LongAdd { get; init; }

    public decimal ShortBase { get; init; } = 1m;

    public decimal ShortScale { get; init; }

    public decimal ShortAdd { get; init; }
}

/// <summary>Per expiry the worse of a move up and one down, if a loss, times add + scale·years; all add up.</summary>
public sealed record BasisTerms
{
    public required decimal UpFactor { get; init; }

    public required decimal DownFactor { get; init; }

    public decimal Add { get; init; }

    public decimal Scale { get; init; }
}

/// <summary>
/// Charges that no scenario sees. Rates of the spot notional; those of initial margin come on top of maintenance.
/// </summary>
public sealed record ContingencyTerms
{
    public decimal FutureMaintenance { get; init; }

    public decimal FutureInitial { get; init; }

    /// <summary>Per short option of a strike that no long option of it pairs with.</summary>
    public decimal NakedMaintenance { get; init; }

    public decimal NakedInitial { get; init; }

    /// <summary>Below this confidence (1 − confidence)·rate of the notional is charged to initial margin.</summary>
    public decimal ConfidenceThreshold { get; init; }

    public decimal ConfidenceRate { get; init; }

    /// <summary>Below this price of the stablecoin the initial factor rises by the shortfall·rate.</summary>
    public decimal PegThreshold { get; init; }

    public decimal PegRate { get; init; }
}

/// <summary>
/// Roll shock: Σ over expiries of |net delta|·max(e^(risk·years) − 1, least). Delta shock: |D|·min(max(|D| −
/// threshold/index, 0)·increment, most), D the net delta that would have to be closed. Source: Deribit's portfolio
/// margin, parameters of private/pme/simulate; the roll shock of two real answers follows, of the delta shock no answer
/// above its threshold is public, so its form is how the venue words it.
/// </summary>
public sealed record FuturesTerms
{
    public decimal AnnualMove { get; init; }

    public decimal LeastMove { get; init; }

    /// <summary>Quote units of delta that shock nothing.</summary>
    public decimal DeltaThreshold { get; init; }

    /// <summary>Shock per unit of the base above the threshold.</summary>
    public decimal DeltaIncrement { get; init; }

    public decimal DeltaMost { get; init; }
}

/// <summary>What a portfolio's gain in a scenario counts for, and what far scenarios are dampened by.</summary>
public sealed record OffsetTerms
{
    /// <summary>Share of a gain that counts; 1 counts it whole.</summary>
    public decimal GainShare { get; init; } = 1m;

    /// <summary>In the quote; times <see cref="RiskScenario.Dampening"/>.</summary>
    public decimal Dampener { get; init; }
}
