using System.Globalization;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Engine.Deleveraging.Study;

/// <summary>Events, accounts, coins and USD of the whole episode.</summary>
public sealed record StudyTotals(long Events, int Coins, int Users, decimal NotionalUsd, decimal ClosedProfitUsd);

/// <summary>Share of the notional that the largest accounts bore.</summary>
public sealed record StudyConcentration(decimal Top10Share, decimal TopPercentShare, int TopPercentUsers,
    decimal Top3CoinShare);

/// <summary>What one policy takes in one wave: USD, USD above what was needed, the largest share of one account.
/// </summary>
public sealed record PolicyFigures(string Policy, decimal BudgetUsd, decimal OvershootUsd, decimal LargestShare);

/// <summary>A burst of deleveraging.</summary>
/// <param name="NeededUsd">As the study states it.</param>
/// <param name="NeededFromCoinsUsd">The same summed here from the wave's rows per coin.</param>
/// <param name="Policies">As the study states them.</param>
/// <param name="Own">What the product's own policies take, computed here.</param>
public sealed record StudyWave(long Wave, string Start, string End, long Rows, long Losers, decimal DeficitUsd,
    decimal NeededUsd, decimal NeededFromCoinsUsd, IReadOnlyList<PolicyFigures> Policies,
    IReadOnlyList<OwnFigures> Own);

/// <summary>
/// One account's leverage under different denominators, over the fills with a full account state.
/// </summary>
/// <param name="CashMax">Position value / cash, unrealised profit left out, at most.</param>
/// <param name="PositiveEquity">Fills of accounts with total equity above 0, over which the rest is taken.</param>
/// <param name="EquityMedian">Position value / total equity.</param>
/// <param name="EquityP95">The same, nearest rank.</param>
public sealed record LeverageDenominators(int Fills, decimal CashMax, decimal CashMedian, int PositiveEquity,
    decimal EquityMedian, decimal EquityP95, decimal EquityMax);

