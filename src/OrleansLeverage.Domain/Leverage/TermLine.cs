using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Domain;

/// <summary>
/// What one margin bucket has above its line by the terms of a venue, as a function of the price of one feed with every
/// other price held. Rates may jump and weights bend it, so that it is searched and not solved: see
/// <see cref="VenuePrice"/>, which finds the price to 24 digits.
/// </summary>
internal sealed class TermLine
{
    private readonly AccountValuation _valuation;
    private readonly Feed _feed;
    private readonly bool _bankruptcy;
    private readonly List<Balance> _balances = [];
    private readonly List<PositionValuation> _positions = [];
    private readonly List<decimal> _edges = [];
    private decimal _constant;

    private TermLine(AccountValuation valuation, Feed feed, bool bankruptcy) =>
        (_valuation, _feed, _bankruptcy) = (valuation, feed, bankruptcy);

    /// <summary>
    /// The cross bucket, or one isolated position's, against maintenance margin or (bankruptcy) against zero.
    /// </summary>
    public static TermLine Of(AccountValuation valuation, Feed feed, Position? isolated, bool bankruptcy)
    {
        var line = new TermLine(valuation, feed, bankruptcy);
        foreach (var balance in isolated is null ? valuation.Account.Balances : [])
        {
            if (balance.Asset.PriceFeed?.Index == feed.Index)
            {
                line._balances.Add(balance);
            }
            else
            {
                line._constant += line.Counted(balance, valuation.Frame.UsdPrice(balance.Asset)!.Value);
            }
        }
        foreach (var value in valuation.Positions)
        {
            var inBucket = isolated is null ? !value.IsIsolated
                : value.Position.Instrument.Index == isolated.Instrument.Index;
            if (inBucket)
            {
                line.Add(value);
            }
        }
        return line;
    }

    /// <summary>What a position and its own margin count for less what it asks for, at other prices.</summary>
    public static decimal Surplus(AccountValuation valuation, in PositionValuation value, decimal mark,
        decimal settlement) =>
        Surplus(valuation, value, mark, settlement, bankruptcy: false);

    public SolvedPrice Solve(decimal price, bool losesWhenFalling) =>
        VenuePrice.Solve(price, losesWhenFalling, At, _edges);

    private decimal At(decimal price)
    {
        var surplus = _constant;
        foreach (var balance in _balances)
        {
            surplus += Counted(balance, price);
        }
        foreach (var value in _positions)
        {
            var instrument = value.Position.Instrument;
            surplus += Surplus(_valuation, value,
                instrument.MarkFeed.Index == _feed.Index ? price : value.Mark,
                instrument.Settlement.PriceFeed?.Index == _feed.Index ? price : value.SettlementPrice, _bankruptcy);
        }
        return surplus;
    }

    private decimal Counted(Balance balance, decimal price) => _bankruptcy
        ? balance.Amount * price
        : balance.Asset.Counted(balance.Amount, price, isInitial: false);

    private void Add(in PositionValuation value)
    {
        var instrument = value.Position.Instrument;
        var byMark = instrument.MarkFeed.Index == _feed.Index;
        if (!byMark && instrument.Settlement.PriceFeed?.Index != _feed.Index)
        {
            _constant += Surplus(_valuation, value, value.Mark, value.SettlementPrice, _bankruptcy);
            return;
        }
        _positions.Add(value);
        if (!_bankruptcy && instrument is { Style: ContractStyle.Linear, Terms: { } terms })
        {
            _edges.AddRange(terms.EdgesOf(Math.Abs(value.Position.Quantity.Value) * instrument.Multiplier
                * (byMark ? value.SettlementPrice : value.Mark)));
        }
    }

    private static decimal Surplus(AccountValuation valuation, in PositionValuation value, decimal mark,
        decimal settlement, bool bankruptcy)
    {
        var (position, instrument) = (value.Position, value.Position.Instrument);
        var (rules, unit) = (valuation.Frame.Universe.Rules, instrument.UnitNotional(mark, settlement));
        var gain = instrument.ProfitSign * (position.Quantity.Value * unit - position.Cost * settlement)
            + position.AccruedFunding(valuation.Frame.FundingIndex(instrument)) * settlement;
        var margin = value.IsIsolated ? position.IsolatedMargin * settlement : 0m;
        return bankruptcy ? margin + gain
            : margin + rules.Profit.Counted(gain, isInitial: false)
                - (value.IsPortfolio ? 0m : position.Maintenance(rules, unit, settlement));
    }
}
