namespace OrleansLeverage.Analytics.Forecast;

/// <summary>Puts accounts into a <see cref="ForecastBook"/>, one after the other.</summary>
/// <param name="prices">Of every feed, USD; the last is 1, of USD itself.</param>
public sealed class ForecastBookBuilder(IReadOnlyList<double> prices)
{
    private readonly Dictionary<(int, int, int), int> _places = [];
    private readonly List<PriceFactor> _factors = [];
    private readonly List<string> _names = [];
    private readonly List<double> _cash = [];
    private readonly List<int> _termStart = [];
    private readonly List<(int Factor, double Worth, double Weighted, double Gross, int Schedule)> _terms = [];
    private readonly List<int> _bracketStart = [0];
    private readonly List<(double Floor, double Rate, double Amount)> _brackets = [];

    private int Usd => prices.Count - 1;

    /// <summary>
    /// Maintenance by bracket: rate·notional − amount from the floor on. Rates rise and the whole is continuous, so
    /// that it is the largest of its lines.
    /// </summary>
    public void AddSchedule(ReadOnlySpan<double> floors, ReadOnlySpan<double> rates, ReadOnlySpan<double> amounts)
    {
        for (var i = 0; i < floors.Length; i++)
        {
            if (i > 0 && (rates[i] < rates[i - 1] || floors[i] <= floors[i - 1]))
            {
                throw new ArgumentException("rates and floors of brackets rise", nameof(rates));
            }
            _brackets.Add((floors[i], rates[i], amounts[i]));
        }
        _bracketStart.Add(_brackets.Count);
    }

    public void BeginAccount(string name, double cash)
    {
        _names.Add(name);
        _cash.Add(cash);
        _termStart.Add(_terms.Count);
    }

    public void AddCollateral(int feed, double units, double weight) =>
        AddTerm(Factor(feed, -1, -1), units, units > 0.0 ? units * weight : units, 0.0, -1);

    /// <param name="unit">Signed: base units of a linear contract, face of an inverse one.</param>
    /// <param name="cost">In the settlement asset.</param>
    public void AddPosition(int mark, int settlement, bool isInverse, double unit, double cost, int schedule)
    {
        var isUsd = settlement == Usd;
        if (isInverse)
        {
            AddTerm(Factor(settlement, -1, mark), -unit, -unit, Math.Abs(unit), schedule);
        }
        else
        {
            AddTerm(Factor(mark, isUsd ? -1 : settlement, -1), unit, unit, Math.Abs(unit), schedule);
        }
        var owed = isInverse ? cost : -cost;
        if (isUsd)
        {
            _cash[^1] += owed;
        }
        else if (owed != 0.0)
        {
            AddTerm(Factor(settlement, -1, -1), owed, owed, 0.0, -1);
        }
    }

    public ForecastBook Build() => new(new ForecastColumns
    {
        Names = [.. _names],
        Factors = [.. _factors],
        Cash = [.. _cash],
        TermStart = [.. _termStart, _terms.Count],
        Factor = [.. _terms.Select(t => t.Factor)],
        Worth = [.. _terms.Select(t => t.Worth)],
        Weighted = [.. _terms.Select(t => t.Weighted)],
        Gross = [.. _terms.Select(t => t.Gross)],
        Schedule = [.. _terms.Select(t => t.Schedule)],
        BracketStart = [.. _bracketStart],
        BracketFloor = [.. _brackets.Select(b => b.Floor)],
        BracketRate = [.. _brackets.Select(b => b.Rate)],
        BracketAmount = [.. _brackets.Select(b => b.Amount)],
    });

    private void AddTerm(int factor, double worth, double weighted, double gross, int schedule) =>
        _terms.Add((factor, worth, weighted, gross, schedule));

    private int Factor(int feed, int times, int over)
    {
        if (_places.TryGetValue((feed, times, over), out var place))
        {
            return place;
        }
        var value = prices[feed] * (times < 0 ? 1.0 : prices[times]) / (over < 0 ? 1.0 : prices[over]);
        if (!(value > 0.0 && double.IsFinite(value)))
        {
            throw new ArgumentException($"a price of feed {feed}, {times} or {over} is not above 0");
        }
        _factors.Add(new PriceFactor(feed, times, over, value));
        return _places[(feed, times, over)] = _factors.Count - 1;
    }
}
