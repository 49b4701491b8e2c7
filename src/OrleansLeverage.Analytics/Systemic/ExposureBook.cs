using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Systemic;

/// <summary>A margin bucket at some prices, USD.</summary>
/// <param name="MarginBalance">Equity with positive collateral at its weight.</param>
public readonly record struct BucketValue(
    double Equity, double MarginBalance, double Maintenance, double LongNotional, double ShortNotional)
{
    public double GrossNotional => LongNotional + ShortNotional;

    /// <summary>What is above the line; liquidation below 0.</summary>
    public double Surplus => MarginBalance - Maintenance;
}

/// <summary>
/// Every margin bucket (an account's cross positions, or one isolated position) as columns of doubles, so that the
/// whole market can be repriced at any prices: full repricing with the bracket at those prices, no Taylor terms. With
/// <see cref="Options"/> the marks of options follow from the prices, and portfolios ask for what their scenarios do.
/// <code>
/// linear   profit = (u·P − c)·S    notional = |u|·P·S      u = q·m, c = cost less accrued funding
/// inverse  profit = (c − u/P)·S    notional = |u|·S/P      P mark, S USD per unit of the settlement asset
/// </code>
/// The conversion from exact accounts goes one way. Rounding: a few 1e-16 of the largest term.
/// </summary>
public sealed class ExposureBook
{
    private readonly string[] _names;

    internal ExposureBook(ExposureColumns columns, IOptionMarket? options = null)
    {
        (Columns, Options) = (columns, options);
        _names = [.. columns.Names];
    }

    /// <summary>Buckets.</summary>
    public int Count => _names.Length;

    /// <summary>The account's id; an isolated position's is followed by its instrument.</summary>
    public IReadOnlyList<string> Names => _names;

    public IReadOnlyList<string> Feeds => Columns.Feeds;

    /// <summary>By feed, and at the end the price 1 of USD.</summary>
    public IReadOnlyList<double> Prices => Columns.Prices;

    /// <summary>Move of a feed per move of the market.</summary>
    public IReadOnlyList<double> Betas => Columns.Betas;

    /// <summary>Daily standard deviation by feed; 0 where it is not known.</summary>
    public IReadOnlyList<double> DailyVolatility => Columns.DailyVolatility;

    /// <summary>Accounts left out because a price they depend on is unknown.</summary>
    public int Unknown => Columns.Unknown;

    /// <summary>Null where options are prices like any other and portfolios margin by bracket.</summary>
    public IOptionMarket? Options { get; }

    internal ExposureColumns Columns { get; }

    public ExposureBook With(IOptionMarket options) => new(Columns, options);

    /// <param name="accounts">In the order that the columns keep.</param>
    public static ExposureBook Of(IEnumerable<Account> accounts, PriceFrame frame)
    {
        var builder = new ExposureBuilder(frame);
        foreach (var account in accounts)
        {
            builder.Add(AccountValuation.Of(account, frame));
        }
        return new ExposureBook(builder.Build());
    }

    public static ExposureBook Of(IEnumerable<AccountValuation> valuations, PriceFrame frame)
    {
        var builder = new ExposureBuilder(frame);
        foreach (var valuation in valuations)
        {
            builder.Add(valuation);
        }
        return new ExposureBook(builder.Build());
    }

    /// <summary>
    /// A copy of the prices, each moved by a fraction; what falls to 0 or below keeps a millionth. Options are marked
    /// anew, whatever their moves say.
    /// </summary>
    public double[] Moved(IReadOnlyList<double> moves)
    {
        var prices = Columns.Prices.ToArray();
        for (var feed = 0; feed < moves.Count; feed++)
        {
            prices[feed] *= Math.Max(1.0 + moves[feed], 1e-6);
        }
        Options?.Mark(prices);
        return prices;
    }

    /// <summary>All feeds moved together by their betas.</summary>
    public double[] MovedTogether(double move) => Moved([.. Columns.Betas.Select(beta => beta * move)]);

    /// <param name="prices">As <see cref="Prices"/>.</param>
    /// <param name="basis">Move of the contracts' marks against the same feeds, such as −0.02; 0 none.</param>
    /// <param name="fundingRate">Paid by longs to shorts on the notional, in all.</param>
    /// <param name="required">Of <see cref="IOptionMarket.Required"/> at the same prices; without it portfolios margin
    /// by bracket.</param>
    public BucketValue Value(int bucket, ReadOnlySpan<double> prices, double basis = 0.0, double fundingRate = 0.0,
        double[]? required = null)
    {
        var columns = Columns;
        var (worth, weighted) = (columns.Cash[bucket], columns.Cash[bucket]);
        for (var i = columns.CollateralStart[bucket]; i < columns.CollateralStart[bucket + 1]; i++)
        {
            var value = columns.CollateralUnits[i] * prices[columns.CollateralFeed[i]];
            worth += value;
            weighted += value > 0.0 ? value * columns.CollateralWeight[i] : value;
        }
        var (profit, maintenance, longs, shorts) = (0.0, required?[bucket] ?? 0.0, 0.0, 0.0);
        for (var i = columns.PositionStart[bucket]; i < columns.PositionStart[bucket + 1]; i++)
        {
            var settlement = prices[columns.SettlementFeed[i]];
            var mark = prices[columns.MarkFeed[i]] * (1.0 + basis);
            var unit = columns.Unit[i];
            var value = columns.IsInverse[i] ? unit * (settlement / mark) : unit * mark * settlement;
            var cost = columns.Cost[i] * settlement;
            profit += (columns.IsInverse[i] ? cost - value : value - cost) - value * fundingRate;
            maintenance += required is not null && columns.IsPortfolio[i] ? 0.0
                : columns.Maintenance(columns.Schedule[i], Math.Abs(value));
            longs += Math.Max(value, 0.0);
            shorts += Math.Max(-value, 0.0);
        }
        return new BucketValue(worth + profit, weighted + profit, maintenance, longs, shorts);
    }
}
