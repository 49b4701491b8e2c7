namespace OrleansLeverage.Analytics.Systemic;

/// <summary>How stretched something is.</summary>
public enum StretchLevel
{
    Calm,
    Elevated,
    High,
    Extreme,
}

/// <summary>One figure against the bounds it is judged by; the level is that of the highest bound reached.</summary>
/// <param name="Bounds">Where elevated, high and extreme begin.</param>
public sealed record Finding(string Name, double? Value, IReadOnlyList<double> Bounds)
{
    /// <summary>A figure without a value is no finding: calm here, and null where it is shown.</summary>
    public StretchLevel Level => (StretchLevel)Bounds.Count(bound => Value >= bound);
}

/// <summary>Accounts and notional at or above a leverage.</summary>
/// <param name="NotionalShare">Of all notional of solvent accounts; null for an empty market.</param>
public sealed record AboveLeverage(
    double Leverage, long Accounts, double Notional, double? NotionalShare, double? EquityShare);

/// <summary>
/// Report on a high-leverage environment: how much of the market is how levered, judged against bounds that are data.
/// Accounts without equity are counted apart and never mixed into a ratio.
/// </summary>
/// <param name="MarketLeverage">Σ gross / Σ equity.</param>
/// <param name="BorrowedShare">Σ max(0, gross − equity) / Σ equity.</param>
/// <param name="AccountQuantiles">Leverage of the account at p50, p90, p99 (nearest rank).</param>
/// <param name="NotionalQuantiles">Leverage that half, 90 %, 99 % of the notional lies at or below.</param>
public sealed record LeverageEnvironment(
    long Accounts, long WithoutEquity, double Deficit, double? MarketLeverage, double? BorrowedShare,
    IReadOnlyList<AboveLeverage> Above, IReadOnlyList<double?> AccountQuantiles,
    IReadOnlyList<double?> NotionalQuantiles, IReadOnlyList<Finding> Findings)
{
    private static readonly double[] Quantiles = [0.50, 0.90, 0.99];

    public static IReadOnlyList<double> Leverages { get; } = [5.0, 10.0, 20.0, 50.0, 100.0];

    /// <summary>The worst of the findings.</summary>
    public StretchLevel Level => Findings.Max(f => f.Level);

    /// <param name="atRiskShare">Share of notional that liquidates within ±5 %, where known.</param>
    public static LeverageEnvironment Of(IReadOnlyList<AccountFigures> accounts, double? atRiskShare = null)
    {
        var held = accounts.Where(a => a.GrossNotional > 0.0 && a.Equity > 0.0)
            .OrderBy(a => a.GrossNotional / a.Equity).ToArray();
        var (gross, equity) = (FixedOrderSum.Of(held.Select(a => a.GrossNotional)),
            FixedOrderSum.Of(accounts.Where(a => a.Equity > 0.0).Select(a => a.Equity)));
        var borrowed = FixedOrderSum.Of(held.Select(a => Math.Max(0.0, a.GrossNotional - a.Equity)));
        var above = Leverages.Select(limit => AtOrAbove(held, limit, gross, equity)).ToArray();
        var market = equity > 0.0 ? gross / equity : (double?)null;
        var share = equity > 0.0 ? borrowed / equity : (double?)null;
        double?[] byAccounts = [.. Quantiles.Select(q => Quantile(held, q, _ => 1.0))];
        double?[] byNotional = [.. Quantiles.Select(q => Quantile(held, q, a => a.GrossNotional))];
        return new LeverageEnvironment(accounts.Count, accounts.Count(a => a.Equity <= 0.0 && a.GrossNotional > 0.0),
            FixedOrderSum.Of(accounts.Select(a => Math.Max(0.0, -a.Equity))), market, share, above, byAccounts,
            byNotional,
            [
                new Finding("market leverage", market, [3.0, 5.0, 8.0]),
                new Finding("borrowed / equity", share, [2.0, 4.0, 7.0]),
                new Finding("leverage of the account at p99", byAccounts[2], [20.0, 50.0, 100.0]),
                new Finding("share of notional at 20x and above", above[2].NotionalShare, [0.05, 0.15, 0.30]),
                new Finding("share of notional liquidated within 5 %", atRiskShare, [0.02, 0.08, 0.20]),
            ]);
    }

    private static AboveLeverage AtOrAbove(AccountFigures[] held, double limit, double gross, double equity)
    {
        var those = held.Where(a => a.GrossNotional >= limit * a.Equity).ToArray();
        var notional = FixedOrderSum.Of(those.Select(a => a.GrossNotional));
        return new AboveLeverage(limit, those.Length, notional, gross > 0.0 ? notional / gross : null,
            equity > 0.0 ? FixedOrderSum.Of(those.Select(a => a.Equity)) / equity : null);
    }

    /// <summary>The smallest leverage that a share of the weight lies at or below; null for an empty market.</summary>
    private static double? Quantile(AccountFigures[] sorted, double share, Func<AccountFigures, double> weight)
    {
        var total = FixedOrderSum.Of(sorted.Select(weight));
        var sum = default(FixedOrderSum);
        foreach (var account in sorted)
        {
            sum.Add(weight(account));
            if (sum.Value >= share * total * (1.0 - 1e-12))
            {
                return account.GrossNotional / account.Equity;
            }
        }
        return null;
    }
}