/// <summary>
/// The deleveraging of 10 October 2025 on Hyperliquid, summed from the study's own rows in exact decimals. Sources:
/// ConejoCapital/HyperMultiAssetedADL@79bad0f and pluriholonomic/autodeleveraging-analysis@aae0be8 (MIT).
/// </summary>
public sealed record AdlEventStudy(StudyTotals Totals, StudyConcentration Concentration,
    IReadOnlyList<StudyWave> Waves, LeverageDenominators Leverage, decimal QueueOvershootUsd,
    IReadOnlyList<PublishedHorizon> Horizons, PublishedHeadlines Published)
{
    /// <summary>By the names of the study's columns, in their order.</summary>
    public static readonly IReadOnlyList<string> Policies =
        ["prod", "pr", "pnl_pr", "eq_pr", "vector", "contract_pr", "fixed_point_ilp_integer"];

    private const int Top = 10;
    private const int TopCoins = 3;
    private const int PerCent = 100;

    public decimal DeficitUsd => Waves.Sum(w => w.DeficitUsd);

    public decimal NeededUsd => Waves.Sum(w => w.NeededUsd);

    /// <summary>A policy over all waves; shares are the largest of any wave.</summary>
    public PolicyFigures Cumulative(string policy)
    {
        var rows = Waves.Select(w => w.Policies.First(p => p.Policy == policy)).ToList();
        return new PolicyFigures(policy, rows.Sum(r => r.BudgetUsd), rows.Sum(r => r.OvershootUsd),
            rows.Max(r => r.LargestShare));
    }

    /// <summary>
    /// The overshoot of a policy as the study itself adds it up: a running balance in doubles over the waves, what was
    /// taken added before what was needed is taken off. Where nothing is overshot it is what rounding leaves.
    /// </summary>
    public double RunningOvershootUsd(string policy)
    {
        var balance = 0.0;
        foreach (var wave in Waves)
        {
            balance += Double(wave.Policies.First(p => p.Policy == policy).BudgetUsd);
            balance -= Double(wave.NeededUsd);
        }
        return balance;
    }

    /// <summary>By its text: the nearest double, which a conversion need not be.</summary>
    private static double Double(decimal value) =>
        double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>The names of the product's own policies, in their order.</summary>
    public static IReadOnlyList<string> OwnPolicies => OwnAllocation.Policies;

    /// <summary>One of them over all waves; shares are the largest of any wave.</summary>
    public OwnFigures OwnCumulative(string policy)
    {
        var rows = Waves.Select(w => w.Own.First(p => p.Policy == policy)).ToList();
        return new OwnFigures(policy, rows.Sum(r => r.TakenUsd), rows.Sum(r => r.ResidualUsd),
            rows.Max(r => r.LargestShare));
    }

    /// <summary>Reads the study's folder.</summary>
    /// <exception cref="FormatException">A file is not what it must be; the message names file and line.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static AdlEventStudy Read(string folder)
    {
        CsvTable Table(string name) => CsvTable.Read(Path.Combine(folder, name));
        var users = Table("adl_by_user_REALTIME.csv");
        var coins = Table("adl_by_coin_REALTIME.csv");
        var notional = users.Rows.Select(r => r.Decimal("adl_notional")).OrderDescending().ToArray();
        var byCoin = coins.Rows.Select(r => r.Decimal("adl_notional")).OrderDescending().ToArray();
        var total = notional.Sum();
        if (total <= 0m || byCoin.Length == 0)
        {
            throw new FormatException("the study has no notional");
        }
        return new AdlEventStudy(
            new StudyTotals(users.Rows.Sum(r => r.Whole("num_adl_events")), coins.Count, users.Count, total,
                users.Rows.Sum(r => r.Decimal("closed_pnl"))),
            new StudyConcentration(notional.Take(Top).Sum() / total,
                notional.Take(users.Count / PerCent).Sum() / total, users.Count / PerCent,
                byCoin.Take(TopCoins).Sum() / byCoin.Sum()),
            Wave(Table("policy_per_wave_metrics.csv"), Table("bad_debt_loser_waves.csv"),
                Table("two_pass_wave_coin_gap_per_contract.csv"), users),
            Denominators(Table("high_leverage_outliers_analysis.csv")),
            Table("per_shock_metrics_queue.csv").Rows.Sum(r => r.Decimal("overshoot_queue_usd")),
            PublishedHorizon.All, PublishedHeadlines.Read(Path.Combine(folder, "headlines.json")));
    }

    private static List<StudyWave> Wave(CsvTable policies, CsvTable losers, CsvTable gaps, CsvTable users)
    {
        var byWave = losers.Rows.ToDictionary(r => r.Whole("wave"));
        var needed = gaps.Rows.GroupBy(r => r.Whole("wave"))
            .ToDictionary(g => g.Key, g => g.Sum(r => r.Decimal("gap_usd_x_qty")));
        var own = OwnAllocation.Of(users,
            [.. policies.Rows.Select(r => needed.GetValueOrDefault(r.Whole("wave")))]);
        return
        [
            .. policies.Rows.Select((row, place) =>
            {
                var wave = row.Whole("wave");
                if (!byWave.TryGetValue(wave, out var loser))
                {
                    throw new FormatException($"bad_debt_loser_waves.csv has no wave {wave}");
                }
                return new StudyWave(wave, row.Text("t_start"), row.Text("t_end"), loser.Whole("n_rows"),
                    loser.Whole("unique_losers"), loser.Decimal("deficit_usd"), row.Decimal("budget_needed"),
                    needed.GetValueOrDefault(wave),
                    [.. Policies.Select(policy => new PolicyFigures(policy, row.Decimal("budget_" + policy),
                        row.Decimal("overshoot_" + policy), row.Decimal("max_pct_" + policy)))], own[place]);
            }),
        ];
    }

    private static LeverageDenominators Denominators(CsvTable fills)
    {
        var (cash, equity) = (new List<decimal>(), new List<decimal>());
        foreach (var row in fills.Rows)
        {
            var fill = AdlFill.Of(row);
            if (fill.CashLeverage is { } onCash)
            {
                cash.Add(onCash);
            }
            if (fill.EquityLeverage is { } onEquity)
            {
                equity.Add(onEquity);
            }
        }
        cash.Sort();
        equity.Sort();
        if (cash.Count == 0 || equity.Count == 0)
        {
            throw new FormatException("no fill has an account with cash and equity");
        }
        return new LeverageDenominators(fills.Count, cash[^1], Median(cash), equity.Count, Median(equity),
            NearestRank(equity, 0.95m), equity[^1]);
    }

    private static decimal Median(List<decimal> sorted) =>
        (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2m;

    private static decimal NearestRank(List<decimal> sorted, decimal share) =>
        sorted[(int)decimal.Ceiling(share * sorted.Count) - 1];
}

/// <summary>
/// One fill of a deleveraging with the state of its account before it. The study's profit per cent is over the
/// position's present value, so a short that fell by half shows 100 % and more.
/// </summary>
public readonly record struct AdlFill(decimal Price, decimal Size, decimal Position, decimal EntryPrice, decimal Cash,
    decimal AccountProfit)
{
    private const decimal PerCent = 100m;

    public decimal TotalEquity => Cash + AccountProfit;

    public decimal Notional => Math.Abs(Size) * Price;

    public decimal PositionValue => Math.Abs(Position) * Price;

    public decimal PositionProfit => Position * (Price - EntryPrice);

    public decimal ProfitPerCent => PositionProfit / PositionValue * PerCent;

    public bool IsNegativeEquity => TotalEquity < 0m;

    /// <summary>Position value / cash, as the study has it; null without cash.</summary>
    public decimal? CashLeverage => MarginForms.Leverage(PositionValue, Cash);

    /// <summary>Position value / total equity; null where that is not above 0.</summary>
    public decimal? EquityLeverage => MarginForms.Leverage(PositionValue, TotalEquity);

    /// <summary>The venue's own index; null without equity.</summary>
    public decimal? HyperliquidIndex => Domain.Deleveraging.DeleveragingScores.Of(
        Domain.Deleveraging.DeleveragingScore.Hyperliquid,
        new Domain.Deleveraging.ScoreInputs(Math.Sign(Position), Math.Abs(Position), Math.Abs(Position) * EntryPrice,
            PositionValue, PositionProfit, Cash, TotalEquity, 0m))?.Value;

    internal static AdlFill Of(CsvRow row) => new(row.Decimal("adl_price"), row.Decimal("adl_size"),
        row.Decimal("position_size"), row.Decimal("entry_price"), row.Decimal("account_value_realtime"),
        row.Decimal("total_unrealized_pnl"));
}
