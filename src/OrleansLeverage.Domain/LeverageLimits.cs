namespace OrleansLeverage.Domain;

/// <summary>A cap on what an account may hold of one asset, against its equity.</summary>
/// <param name="MaxLeverage">Worst notional (orders included) over equity; null no cap.</param>
/// <param name="ReduceOnly">Nothing that adds risk is opened in the asset: its kill switch.</param>
public sealed record LeverageLimit(decimal? MaxLeverage, bool ReduceOnly = false);

/// <summary>
/// Caps on leverage that hold beside margin, and the switch that stops everything that adds risk. They are part of
/// <see cref="RiskRules"/>: in force from its effective time, and every journal record names the version it was decided
/// under. Only what opens or grows a position is refused, and nothing that exists is liquidated for them.
/// </summary>
public sealed record LeverageLimits
{
    public const decimal LeverageMax = 1_000m;

    /// <summary>Nothing that adds risk is opened by anybody.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>Worst gross notional over equity of a whole account; null no cap.</summary>
    public decimal? Account { get; init; }

    /// <summary>By the asset that instruments are on.</summary>
    public IReadOnlyDictionary<AssetId, LeverageLimit> Assets { get; init; } =
        new Dictionary<AssetId, LeverageLimit>();

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
    /// The cap that the account passes on the instrument's asset, or in all, in words; null where it passes none.
    /// Exact: notional &gt; cap · equity, nothing is divided. Equity of 0 or below passes every cap.
    /// </summary>
    public string? Excess(AccountValuation valuation, Instrument instrument)
    {
        var (asset, all) = (0m, 0m);
        foreach (var position in valuation.Positions)
        {
            var worst = Math.Max(position.Notional, position.OrderNotional);
            all += worst;
            asset += position.Position.Instrument.Base.Id == instrument.Base.Id ? worst : 0m;
        }
        var equity = Math.Max(valuation.Equity, 0m);
        return Assets.TryGetValue(instrument.Base.Id, out var limit) && limit.MaxLeverage is { } most
            && asset > most * equity
            ? $"{instrument.Base} notional {Decimals.Text(asset)}, at most {Decimals.Text(most)} times equity "
                + Decimals.Text(equity)
            : Account is { } cap && all > cap * equity
            ? $"gross notional {Decimals.Text(all)}, at most {Decimals.Text(cap)} times equity {Decimals.Text(equity)}"
            : null;
    }
}
