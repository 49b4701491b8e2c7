using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>What a term of an account is multiplied by: a price, a product of two, or a quotient.</summary>
/// <param name="Times">Feed that the price is multiplied by; −1 none.</param>
/// <param name="Over">Feed that it is divided by; −1 none.</param>
/// <param name="Value">Of now.</param>
public readonly record struct PriceFactor(int Feed, int Times, int Over, double Value);

/// <summary>
/// Accounts for forecasting: everything an account owns and owes is a sum of terms that are linear in a few price
/// factors, and its maintenance a maximum of such terms (brackets), so that a path's surplus costs one multiply-add per
/// term and step. The market's factors are shared by all accounts.
/// <code>
/// linear contract   value u·P·S   profit u·P·S − c·S        inverse   value u·S/P   profit c·S − u·S/P
/// surplus = cash + Σ w·F − Σ max over brackets (rate·|u|·F − amount)      liquidated where surplus &lt; 0
/// </code>
/// </summary>
public sealed class ForecastBook
{
    internal ForecastBook(ForecastColumns columns) => Columns = columns;

    public int Count => Columns.Names.Length;

    public IReadOnlyList<string> Names => Columns.Names;

    public IReadOnlyList<PriceFactor> Factors => Columns.Factors;

    internal ForecastColumns Columns { get; }

    public static ForecastBook Of(ExposureBook exposures)
    {
        var from = exposures.Columns;
        var builder = new ForecastBookBuilder(from.Prices);
        for (var i = 0; i + 1 < from.BracketStart.Length; i++)
        {
            var (start, end) = (from.BracketStart[i], from.BracketStart[i + 1]);
            builder.AddSchedule(from.BracketFloor[start..end], from.BracketRate[start..end],
                from.BracketAmount[start..end]);
        }
        for (var bucket = 0; bucket < exposures.Count; bucket++)
        {
            builder.BeginAccount(from.Names[bucket], from.Cash[bucket]);
            for (var i = from.CollateralStart[bucket]; i < from.CollateralStart[bucket + 1]; i++)
            {
                builder.AddCollateral(from.CollateralFeed[i], from.CollateralUnits[i], from.CollateralWeight[i]);
            }
            for (var i = from.PositionStart[bucket]; i < from.PositionStart[bucket + 1]; i++)
            {
                builder.AddPosition(from.MarkFeed[i], from.SettlementFeed[i], from.IsInverse[i], from.Unit[i],
                    from.Cost[i], from.Schedule[i]);
            }
        }
        return builder.Build();
    }
}

/// <summary>The columns of a <see cref="ForecastBook"/>; terms are grouped by account.</summary>
internal sealed class ForecastColumns
{
    public required string[] Names { get; init; }

    public required PriceFactor[] Factors { get; init; }

    /// <summary>USD that no price moves.</summary>
    public required double[] Cash { get; init; }

    public required int[] TermStart { get; init; }

    public required int[] Factor { get; init; }

    /// <summary>Per unit of the factor, in equity.</summary>
    public required double[] Worth { get; init; }

    /// <summary>The same in margin balance, after haircuts.</summary>
    public required double[] Weighted { get; init; }

    /// <summary>The same in gross notional; 0 of collateral.</summary>
    public required double[] Gross { get; init; }

    /// <summary>−1 without maintenance.</summary>
    public required int[] Schedule { get; init; }

    public required int[] BracketStart { get; init; }

    public required double[] BracketFloor { get; init; }

    public required double[] BracketRate { get; init; }

    public required double[] BracketAmount { get; init; }

    /// <summary>Accounts by their factors, the most held first: neighbours hold the same.</summary>
    public int[] OrderByHoldings()
    {
        var keys = new (int, int, int)[Names.Length];
        for (var account = 0; account < keys.Length; account++)
        {
            var held = Factor.AsSpan(TermStart[account], TermStart[account + 1] - TermStart[account]).ToArray();
            Array.Sort(held);
            keys[account] = (held.ElementAtOrDefault(0), held.ElementAtOrDefault(1), held.ElementAtOrDefault(2));
        }
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        return [.. order.OrderBy(account => keys[account])];
    }

    /// <summary>The same accounts in another order.</summary>
    public ForecastColumns Ordered(int[] order)
    {
        var terms = order.SelectMany(account =>
            Enumerable.Range(TermStart[account], TermStart[account + 1] - TermStart[account])).ToArray();
        var starts = new int[order.Length + 1];
        for (var i = 0; i < order.Length; i++)
        {
            starts[i + 1] = starts[i] + TermStart[order[i] + 1] - TermStart[order[i]];
        }
        return new ForecastColumns
        {
            Names = [.. order.Select(account => Names[account])],
            Factors = Factors,
            Cash = [.. order.Select(account => Cash[account])],
            TermStart = starts,
            Factor = [.. terms.Select(term => Factor[term])],
            Worth = [.. terms.Select(term => Worth[term])],
            Weighted = [.. terms.Select(term => Weighted[term])],
            Gross = [.. terms.Select(term => Gross[term])],
            Schedule = [.. terms.Select(term => Schedule[term])],
            BracketStart = BracketStart,
            BracketFloor = BracketFloor,
            BracketRate = BracketRate,
            BracketAmount = BracketAmount,
        };
    }

    /// <summary>Bracket of a notional, as a place in the bracket columns.</summary>
    public int Bracket(int schedule, double notional)
    {
        var bracket = BracketStart[schedule];
        var last = BracketStart[schedule + 1] - 1;
        while (bracket < last && BracketFloor[bracket + 1] <= notional)
        {
            bracket++;
        }
        return bracket;
    }

    /// <summary>Whether the term's maintenance has one bracket, or it has none: a line in its factor.</summary>
    public bool IsLine(int term) => Schedule[term] is var schedule && (schedule < 0
        || BracketStart[schedule + 1] - BracketStart[schedule] == 1);

    /// <summary>
    /// The line of what a term adds to the surplus in a bracket: slope·factor + amount. Bracket −1 has no maintenance.
    /// </summary>
    public (double Slope, double Amount) Line(int term, int bracket) => bracket < 0
        ? (Weighted[term], 0.0)
        : (Weighted[term] - BracketRate[bracket] * Gross[term], BracketAmount[bracket]);

    /// <summary>The least that a term adds to the surplus between two values of its factor: concave in it.</summary>
    public double Least(int term, double low, double high)
    {
        if (IsLine(term))
        {
            var (slope, amount) = Line(term, Schedule[term] < 0 ? -1 : BracketStart[Schedule[term]]);
            return slope * (slope < 0.0 ? high : low) + amount;
        }
        return Math.Min(Surplus(term, low), Surplus(term, high));
    }

    private double Surplus(int term, double factor)
    {
        var (slope, amount) = Line(term, Bracket(Schedule[term], Gross[term] * factor));
        return slope * factor + amount;
    }
}
