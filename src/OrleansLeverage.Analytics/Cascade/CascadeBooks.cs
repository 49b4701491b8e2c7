using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// The other side of every trade of a cascade, and the check that nothing is made or lost: over accounts, the market's
/// book, fund, fees and bad debt, fixed cash and the units of each feed are constant, so equity at any prices is.
/// </summary>
internal sealed class CascadeBooks
{
    private readonly CascadeState _state;
    private readonly double[] _unitsAtStart;
    private readonly double[] _unitsChanged;
    private readonly double[] _unitsTouched;
    private readonly double _cashAtStart;
    private FixedOrderSum _cashChanged;
    private double _turnover;
    private double _allTurnover;

    public CascadeBooks(CascadeState state, int feeds, double fund)
    {
        _state = state;
        Units = new double[feeds];
        _unitsChanged = new double[feeds];
        _unitsTouched = new double[feeds];
        Fund = fund;
        (_cashAtStart, _unitsAtStart) = Totals();
    }

    /// <summary>What the market's book holds; it buys what is liquidated.</summary>
    public double[] Units { get; }

    public double Cash { get; private set; }

    public double Fund { get; set; }

    /// <summary>Fees paid into the fund, in all.</summary>
    public double Fees { get; set; }

    public double FundPaid { get; set; }

    public double BadDebt { get; set; }

    /// <summary>Paid in by accounts that came back.</summary>
    public double Deposited { get; set; }

    /// <summary>Largest relative error of the steps since it was read last.</summary>
    public double StepError { get; private set; }

    public void Buy(int feed, double units, double price)
    {
        Units[feed] += units;
        Cash -= units * price;
        Moved(units * price);
    }

    /// <summary>Cash that the book gets without a trade.</summary>
    public void Receive(double cash)
    {
        Cash += cash;
        Moved(cash);
    }

    /// <summary>An account before and after a change of its own.</summary>
    public void Changed(int bucket, double fixedCashBefore)
    {
        var after = _state.FixedCash(bucket);
        _cashChanged.Add(after - fixedCashBefore);
        _turnover += Math.Abs(after) + Math.Abs(fixedCashBefore);
    }

    public void UnitsBefore(int bucket) => _state.AddUnits(bucket, -1.0, _unitsChanged, _unitsTouched);

    public void UnitsAfter(int bucket) => _state.AddUnits(bucket, 1.0, _unitsChanged, _unitsTouched);

    /// <summary>The books at the beginning of a step, to close it against.</summary>
    public Opening Open()
    {
        _cashChanged = default;
        Array.Clear(_unitsChanged);
        Array.Clear(_unitsTouched);
        _turnover = 0.0;
        return new Opening(Cash, Fund, BadDebt, Deposited, [.. Units]);
    }

    /// <summary>
    /// What accounts gained, book, fund and bad debt lost, up to deposits; relative to the amounts that were touched
    /// and those of the books.
    /// </summary>
    public void Close(Opening opening, double[] prices)
    {
        var cash = _cashChanged.Value + (Cash - opening.Cash) + (Fund - opening.Fund) - (BadDebt - opening.BadDebt)
            - (Deposited - opening.Deposited);
        var size = 1.0 + _turnover + Math.Abs(Cash) + Fund + BadDebt + Math.Abs(Deposited);
        var error = Math.Abs(cash) / size;
        for (var feed = 0; feed < Units.Length; feed++)
        {
            var units = _unitsChanged[feed] + Units[feed] - opening.Units[feed];
            var held = (_unitsTouched[feed] + Math.Abs(Units[feed])) * prices[feed];
            error = Math.Max(error, Math.Abs(units) * prices[feed] / (size + held));
        }
        Require(error, "a step");
        StepError = Math.Max(StepError, error);
    }

    private void Moved(double amount)
    {
        _turnover += Math.Abs(amount);
        _allTurnover += Math.Abs(amount);
    }

    public double TakeStepError()
    {
        var error = StepError;
        StepError = 0.0;
        return error;
    }

    /// <summary>All accounts again, against the beginning, relative to what they hold and what has moved.</summary>
    public double CheckWhole(double[] prices)
    {
        var (cash, units) = Totals();
        var size = 1.0 + _allTurnover;
        for (var bucket = 0; bucket < _state.Count; bucket++)
        {
            size += Math.Abs(_state.FixedCash(bucket));
        }
        var error = Math.Abs(cash - _cashAtStart - Deposited) / size;
        for (var feed = 0; feed < units.Length; feed++)
        {
            error = Math.Max(error, Math.Abs(units[feed] - _unitsAtStart[feed]) * prices[feed] / size);
        }
        Require(error, "the whole");
        return error;
    }

    private static void Require(double error, string what)
    {
        if (!(error <= 1e-9))
        {
            throw new InvalidOperationException($"cascade: {what} does not conserve cash and units, relative {error}");
        }
    }

    private (double Cash, double[] Units) Totals()
    {
        var cash = default(FixedOrderSum);
        var (units, touched) = (new double[Units.Length], new double[Units.Length]);
        for (var bucket = 0; bucket < _state.Count; bucket++)
        {
            cash.Add(_state.FixedCash(bucket));
            _state.AddUnits(bucket, 1.0, units, touched);
        }
        cash.Add(Cash);
        cash.Add(Fund);
        cash.Add(-BadDebt);
        for (var feed = 0; feed < units.Length; feed++)
        {
            units[feed] += Units[feed];
        }
        return (cash.Value, units);
    }

    internal readonly record struct Opening(double Cash, double Fund, double BadDebt, double Deposited, double[] Units);
}
