namespace OrleansLeverage.Domain;

/// <summary>A cap on what an account may hold of one asset, against its equity.</summary>
/// <param name="MaxLeverage">Worst notional (orders included) over equity; null no cap.</param>
/// <param name="ReduceOnly">Nothing that adds risk is opened in the asset: its kill switch.</param>
public sealed record LeverageLimit(decimal? MaxLeverage, bool ReduceOnly = false);

/// <summary>
/// Caps on leverage that hold beside margin, and the switch that stops everything that adds risk. They are part of
/// <see cref="RiskRules"/>: in force from its effective time, and every journal record names the version it was decided
/// under. What is refused: an order and a trade that open or grow a position, and collateral that leaves an account
/// which would then be above a cap. What is not: anything that reduces, the taking over of a liquidated position, an
/// import of what is held already. Nothing that exists is liquidated for them.
/// </summary>
public sealed record LeverageLimits
{
    public const decimal LeverageMax = 1_000m;

    /// <summary>Nothing that adds risk is opened by anybody.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>
    /// Whether trades are held to the limits as orders are. False where fills are reported after the fact and cannot be
    /// refused: then only orders are.
    /// </summary>
    public bool Fills { get; init; } = true;

    /// <summary>Worst gross notional over equity of a whole account; null no cap.</summary>
    public decimal? Account { get; init; }

    /// <summary>By the asset that instruments are on.</summary>
    public IReadOnlyDictionary<AssetId, LeverageLimit> Assets { get; init; } =
        new Dictionary<AssetId, LeverageLimit>();

    internal bool HasCaps => Account is not null || Assets.Values.Any(limit => limit.MaxLeverage is not null);

    internal void Check(string rules)
    {
        foreach (var leverage in Assets.Values.Select(limit => limit.MaxLeverage).Append(Account))
        {
            if (leverage is <= 0m or > LeverageMax)
            {
                throw new FormatException(
                    $"rules {rules}: largest leverage {leverage} is not above 0 and at most {LeverageMax}");
            }
        }
    }

    /// <summary>Why nothing may be opened on the instrument, in words; null where something may.</summary>
    public string? StopOf(Instrument instrument) => KillSwitch ? "kill switch"
        : Assets.TryGetValue(instrument.Base.Id, out var limit) && limit.ReduceOnly ? $"{instrument.Base} reduce only"
        : null;

    /// <summary>
    /// The cap that the account passes on an asset, or in all, in words; null where it passes none. Exact:
    /// notional &gt; cap · equity, nothing is divided. Equity of 0 or below passes every cap.
    /// </summary>
    /// <param name="asset">The one that is asked about; null asks about every asset that is held or ordered.</param>
    /// <param name="withOrders">
    /// Open orders count at their worst. A trade is judged without: an order whose fill it is would count twice.
    /// </param>
    public string? Excess(AccountValuation valuation, AssetId? asset, bool withOrders)
    {
        var equity = Math.Max(valuation.Equity, 0m);
        var all = 0m;
        foreach (var position in valuation.Positions)
        {
            all += Worst(position, withOrders);
            var held = position.Position.Instrument.Base.Id;
            if (asset is { } asked && held != asked)
            {
                continue;
            }
            if (Assets.TryGetValue(held, out var limit) && limit.MaxLeverage is { } most
                && valuation.Positions.Where(p => p.Position.Instrument.Base.Id == held)
                    .Sum(p => Worst(p, withOrders)) is var notional && notional > most * equity)
            {
                return $"{held} notional {Decimals.Text(notional)}, at most {Decimals.Text(most)} times equity "
                    + Decimals.Text(equity);
            }
        }
        return Account is { } cap && all > cap * equity
            ? $"gross notional {Decimals.Text(all)}, at most {Decimals.Text(cap)} times equity {Decimals.Text(equity)}"
            : null;
    }

    private static decimal Worst(PositionValuation position, bool withOrders) =>
        withOrders ? Math.Max(position.Notional, position.OrderNotional) : position.Notional;
}
