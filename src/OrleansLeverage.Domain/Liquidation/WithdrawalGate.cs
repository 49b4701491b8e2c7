namespace OrleansLeverage.Domain;

/// <summary>Whether collateral may leave. Of several reasons the first is given.</summary>
public enum WithdrawalStatus
{
    Allowed,

    /// <summary>A price that the account depends on has not been measured, or is not fresh.</summary>
    PricesNotFresh,

    /// <summary>
    /// Some account has negative equity and no deficit has been settled for it: nobody takes money out.
    /// </summary>
    NegativeAccounts,

    /// <summary>Not a positive amount.</summary>
    AmountOutOfRange,

    /// <summary>More than the balance.</summary>
    InsufficientBalance,

    /// <summary>What is left would not cover the initial margin.</summary>
    InsufficientCollateral,
}

/// <summary>When a venue lets collateral out, as data.</summary>
/// <param name="ProfitCounts">Whether unrealised profit may carry the margin that is left behind.</param>
/// <param name="NotionalShare">Least margin left behind per notional, beside the initial margin; 0 for none.</param>
/// <param name="ClosedWhileNegative">Whether everybody waits while an account has negative equity.</param>
public sealed record WithdrawalRules(bool ProfitCounts = false, decimal NotionalShare = 0m,
    bool ClosedWhileNegative = true);

/// <summary>
/// min(collateral, margin balance) after a withdrawal stays at or above what must be left: max(initial margin,
/// notional·share), at fresh prices, and while no account is in unsettled deficit. Source: reliability reference I27;
/// dYdX v4 withdrawal gate; Hyperliquid transfer floor; Deribit (session profit stays).
/// </summary>
public static class WithdrawalGate
{
    public static WithdrawalStatus Check(AccountValuation valuation, Asset asset, decimal amount, WithdrawalRules rules,
        bool negativeAccounts)
    {
        if (Closed(valuation, rules, negativeAccounts) is { } closed)
        {
            return closed;
        }
        return amount <= 0m ? WithdrawalStatus.AmountOutOfRange
            : amount > valuation.Account.Balance(asset) ? WithdrawalStatus.InsufficientBalance
            : amount > Largest(valuation, asset, rules, negativeAccounts) ? WithdrawalStatus.InsufficientCollateral
            : WithdrawalStatus.Allowed;
    }

    /// <summary>Largest amount of an asset that may leave now, in whole quantums; 0 where nothing may.</summary>
    public static decimal Largest(AccountValuation valuation, Asset asset, WithdrawalRules rules, bool negativeAccounts)
    {
        var balance = Math.Max(0m, valuation.Account.Balance(asset));
        if (Closed(valuation, rules, negativeAccounts) is not null || balance == 0m)
        {
            return 0m;
        }
        var free = Spare(valuation, rules);
        var whole = Decimals.FloorTo(balance, asset.Quantum);
        var price = valuation.Frame.UsdPrice(asset)!.Value;
        return free < 0m ? 0m
            : asset.Terms is { } terms ? Largest(terms, asset, balance, price, free)
            : whole * price * asset.CollateralWeight <= free ? whole
            : ExactProduct.FloorQuotient(free, 1m, price, asset.CollateralWeight, asset.Quantum);
    }

    /// <summary>
    /// The same where what is left counts by terms: halved down to a quantum that may leave while the next may not.
    /// </summary>
    private static decimal Largest(CollateralTerms terms, Asset asset, decimal balance, decimal price, decimal free)
    {
        var held = terms.Counted(balance, price, isInitial: true);
        bool MayLeave(decimal amount) => held - terms.Counted(balance - amount, price, isInitial: true) <= free;
        var (leaves, stays) = (0m, Decimals.FloorTo(balance, asset.Quantum));
        if (MayLeave(stays))
        {
            return stays;
        }
        while (stays - leaves > asset.Quantum)
        {
            var middle = leaves + Decimals.FloorTo((stays - leaves) / 2m, asset.Quantum);
            (leaves, stays) = MayLeave(middle) ? (middle, stays) : (leaves, middle);
        }
        return leaves;
    }

    /// <summary>Margin, USD, that is there above what must be left behind; negative where it is short.</summary>
    public static decimal Spare(AccountValuation valuation, WithdrawalRules rules)
    {
        var notional = 0m;
        foreach (var position in valuation.Positions)
        {
            notional += position.IsIsolated ? 0m : position.Notional;
        }
        var margin = rules.ProfitCounts
            ? valuation.CrossInitialBalance
            : Math.Min(valuation.CrossCollateral, valuation.CrossInitialBalance);
        return margin - Math.Max(valuation.CrossInitialMargin, notional * rules.NotionalShare);
    }

    private static WithdrawalStatus? Closed(AccountValuation valuation, WithdrawalRules rules, bool negativeAccounts) =>
        !valuation.IsKnown || valuation.PriceState != PriceState.Fresh ? WithdrawalStatus.PricesNotFresh
        : rules.ClosedWhileNegative && negativeAccounts ? WithdrawalStatus.NegativeAccounts
        : null;
}
