namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// What a weighted account has and needs, one valuation currency: deposits and profits at their weights against debts
/// and positions at theirs.
/// </summary>
public readonly record struct WeightedMargin(decimal Requirement, decimal Collateral)
{
    /// <summary>Below 0 where margin is short.</summary>
    public decimal Free => Collateral - Requirement;

    public bool IsMet => Collateral >= Requirement;

    public bool IsLiquidatable => Collateral < Requirement;

    /// <summary>
    /// 100 without requirements, 0 without collateral, else (1 − requirement / collateral)·100 within 0 and 100,
    /// rounded
    /// to whole percent. Source: Drift v2 <c>sdk/src/user.ts</c> getHealth.
    /// </summary>
    public decimal Health => Requirement == 0m && Collateral >= 0m ? 100m
        : Collateral <= 0m ? 0m
        : decimal.Round(Math.Clamp((1m - Requirement / Collateral) * 100m, 0m, 100m), MidpointRounding.AwayFromZero);

    public static WeightedMargin operator +(WeightedMargin left, WeightedMargin right) =>
        new(left.Requirement + right.Requirement, left.Collateral + right.Collateral);
}

/// <summary>Two prices of one asset: what a deposit is worth at least, what a debt costs at most.</summary>
public readonly record struct PriceBand(decimal Low, decimal High)
{
    public static PriceBand At(decimal price) => new(price, price);

    /// <summary>Strict pricing: between a price and its average. Source: Drift v2 <c>StrictOraclePrice</c>.</summary>
    public static PriceBand Of(decimal price, decimal average) =>
        new(Math.Min(price, average), Math.Max(price, average));
}

/// <summary>
/// How one balance or position counts: asset weight, liability weight or margin ratio, buffer on top.
/// </summary>
public readonly record struct WeightedTerms(decimal AssetWeight, decimal LiabilityWeight, decimal Buffer = 0m)
{
    /// <summary>
    /// A user's own largest margin ratio r on initial margin: liabilities count at least 1 + r, assets at most 1 − r.
    /// Source: Drift v2 <c>math/margin.rs</c>, custom margin ratio.
    /// </summary>
    public WeightedTerms WithCustomRatio(decimal ratio) => ratio <= 0m ? this : this with
    {
        AssetWeight = Math.Min(AssetWeight, Math.Max(0m, 1m - ratio)),
        LiabilityWeight = Math.Max(LiabilityWeight, 1m + ratio),
    };

    /// <summary>The same for a position, whose liability weight is its margin ratio.</summary>
    public WeightedTerms WithLeastRatio(decimal ratio) =>
        this with { LiabilityWeight = Math.Max(LiabilityWeight, ratio) };

    /// <summary>Between initial and maintenance terms, for fills. Source: Drift v2 <c>MarginRequirementType::Fill</c>.
    /// </summary>
    public static WeightedTerms Mean(WeightedTerms left, WeightedTerms right) => new(
        (left.AssetWeight + right.AssetWeight) / 2m, (left.LiabilityWeight + right.LiabilityWeight) / 2m,
        (left.Buffer + right.Buffer) / 2m);
}

/// <summary>
/// An amount as it would stand if all open buys, or all open sells, filled: the worse of both counts.
/// </summary>
/// <param name="Amount">Tokens after the fills.</param>
/// <param name="Value">Of these tokens.</param>
/// <param name="Weighted">The value at its weight.</param>
/// <param name="OrdersValue">What the fills pay (negative) or bring.</param>
public readonly record struct WorstFill(decimal Amount, decimal Value, decimal Weighted, decimal OrdersValue)
{
    public decimal Contribution => Weighted + OrdersValue;
}

