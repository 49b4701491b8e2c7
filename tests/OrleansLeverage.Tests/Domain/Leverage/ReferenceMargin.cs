using System.Numerics;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Domain.Leverage;

/// <summary>
/// Margin of an account the slow and obvious way, in exact fractions (or, to scan many prices, in doubles). It shares
/// no formula with the product: inverse profit is N/entry − N/price, maintenance margin is summed bracket by bracket at
/// marginal rates, so that no cumulative amount is believed, and orders are looked through one by one.
/// </summary>
internal sealed class ReferenceMargin<T>
    where T : struct, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>,
        IDivisionOperators<T, T, T>, IComparisonOperators<T, T, bool>
{
    private readonly Func<decimal, T> _of;
    private readonly Func<Feed, T> _price;
    private readonly PriceFrame _frame;
    private readonly T _zero;

    public ReferenceMargin(Account account, PriceFrame frame, Func<decimal, T> of, Func<Feed, T>? price = null)
    {
        (_of, _frame, _zero) = (of, frame, of(0m));
        _price = price ?? (feed => of(frame[feed].Price!.Value.Value));
        Equity = CrossEquity = CrossMarginBalance = CrossMaintenance = CrossInitial = _zero;
        Maintenance = Initial = Long = Short = Magnitude = MarginBalance = CrossCollateral = Collateral = _zero;
        foreach (var balance in account.Balances)
        {
            var value = of(balance.Amount) * Usd(balance.Asset);
            var weighted = balance.Amount > 0m ? value * of(balance.Asset.CollateralWeight) : value;
            CrossEquity += value;
            CrossCollateral += weighted;
            Magnitude += Abs(value);
        }
        Equity = CrossEquity;
        Collateral = MarginBalance = CrossMarginBalance = CrossCollateral;
        foreach (var instrument in account.Positions.Select(p =>
            p.Instrument).Union(account.Reservations.Select(r => r.Instrument)))
        {
            Add(account, account.Position(instrument));
        }
    }

    public T Equity { get; private set; }

    public T CrossEquity { get; private set; }

    public T CrossCollateral { get; }

    public T Collateral { get; private set; }

    public T MarginBalance { get; private set; }

    public T CrossMarginBalance { get; private set; }

    public T CrossMaintenance { get; private set; }

    public T CrossInitial { get; private set; }

    public T Maintenance { get; private set; }

    public T Initial { get; private set; }

    public T Long { get; private set; }

    public T Short { get; private set; }

    /// <summary>Σ of everything that was added, without signs: the scale of rounding errors.</summary>
    public T Magnitude { get; private set; }

    public Dictionary<Instrument, Line> Positions { get; } = [];

    /// <summary>What the bucket of a position has above maintenance margin.</summary>
    public T Surplus(Position position) => position.Mode == MarginMode.Isolated
        ? Positions[position.Instrument].IsolatedEquity - Positions[position.Instrument].Maintenance
        : CrossMarginBalance - CrossMaintenance;

    /// <summary>What stands behind a position before it is bankrupt.</summary>
    public T Behind(Position position) =>
        position.Mode == MarginMode.Isolated ? Positions[position.Instrument].IsolatedEquity : CrossEquity;

    public RiskTier Tier(RiskRules rules)
    {
        if (Equity < _zero || (Equity == _zero && Long + Short > _zero))
        {
            return RiskTier.Bankrupt;
        }
        var worst = Judge(rules, CrossMaintenance, CrossMarginBalance);
        foreach (var line in Positions.Values.Where(l => l.IsIsolated))
        {
            var tier = Judge(rules, line.Maintenance, line.IsolatedEquity);
            worst = tier > worst ? tier : worst;
        }
        return worst;
    }

    private RiskTier Judge(RiskRules rules, T maintenance, T balance) => maintenance == _zero ? RiskTier.Healthy
        : balance < maintenance ? RiskTier.Liquidation
        : maintenance >= _of(rules.MarginCallRatio) * balance ? RiskTier.MarginCall
        : maintenance >= _of(rules.WarningRatio) * balance ? RiskTier.Warning
        : RiskTier.Healthy;

    private void Add(Account account, Position position)
    {
        var instrument = position.Instrument;
        var (mark, settlement) = (_price(instrument.MarkFeed), Usd(instrument.Settlement));
        var units = _of(position.Quantity.Value) * _of(instrument.Multiplier);
        var inverse = instrument.Style == ContractStyle.Inverse;
        var signed = inverse ? units / mark * settlement : units * mark * settlement;
        var profit = (inverse ? _of(position.Cost) - units / mark : units * mark - _of(position.Cost)) * settlement;
        var paid = _frame.FundingIndices[instrument.Index] - position.FundingIndex;
        var funding = _zero - _of(position.Quantity.Value) * _of(paid) * settlement;
        var notional = Abs(signed);
        var (buys, sells) = (position.Quantity.Value, position.Quantity.Value);
        foreach (var order in account.Reservations.Where(r => r.Instrument.Id == instrument.Id))
        {
            (buys, sells) = order.Quantity.IsLong ? (buys + order.Quantity.Value, sells)
                : (buys, sells + order.Quantity.Value);
        }
        var worst = _of(Math.Max(Math.Abs(buys), Math.Abs(sells))) * _of(instrument.Multiplier) * settlement;
        worst = inverse ? worst / mark : worst * mark;
        var maintenance = MaintenanceOf(instrument.Margin, notional);
        var initial = InitialOf(instrument, worst, position.LeverageSetting);
        var isolated = position.Mode == MarginMode.Isolated;
        var margin = isolated ? _of(position.IsolatedMargin) * settlement : _zero;
        Positions[instrument] = new Line(isolated, signed, profit, funding, maintenance, initial, worst,
            margin + profit + funding);
        Equity += margin + profit + funding;
        MarginBalance += margin + profit + funding;
        Collateral += margin;
        Maintenance += maintenance;
        Initial += initial;
        Long += signed > _zero ? signed : _zero;
        Short += signed < _zero ? _zero - signed : _zero;
        Magnitude += notional + notional + Abs(profit) + Abs(funding) + margin;
        if (!isolated)
        {
            CrossEquity += profit + funding;
            CrossMarginBalance += profit + funding;
            CrossMaintenance += maintenance;
            CrossInitial += initial;
        }
    }

    /// <summary>Each bracket's rate on the part of the notional that lies in it.</summary>
    private T MaintenanceOf(MarginSchedule schedule, T notional)
    {
        var sum = _zero;
        for (var i = 0; i < schedule.Tiers.Count; i++)
        {
            var floor = _of(schedule.Tiers[i].FloorNotional);
            if (notional > floor)
            {
                var top = i + 1 < schedule.Tiers.Count && notional > _of(schedule.Tiers[i + 1].FloorNotional)
                    ? _of(schedule.Tiers[i + 1].FloorNotional)
                    : notional;
                sum += (top - floor) * _of(schedule.Tiers[i].MaintenanceRate);
            }
        }
        return sum;
    }

    /// <summary>Before rounding up, which only the exact reference knows.</summary>
    private T InitialOf(Instrument instrument, T notional, decimal? leverage)
    {
        var tier = instrument.Margin.Tiers.Last(t => _of(t.FloorNotional) <= notional);
        var rate = tier.InitialRate is { } stated ? _of(stated) : _of(1m) / _of(tier.MaxLeverage);
        if (instrument.Margin.Scaling is { } scaling)
        {
            var interest = _of(_frame.OpenInterest[instrument.Index]);
            var share = (interest - _of(scaling.LowerCap)) / (_of(scaling.UpperCap) - _of(scaling.LowerCap));
            share = share < _zero ? _zero : share > _of(1m) ? _of(1m) : share;
            rate += (_of(1m) - rate) * share;
        }
        if (leverage is { } setting && _of(1m) / _of(setting) > rate)
        {
            rate = _of(1m) / _of(setting);
        }
        return RoundUp(notional * rate);
    }

    private static T RoundUp(T value) => value is Rational exact
        ? (T)(object)Rational.Ceiling(exact, 0.00000001m) : value;

    private T Usd(Asset asset) => asset.PriceFeed is { } feed ? _price(feed) : _of(1m);

    private T Abs(T value) => value < _zero ? _zero - value : value;

    /// <summary>One position, in USD.</summary>
    public readonly record struct Line(
        bool IsIsolated, T Signed, T Profit, T Funding, T Maintenance, T Initial, T Worst, T IsolatedEquity);
}
