using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// The accounts of a cascade as columns that change: USD cash, and per position units and cost, so that profit =
/// units·mark − cost for linear and inverse contracts alike (an inverse contract's profit in USD is linear in the price
/// of its coin: cost·P − q·m). Settlement assets other than the position's own coin keep their price of the start.
/// Portfolios ask for what their scenarios did at the underlying's price, from curves sampled at the start, times the
/// share of their positions that is left; the curves are within 1 % of what scenarios ask for there and 0.1 % of the
/// contracts' worth, as a test shows.
/// </summary>
internal sealed class CascadeState
{
    private readonly ExposureColumns _columns;
    private readonly double[] _firstUnits;
    private readonly double[] _firstCosts;
    private readonly double[] _firstCash;
    private readonly double[] _firstCollateral;
    private readonly double[] _rateMax;
    private readonly RequirementCurves? _curves;

    public CascadeState(ExposureColumns columns, RequirementCurves? curves = null)
    {
        (_columns, _curves) = (columns, curves);
        Count = columns.Names.Length;
        Cash = [.. columns.Cash];
        Collateral = [.. columns.CollateralUnits];
        Units = new double[columns.Unit.Length];
        Costs = new double[columns.Unit.Length];
        for (var i = 0; i < Units.Length; i++)
        {
            var settlement = columns.Prices[columns.SettlementFeed[i]];
            (Units[i], Costs[i]) = columns.IsInverse[i]
                ? (columns.Cost[i], columns.Unit[i])
                : (columns.Unit[i] * settlement, columns.Cost[i] * settlement);
        }
        _rateMax = [.. Enumerable.Range(0, columns.BracketStart.Length - 1).Select(columns.RateMax)];
        (_firstUnits, _firstCosts) = ([.. Units], [.. Costs]);
        (_firstCash, _firstCollateral) = ([.. Cash], [.. Collateral]);
        IsOpen = new bool[Count];
        for (var bucket = 0; bucket < Count; bucket++)
        {
            IsOpen[bucket] = columns.PositionStart[bucket] < columns.PositionStart[bucket + 1];
        }
    }

    public int Count { get; }

    public double[] Cash { get; }

    public double[] Collateral { get; }

    public double[] Units { get; }

    public double[] Costs { get; }

    /// <summary>Whether the bucket holds a position.</summary>
    public bool[] IsOpen { get; }

    public ReadOnlySpan<int> MarkFeed => _columns.MarkFeed;

    public ReadOnlySpan<int> CollateralFeed => _columns.CollateralFeed;

    public ReadOnlySpan<double> CollateralWeight => _columns.CollateralWeight;

    public (int From, int To) Positions(int bucket) =>
        (_columns.PositionStart[bucket], _columns.PositionStart[bucket + 1]);

    public (int From, int To) Collaterals(int bucket) =>
        (_columns.CollateralStart[bucket], _columns.CollateralStart[bucket + 1]);

    /// <summary>Notional of a position: of an inverse contract its face value, which no price moves.</summary>
    public double Notional(int position, double mark) =>
        _columns.IsInverse[position] ? Math.Abs(Costs[position]) : Math.Abs(Units[position]) * mark;

    /// <summary>By bracket; nothing for what scenarios margin.</summary>
    public double Maintenance(int position, double mark) => _curves is not null && _columns.IsPortfolio[position] ? 0.0
        : _columns.Maintenance(_columns.Schedule[position], Notional(position, mark));

    /// <summary>Equity, margin balance and maintenance margin at the marks.</summary>
    public (double Equity, double MarginBalance, double Maintenance) Value(int bucket, double[] marks)
    {
        var (worth, weighted) = (Cash[bucket], Cash[bucket]);
        for (var i = _columns.CollateralStart[bucket]; i < _columns.CollateralStart[bucket + 1]; i++)
        {
            var value = Collateral[i] * marks[_columns.CollateralFeed[i]];
            worth += value;
            weighted += value > 0.0 ? value * _columns.CollateralWeight[i] : value;
        }
        var (profit, maintenance) = (0.0, Required(bucket, marks));
        for (var i = _columns.PositionStart[bucket]; i < _columns.PositionStart[bucket + 1]; i++)
        {
            var mark = marks[_columns.MarkFeed[i]];
            profit += Units[i] * mark - Costs[i];
            maintenance += Maintenance(i, mark);
        }
        return (worth + profit, weighted + profit, maintenance);
    }

    /// <summary>
    /// Below the line, strictly. Where the doubles are too close to say, in decimal, which drops their last digits:
    /// a knife's edge is decided by the amounts and not by the noise of sums.
    /// </summary>
    public bool IsBelow(int bucket, double[] marks)
    {
        var (_, balance, maintenance) = Value(bucket, marks);
        var surplus = balance - maintenance;
        var noise = 1e-12 * (Math.Abs(balance) + Math.Abs(Cash[bucket]) + maintenance);
        return Math.Abs(surplus) > noise || noise > 1e9 || _curves?.Rows[bucket].Count > 0 ? surplus < 0.0
            : IsBelowExactly(bucket, marks);
    }

