namespace OrleansLeverage.Analytics.Systemic;

/// <summary>A holding of one asset: signed notional, positive long.</summary>
public readonly record struct AssetNotional(int Asset, double Signed);

/// <summary>
/// How much accounts hold the same things, which is how one account's forced sale becomes another's loss. Source:
/// DESIGN §8; quant reference §22 (Cont and Schaanning 2017: Ω_ij = Σ_μ Π_iμ·Π_jμ / D_μ).
/// </summary>
public static class Overlap
{
    /// <summary>
    /// The chance that two units of notional drawn from two different accounts lie in the same asset on the same side:
    /// Σ over asset and side of ((Σ_i n)² − Σ_i n²) / ((Σ G)² − Σ G²), in [0, 1]. Null with fewer than two holders.
    /// Linear in the number of holdings.
    /// </summary>
    public static double? SameSide(IReadOnlyList<IReadOnlyList<AssetNotional>> accounts) =>
        Pairs(accounts, holding => holding.Asset * 2 + (holding.Signed < 0.0 ? 1 : 0));

    /// <summary>The same without regard to the side.</summary>
    public static double? SameAsset(IReadOnlyList<IReadOnlyList<AssetNotional>> accounts) =>
        Pairs(accounts, holding => holding.Asset);

    /// <summary>
    /// Cosine between two books: 1 the same mix, −1 the opposite, 0 nothing shared; null where one holds nothing.
    /// </summary>
    public static double? Between(IReadOnlyList<AssetNotional> one, IReadOnlyList<AssetNotional> other)
    {
        var assets = Math.Max(Assets(one), Assets(other));
        var (left, right) = (Vector(one, assets), Vector(other, assets));
        var norm = Math.Sqrt(Dot(left, left)) * Math.Sqrt(Dot(right, right));
        return norm > 0.0 ? Dot(left, right) / norm : null;
    }

    /// <summary>Ω_ij: what i loses, as currency, when j sells one whole book into markets of these depths.</summary>
    public static double Liquidity(
        IReadOnlyList<AssetNotional> one, IReadOnlyList<AssetNotional> other, IReadOnlyList<double> depth)
    {
        var (left, right) = (Vector(one, depth.Count), Vector(other, depth.Count));
        return Enumerable.Range(0, depth.Count).Sum(k => left[k] * right[k] / depth[k]);
    }

    /// <summary>
    /// Largest loss multiplier of a round of delevering: the spectral radius of K_ij = Σ_μ Π_iμ·w_jμ·B_j / D_μ, what i
    /// loses per unit that j lost, where j sells B_j of its mix per unit lost. At 1 or above a loss feeds itself.
    /// Computed over assets, not accounts: K and Σ_j w_jμ·B_j·Π_jν / D_μ have the same radius.
    /// </summary>
    /// <param name="accounts">Holdings; all on one side, absolute values are taken.</param>
    /// <param name="salesPerLoss">B_j, leverage − 1 for who targets leverage; 0 or below sells nothing.</param>
    /// <param name="depth">Currency that moves a price by its whole value, by asset.</param>
    public static double SpectralRadius(IReadOnlyList<IReadOnlyList<AssetNotional>> accounts,
        IReadOnlyList<double> salesPerLoss, IReadOnlyList<double> depth)
    {
        var count = depth.Count;
        var matrix = new double[count, count];
        for (var j = 0; j < accounts.Count; j++)
        {
            var gross = accounts[j].Sum(h => Math.Abs(h.Signed));
            if (!(gross > 0.0) || !(salesPerLoss[j] > 0.0))
            {
                continue;
            }
            foreach (var sold in accounts[j])
            {
                foreach (var held in accounts[j])
                {
                    matrix[sold.Asset, held.Asset] += Math.Abs(sold.Signed) / gross * salesPerLoss[j]
                        * Math.Abs(held.Signed) / depth[sold.Asset];
                }
            }
        }
        return Radius(matrix, count);
    }

    /// <summary>Power iteration on M + I, whose largest eigenvalue is alone: M has no negative entry.</summary>
    private static double Radius(double[,] matrix, int count)
    {
        var vector = Enumerable.Repeat(1.0, count).ToArray();
        var radius = 0.0;
        for (var step = 0; step < 10_000 && count > 0; step++)
        {
            var next = new double[count];
            for (var i = 0; i < count; i++)
            {
                next[i] = vector[i];
                for (var j = 0; j < count; j++)
                {
                    next[i] += matrix[i, j] * vector[j];
                }
            }
            var norm = next.Max();
            for (var i = 0; i < count; i++)
            {
                vector[i] = next[i] / norm;
            }
            if (Math.Abs(norm - 1.0 - radius) <= 1e-14 * norm)
            {
                return norm - 1.0;
            }
            radius = norm - 1.0;
        }
        return radius;
    }

    private static double? Pairs(IReadOnlyList<IReadOnlyList<AssetNotional>> accounts, Func<AssetNotional, int> place)
    {
        var slots = 2 * Math.Max(1, accounts.Select(Assets).DefaultIfEmpty(0).Max());
        var (sums, squares) = (new FixedOrderSum[slots], new FixedOrderSum[slots]);
        var (gross, grossSquares) = (default(FixedOrderSum), default(FixedOrderSum));
        var own = new double[slots];
        foreach (var account in accounts)
        {
            var total = 0.0;
            foreach (var holding in account)
            {
                own[place(holding)] += Math.Abs(holding.Signed);
                total += Math.Abs(holding.Signed);
            }
            foreach (var holding in account)
            {
                var slot = place(holding);
                sums[slot].Add(own[slot]);
                squares[slot].Add(own[slot] * own[slot]);
                own[slot] = 0.0;
            }
            gross.Add(total);
            grossSquares.Add(total * total);
        }
        var pairs = gross.Value * gross.Value - grossSquares.Value;
        if (!(pairs > 0.0))
        {
            return null;
        }
        var shared = default(FixedOrderSum);
        for (var slot = 0; slot < slots; slot++)
        {
            shared.Add(sums[slot].Value * sums[slot].Value - squares[slot].Value);
        }
        return Math.Clamp(shared.Value / pairs, 0.0, 1.0);
    }

    private static int Assets(IReadOnlyList<AssetNotional> holdings) =>
        holdings.Count == 0 ? 0 : holdings.Max(h => h.Asset) + 1;

    private static double[] Vector(IReadOnlyList<AssetNotional> holdings, int assets)
    {
        var vector = new double[assets];
        foreach (var holding in holdings)
        {
            vector[holding.Asset] += holding.Signed;
        }
        return vector;
    }

    private static double Dot(double[] left, double[] right) =>
        FixedOrderSum.Of(left.Select((value, i) => value * right[i]));
}
