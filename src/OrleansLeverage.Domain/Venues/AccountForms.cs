namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// The identities by which venues print an account's row, all in one currency: what must hold between the fields of one
/// answer, so that a row can be checked before it is believed.
/// </summary>
public static class AccountForms
{
    /// <summary>
    /// Balance and everything that counts beside it. Hyperliquid: raw USD + Σ size·mark; Deribit: margin balance +
    /// option value; OKX: cash + isolated equity; BitMEX: wallet + unrealised profit.
    /// </summary>
    public static decimal Equity(decimal balance, params ReadOnlySpan<decimal> beside)
    {
        foreach (var amount in beside)
        {
            balance += amount;
        }
        return balance;
    }

    /// <summary>
    /// What a balance leaves after requirements; below 0 where margin is short. A venue that lets no session profit
    /// leave takes the balance without it.
    /// </summary>
    public static decimal Free(decimal balance, params ReadOnlySpan<decimal> requirements)
    {
        foreach (var requirement in requirements)
        {
            balance -= requirement;
        }
        return balance;
    }

    /// <summary>Share of the portfolio that is in use, in percent; null without a portfolio. Source: Lighter.</summary>
    public static decimal? UsedPercent(decimal portfolio, decimal available) =>
        portfolio > 0m ? (portfolio - available) * 100m / portfolio : null;

    /// <summary>An amount at an index price.</summary>
    public static decimal AtIndex(decimal amount, decimal index) => amount * index;

    /// <summary>
    /// A cross account's USD figure as it stands in one currency's row: total·(row's margin balance / total margin
    /// balance). Null where the account has none. Source: Deribit, cross portfolio margin.
    /// </summary>
    public static decimal? InRow(decimal totalUsd, decimal rowBalance, decimal totalBalanceUsd) =>
        totalBalanceUsd == 0m ? null : totalUsd * rowBalance / totalBalanceUsd;

    /// <summary>What is missing where nothing is left: −min(0, equity).</summary>
    public static decimal Deficit(decimal equity) => Math.Max(0m, -equity);

    /// <summary>
    /// What is left of a position's collateral, in its own units: max(0, value) / price. Source: GMX v2 decrease
    /// position.
    /// </summary>
    public static decimal LeftIn(decimal value, decimal price)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(price);
        return Math.Max(0m, value) / price;
    }
}