    /// <summary>
    /// What is above the line at the prices, less rounding, and what of it a fall or a rise of all feeds by 100 % could
    /// take at most: with Dd and Du the largest fall and rise, surplus ≥ this − down·Dd − up·Du.
    /// </summary>
    public (double Surplus, double Down, double Up) Sensitivity(int bucket, double[] prices)
    {
        var (down, up, size) = (0.0, 0.0, Math.Abs(Cash[bucket]));
        for (var i = _columns.CollateralStart[bucket]; i < _columns.CollateralStart[bucket + 1]; i++)
        {
            var value = Collateral[i] * prices[_columns.CollateralFeed[i]];
            down += Math.Max(value * _columns.CollateralWeight[i], 0.0);
            up += Math.Max(-value, 0.0);
            size += Math.Abs(value);
        }
        for (var i = _columns.PositionStart[bucket]; i < _columns.PositionStart[bucket + 1]; i++)
        {
            var value = Units[i] * prices[_columns.MarkFeed[i]];
            // a rise also raises the maintenance of a linear short, at most by its highest rate; a long gains more by a
            // rise than its maintenance grows, and a fall only lowers maintenance
            var rate = _columns.IsInverse[i] ? 0.0 : _rateMax[_columns.Schedule[i]];
            down += Math.Max(value, 0.0);
            up += Math.Max(-value, 0.0) * (1.0 + rate);
            size += Math.Abs(value) + Math.Abs(Costs[i]);
        }
        if (_curves is not null && _curves.Rows[bucket].Count > 0)
        {
            var (falls, rises) = _curves.Slopes(bucket, _columns.Prices, prices);
            var left = ShareLeft(bucket);
            (down, up) = (down + left * falls, up + left * rises);
        }
        var (_, balance, maintenance) = Value(bucket, prices);
        return (balance - maintenance - 1e-11 * size, down, up);
    }

    private double Required(int bucket, double[] prices) => _curves is null || _curves.Rows[bucket].Count == 0
        ? 0.0
        : ShareLeft(bucket) * _curves.At(bucket, _columns.Prices, prices);

    /// <summary>Of a portfolio's positions, at the prices of the start; a slice takes the same share of all.</summary>
    private double ShareLeft(int bucket)
    {
        var (now, first) = (0.0, 0.0);
        for (var i = _columns.PositionStart[bucket]; i < _columns.PositionStart[bucket + 1]; i++)
        {
            if (_columns.IsPortfolio[i])
            {
                var price = _columns.Prices[_columns.MarkFeed[i]];
                now += Math.Abs(Units[i]) * price;
                first += Math.Abs(_firstUnits[i]) * price;
            }
        }
        return first > 0.0 ? now / first : 0.0;
    }

    public double Gross(int bucket, double[] marks)
    {
        var (from, to) = Positions(bucket);
        var gross = 0.0;
        for (var i = from; i < to; i++)
        {
            gross += Notional(i, marks[_columns.MarkFeed[i]]);
        }
        return gross;
    }

    /// <summary>Cash that no price moves: what is conserved together with the units.</summary>
    public double FixedCash(int bucket)
    {
        var (from, to) = Positions(bucket);
        var cash = Cash[bucket];
        for (var i = from; i < to; i++)
        {
            cash -= Costs[i];
        }
        return cash;
    }

    /// <summary>Adds the bucket's units to sums by feed, times a sign, and their size to <paramref name="sizes"/>.
    /// </summary>
    public void AddUnits(int bucket, double sign, double[] sums, double[] sizes)
    {
        var (from, to) = Positions(bucket);
        for (var i = from; i < to; i++)
        {
            sums[_columns.MarkFeed[i]] += sign * Units[i];
            sizes[_columns.MarkFeed[i]] += Math.Abs(Units[i]);
        }
        (from, to) = Collaterals(bucket);
        for (var i = from; i < to; i++)
        {
            sums[_columns.CollateralFeed[i]] += sign * Collateral[i];
            sizes[_columns.CollateralFeed[i]] += Math.Abs(Collateral[i]);
        }
    }

    /// <summary>
    /// The bucket as it began, its contracts entered at today's prices for the notional of then. What is paid in and
    /// what the book takes on is for the caller to settle.
    /// </summary>
    public void Reopen(int bucket, double[] prices)
    {
        var (from, to) = Positions(bucket);
        for (var i = from; i < to; i++)
        {
            var (feed, first) = (_columns.MarkFeed[i], _columns.Prices[_columns.MarkFeed[i]]);
            Units[i] = _firstUnits[i] * first / prices[feed];
            Costs[i] = _columns.IsInverse[i] ? _firstCosts[i] : Units[i] * prices[feed];
            Units[i] = _columns.IsInverse[i] ? Costs[i] / prices[feed] : Units[i];
        }
        Cash[bucket] = _firstCash[bucket];
        (from, to) = Collaterals(bucket);
        for (var i = from; i < to; i++)
        {
            Collateral[i] = _firstCollateral[i];
        }
        IsOpen[bucket] = true;
    }

    private bool IsBelowExactly(int bucket, double[] marks)
    {
        var surplus = (decimal)Cash[bucket];
        var (from, to) = Collaterals(bucket);
        for (var i = from; i < to; i++)
        {
            var value = (decimal)Collateral[i] * (decimal)marks[_columns.CollateralFeed[i]];
            surplus += value > 0m ? value * (decimal)_columns.CollateralWeight[i] : value;
        }
        (from, to) = Positions(bucket);
        for (var i = from; i < to; i++)
        {
            var mark = (decimal)marks[_columns.MarkFeed[i]];
            var notional = _columns.IsInverse[i] ? Math.Abs((decimal)Costs[i]) : Math.Abs((decimal)Units[i]) * mark;
            var bracket = _columns.BracketStart[_columns.Schedule[i]];
            while (bracket + 1 < _columns.BracketStart[_columns.Schedule[i] + 1]
                && (decimal)_columns.BracketFloor[bracket + 1] <= notional)
            {
                bracket++;
            }
            surplus += (decimal)Units[i] * mark - (decimal)Costs[i]
                - (notional * (decimal)_columns.BracketRate[bracket] - (decimal)_columns.BracketAmount[bracket]);
        }
        return surplus < 0m;
    }
}