/// <summary>
/// Weighted margin of balances and positions; sums of these are accounts. Source: Drift v2 <c>math/margin.rs</c>.
/// <code>
/// balance     deposit → collateral at low·asset weight; debt → requirement at high·(liability weight + buffer)
/// position    |q|·P·(ratio + buffer)·quote high → requirement; profit·weight·low or loss·high → collateral
/// orders      the worse of all buys and all sells, and a fixed reserve each
/// </code>
/// </summary>
public static class WeightedForms
{
    public static WeightedMargin Balance(decimal amount, PriceBand price, WeightedTerms terms) => amount >= 0m
        ? new WeightedMargin(0m, amount * price.Low * terms.AssetWeight)
        : new WeightedMargin(-amount * price.High * (terms.LiabilityWeight + terms.Buffer), 0m);

    /// <summary>The worse of both sides; the balance as it is where there are no orders.</summary>
    /// <param name="amount">Tokens held, negative where borrowed.</param>
    /// <param name="buys">Tokens that open orders would buy, from 0.</param>
    /// <param name="sells">Tokens that open orders would sell, from 0.</param>
    public static WorstFill Worst(decimal amount, decimal buys, decimal sells, PriceBand price, WeightedTerms terms)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(buys);
        ArgumentOutOfRangeException.ThrowIfNegative(sells);
        var (bought, sold) = (Filled(amount, buys, price, terms), Filled(amount, -sells, price, terms));
        return buys == 0m && sells == 0m ? Filled(amount, 0m, price, terms)
            : sold.Contribution <= bought.Contribution ? sold : bought;
    }

    /// <summary>A balance with its open orders and a reserve for each of them.</summary>
    public static WeightedMargin BalanceWithOrders(
        decimal amount, decimal buys, decimal sells, int orders, decimal reserve, PriceBand price, WeightedTerms terms)
    {
        var worst = Worst(amount, buys, sells, price, terms);
        var filled = Balance(worst.Amount, price, terms);
        var paid = Math.Max(0m, -worst.OrdersValue);
        return filled + new WeightedMargin(paid + orders * reserve, Math.Max(0m, worst.OrdersValue));
    }

    /// <summary>
    /// A linear position: <paramref name="quote"/> is what entering it took (negative for a long).
    /// </summary>
    public static WeightedMargin Position(
        decimal quantity, decimal price, decimal quote, PriceBand quotePrice, WeightedTerms terms, decimal? profitMax)
    {
        var requirement = Math.Abs(quantity) * price * (terms.LiabilityWeight + terms.Buffer) * quotePrice.High;
        var profit = quantity * price + quote;
        return new WeightedMargin(requirement, profit >= 0m
            ? Profit(profit, terms.AssetWeight, profitMax) * quotePrice.Low
            : profit * (1m + terms.Buffer) * quotePrice.High);
    }

    /// <summary>Profit that counts: at its weight, at most so much.</summary>
    public static decimal Profit(decimal profit, decimal weight, decimal? most) =>
        most is { } cap ? Math.Min(profit * weight, cap) : profit * weight;

    /// <summary>
    /// Largest withdrawal of an asset, in steps: all of it without requirements, else
    /// (free − step) / weight / price. Source: Drift v2 <c>calculate_max_withdrawable_amount</c>.
    /// </summary>
    public static decimal Withdrawable(WeightedMargin margin, decimal held, decimal weight, decimal price, decimal step)
    {
        if (margin.Requirement == 0m)
        {
            return held;
        }
        var free = margin.Free - step;
        return free <= 0m || weight == 0m || price == 0m ? 0m
            : Math.Min(held, Decimals.FloorTo(Decimals.FloorTo(free / weight, step) / price, step));
    }

    /// <summary>
    /// Largest leverage a margin allows: free / ratio over what is owned. Source: Drift v2 <c>sdk/src/user.ts</c>.
    /// </summary>
    public static decimal? MaxLeverage(WeightedMargin margin, decimal netAssets, decimal ratio) =>
        netAssets > 0m && ratio > 0m ? Math.Max(0m, margin.Free) / ratio / netAssets : null;

    private static WorstFill Filled(decimal amount, decimal fill, PriceBand price, WeightedTerms terms)
    {
        var after = amount + fill;
        var value = after * (after >= 0m ? price.Low : price.High);
        return new WorstFill(after, value,
            value * (after >= 0m ? terms.AssetWeight : terms.LiabilityWeight), -fill * price.High);
    }
}
