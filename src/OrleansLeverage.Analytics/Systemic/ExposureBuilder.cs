using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// Exact accounts into columns of doubles. Where a venue's terms ask for more than brackets and weights, a position
/// keeps the rate, and a balance the weight, that it has at the frame: exact there, a straight line beside it. Profit
/// and debts count whole.
/// </summary>
internal sealed class ExposureBuilder
{
    private readonly PriceFrame _frame;
    private readonly int _usd;
    private readonly List<string> _names = [];
    private readonly List<double> _cash = [];
    private readonly List<int> _collateralStart = [0];
    private readonly List<(int Feed, double Units, double Weight)> _collateral = [];
    private readonly List<int> _positionStart = [0];
    private readonly List<(int Mark, int Settlement, bool Inverse, double Unit, double Cost, int Schedule)> _positions =
        [];

    private readonly List<int> _bracketStart = [0];
    private readonly List<(double Floor, double Rate, double Amount)> _brackets = [];
    private readonly int[] _scheduleOf;
    private int _unknown;

    public ExposureBuilder(PriceFrame frame)
    {
        _frame = frame;
        _usd = frame.Universe.Feeds.Count;
        _scheduleOf = new int[frame.Universe.Instruments.Count];
        var schedules = new List<MarginSchedule>();
        foreach (var instrument in frame.Universe.Instruments)
        {
            var place = schedules.IndexOf(instrument.Margin);
            _scheduleOf[instrument.Index] = place < 0 ? schedules.Count : place;
            if (place < 0)
            {
                schedules.Add(instrument.Margin);
                EndSchedule(instrument.Margin.Tiers.Select(t => ((double)t.FloorNotional, (double)t.MaintenanceRate,
                    (double)t.MaintenanceAmount)));
            }
        }
    }

    public void Add(AccountValuation valuation)
    {
        if (!valuation.IsKnown)
        {
            _unknown++;
            return;
        }
        var (account, cash) = (valuation.Account, 0.0);
        foreach (var balance in account.Balances)
        {
            if (balance.Asset.PriceFeed is { } feed)
            {
                _collateral.Add((feed.Index, (double)balance.Amount, Weight(balance)));
            }
            else
            {
                cash += (double)balance.Amount;
            }
        }
        foreach (var value in valuation.Positions)
        {
            if (!value.IsIsolated)
            {
                AddPosition(value);
            }
        }
        EndBucket(account.Id.Value, cash);
        foreach (var value in valuation.Positions)
        {
            if (value.IsIsolated)
            {
                AddIsolated(account, value);
            }
        }
    }

    public ExposureColumns Build()
    {
        var universe = _frame.Universe;
        return new ExposureColumns
        {
            Names = [.. _names],
            Feeds = [.. universe.Feeds.Select(f => f.Id.Value)],
            Prices = [.. universe.Feeds.Select(f => (double)(_frame[f].Price?.Value ?? 0m)), 1.0],
            Betas = [.. universe.Feeds.Select(f => (double)f.Beta)],
            DailyVolatility = [.. universe.Feeds.Select(f => _frame.DailyVolatility?[f.Index] ?? 0.0)],
            Unknown = _unknown,
            Cash = [.. _cash],
            CollateralStart = [.. _collateralStart],
            CollateralFeed = [.. _collateral.Select(c => c.Feed)],
            CollateralUnits = [.. _collateral.Select(c => c.Units)],
            CollateralWeight = [.. _collateral.Select(c => c.Weight)],
            PositionStart = [.. _positionStart],
            MarkFeed = [.. _positions.Select(p => p.Mark)],
            SettlementFeed = [.. _positions.Select(p => p.Settlement)],
            IsInverse = [.. _positions.Select(p => p.Inverse)],
            Unit = [.. _positions.Select(p => p.Unit)],
            Cost = [.. _positions.Select(p => p.Cost)],
            Schedule = [.. _positions.Select(p => p.Schedule)],
            BracketStart = [.. _bracketStart],
            BracketFloor = [.. _brackets.Select(b => b.Floor)],
            BracketRate = [.. _brackets.Select(b => b.Rate)],
            BracketAmount = [.. _brackets.Select(b => b.Amount)],
        };
    }

    private void AddIsolated(Account account, in PositionValuation value)
    {
        var cash = 0.0;
        if (value.Position.Instrument.Settlement.PriceFeed is { } feed)
        {
            // margin of its own counts in full
            _collateral.Add((feed.Index, (double)value.Position.IsolatedMargin, 1.0));
        }
        else
        {
            cash = (double)value.Position.IsolatedMargin;
        }
        AddPosition(value);
        EndBucket($"{account.Id.Value}/{value.Position.Instrument.Id.Value}", cash);
    }

    private void AddPosition(in PositionValuation value)
    {
        var (position, instrument) = (value.Position, value.Position.Instrument);
        if (position.Quantity.IsZero)
        {
            return;
        }
        var schedule = _scheduleOf[instrument.Index];
        if (instrument.Terms is not null && !value.IsPortfolio)
        {
            schedule = _bracketStart.Count - 1;
            EndSchedule([(0.0, (double)(value.MaintenanceMargin / value.Notional), 0.0)]);
        }
        var funding = position.AccruedFunding(_frame.FundingIndex(instrument));
        _positions.Add((instrument.MarkFeed.Index, instrument.Settlement.PriceFeed?.Index ?? _usd,
            instrument.Style == ContractStyle.Inverse, (double)(position.Quantity.Value * instrument.Multiplier),
            (double)(position.Cost - instrument.ProfitSign * funding), schedule));
    }

    private double Weight(Balance balance) => balance is { Amount: > 0m, Asset.Terms: { } terms }
        && _frame.UsdPrice(balance.Asset) is { } price
        ? (double)(terms.Counted(balance.Amount, price, isInitial: false) / (balance.Amount * price))
        : (double)balance.Asset.CollateralWeight;

    private void EndSchedule(IEnumerable<(double Floor, double Rate, double Amount)> brackets)
    {
        _brackets.AddRange(brackets);
        _bracketStart.Add(_brackets.Count);
    }

    private void EndBucket(string name, double cash)
    {
        _names.Add(name);
        _cash.Add(cash);
        _collateralStart.Add(_collateral.Count);
        _positionStart.Add(_positions.Count);
    }
}
