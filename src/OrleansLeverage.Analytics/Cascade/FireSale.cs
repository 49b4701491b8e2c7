namespace OrleansLeverage.Analytics.Cascade;

/// <summary>What one round of proportional sales does to everybody.</summary>
/// <param name="AggregateVulnerability">Losses of the second round / Σ equity; positive is a loss.</param>
/// <param name="Systemicness">Each institution's part of it: they sum to it.</param>
/// <param name="IndirectVulnerability">Each institution's loss of the second round / its equity.</param>
/// <param name="PriceImpact">Return of each asset by the sales: negative is a fall.</param>
/// <param name="Sales">What each institution sells, currency; negative where it buys.</param>
public sealed record FireSaleOutcome(
    double AggregateVulnerability, IReadOnlyList<double> Systemicness, IReadOnlyList<double> IndirectVulnerability,
    IReadOnlyList<double> PriceImpact, IReadOnlyList<double> Sales)
{
    /// <summary>The institutions that matter most, worst first; ties in the order of the institutions.</summary>
    public IReadOnlyList<int> MostSystemic(int count) =>
        [.. Enumerable.Range(0, Systemicness.Count).OrderByDescending(n => Systemicness[n]).Take(count)];
}

/// <summary>
/// Vulnerable banks (Greenwood, Landier and Thesmar 2015): everybody targets leverage, sells in proportion to what it
/// holds, impact is linear, one round. With A assets, B debt/equity, M weights, L impact per currency unit sold:
/// <code>
/// R = M·f    sales = B·A·(−R) by M    f2_k = −L_k·Σ_n sales_n·M_nk    loss_n = −A_n·(M·f2)_n    AV = Σ loss / Σ E
/// </code>
/// Source: quant reference §22.
/// </summary>
public sealed class FireSale
{
    private readonly double[] _assets;
    private readonly double[] _debtToEquity;
    private readonly double[][] _weights;
    private readonly double[] _impact;

    /// <param name="weights">Per institution, per asset; each row sums to at most 1.</param>
    /// <param name="impactPerUnit">Fractional price change per currency unit sold, per asset, at least 0.</param>
    public FireSale(
        IReadOnlyList<double> assets, IReadOnlyList<double> debtToEquity, IReadOnlyList<IReadOnlyList<double>> weights,
        IReadOnlyList<double> impactPerUnit)
    {
        _assets = [.. assets];
        _debtToEquity = [.. debtToEquity];
        _weights = [.. weights.Select(row => row.ToArray())];
        _impact = [.. impactPerUnit];
        if (_debtToEquity.Length != _assets.Length || _weights.Length != _assets.Length
            || Array.Exists(_weights, row => row.Length != _impact.Length))
        {
            throw new ArgumentException($"{_assets.Length} institutions with {_debtToEquity.Length} leverages and "
                + $"{_weights.Length} rows of weights over {_impact.Length} assets", nameof(weights));
        }
        if (Array.Exists(_assets, a => !(a > 0.0)) || Array.Exists(_debtToEquity, b => !(b >= 0.0))
            || Array.Exists(_impact, l => !(l >= 0.0)))
        {
            throw new ArgumentException("assets are positive, debt and impact not negative", nameof(assets));
        }
    }

    /// <summary>A single institution with a single asset: AV = L·B·A²·|f| / E.</summary>
    public static FireSale Single(double assets, double debtToEquity, double impactPerUnit) =>
        new([assets], [debtToEquity], [[1.0]], [impactPerUnit]);

    public FireSaleOutcome Run(IReadOnlyList<double> shock)
    {
        if (shock.Count != _impact.Length)
        {
            throw new ArgumentException($"{shock.Count} shocks for {_impact.Length} assets", nameof(shock));
        }
        var (banks, count) = (_assets.Length, _impact.Length);
        var sales = new double[banks];
        var sold = new double[count];
        var held = new double[count];
        var equity = 0.0;
        for (var n = 0; n < banks; n++)
        {
            sales[n] = -_debtToEquity[n] * _assets[n] * Dot(_weights[n], shock);
            equity += Equity(n);
            for (var k = 0; k < count; k++)
            {
                sold[k] += sales[n] * _weights[n][k];
                held[k] += _assets[n] * _weights[n][k];
            }
        }
        var returns = sold.Select((amount, k) => -_impact[k] * amount).ToArray();
        var systemic = new double[banks];
        var indirect = new double[banks];
        var loss = 0.0;
        for (var n = 0; n < banks; n++)
        {
            for (var k = 0; k < count; k++)
            {
                systemic[n] += held[k] * _impact[k] * _weights[n][k] * sales[n] / equity;
            }
            var second = -_assets[n] * Dot(_weights[n], returns);
            indirect[n] = second / Equity(n);
            loss += second;
        }
        return new FireSaleOutcome(loss / equity, systemic, indirect, returns, sales);
    }

    private double Equity(int bank) => _assets[bank] / (1.0 + _debtToEquity[bank]);

    private static double Dot(double[] left, IReadOnlyList<double> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
