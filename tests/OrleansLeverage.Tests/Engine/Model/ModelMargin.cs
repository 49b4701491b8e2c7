using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;

namespace OrleansLeverage.Tests.Engine.Model;

/// <summary>Margins of a model account at the prices of a frame, all in USD and exact.</summary>
internal sealed class ModelMargin
{
    private readonly PriceFrame _frame;
    private readonly Func<Instrument, Rational> _funding;
    private readonly List<(Rational Equity, Rational Initial, Rational Maintenance)> _isolated = [];

    public ModelMargin(ModelAccount account, PriceFrame frame, Func<Instrument, Rational> funding)
    {
        (_frame, _funding) = (frame, funding);
        foreach (var (asset, amount) in account.Balances.Where(b => b.Value != Rational.Zero))
        {
            if (Price(asset.PriceFeed) is not { } price)
            {
                return;
            }
            Equity += amount * price;
            CrossCollateral += amount * price * (amount > Rational.Zero ? asset.CollateralWeight : 1m);
        }
        CrossBalance = CrossCollateral;
        Collateral = CrossCollateral;
        foreach (var instrument in frame.Universe.Instruments)
        {
            var position = account.Position(instrument);
            var worst = account.Worst(instrument);
            if (worst == Rational.Zero && position.Margin == Rational.Zero)
            {
                continue;
            }
            if (Price(instrument.MarkFeed) is not { } mark
                || Price(instrument.Settlement.PriceFeed) is not { } settlement)
            {
                return;
            }
            Add(instrument, position, worst, mark, settlement);
        }
        IsKnown = true;
    }

    /// <summary>False where a price that is needed has not been measured.</summary>
    public bool IsKnown { get; }

    public bool IsFresh { get; private set; } = true;

    public bool MayDecide { get; private set; } = true;

    public Rational Equity { get; private set; }

    public Rational CrossCollateral { get; }

    /// <summary>Cross collateral and isolated margins, no profit.</summary>
    public Rational Collateral { get; private set; }

    public Rational CrossBalance { get; private set; }

    public Rational CrossInitial { get; private set; }

    public Rational CrossMaintenance { get; private set; }

    public Rational Initial { get; private set; }

    public Rational Gross { get; private set; }

    public bool Covers => CrossBalance >= CrossInitial && _isolated.TrueForAll(b => b.Equity >= b.Initial);

    public bool CoversWithoutProfit => Covers && CrossCollateral >= CrossInitial && Collateral >= Initial;

    /// <summary>The tier of the worst bucket; 1.00 is reached strictly, the others at the line.</summary>
    public RiskTier Tier()
    {
        if (!IsKnown)
        {
            return RiskTier.Unknown;
        }
        if (Equity < Rational.Zero || (Equity == Rational.Zero && Gross > Rational.Zero))
        {
            return RiskTier.Bankrupt;
        }
        return _isolated.Select(b => Tier(b.Maintenance, b.Equity)).Append(Tier(CrossMaintenance, CrossBalance)).Max();
    }

    public Rational InitialOf(Instrument instrument, ModelPosition position, Rational quantity)
    {
        var notional = Rational.Abs(quantity) * Unit(instrument, Price(instrument.MarkFeed)!.Value,
            Price(instrument.Settlement.PriceFeed)!.Value);
        var tier = instrument.Margin.Tiers.Last(t => t.FloorNotional <= notional);
        Rational rate = tier.InitialRate ?? Rational.One / tier.MaxLeverage;
        if (instrument.Margin.Scaling is { } scaling)
        {
            Rational interest = _frame.OpenInterest[instrument.Index];
            var grown = (interest - scaling.LowerCap) / (scaling.UpperCap - scaling.LowerCap);
            rate += (Rational.One - rate) * Rational.Min(Rational.Max(grown, 0m), 1m);
        }
        rate = position.Leverage is { } setting ? Rational.Max(rate, Rational.One / setting) : rate;
        return Rational.Ceiling(notional * rate, AccountValuation.UsdQuantum);
    }

    /// <summary>Profit and funding of a position, USD.</summary>
    public Rational GainOf(Instrument instrument, ModelPosition position) =>
        Gain(instrument, position, Price(instrument.MarkFeed)!.Value, Price(instrument.Settlement.PriceFeed)!.Value);

    private Rational Gain(Instrument instrument, ModelPosition position, Rational mark, Rational settlement)
    {
        var value = position.Quantity * Unit(instrument, mark, settlement);
        return (instrument.Style == ContractStyle.Linear ? value - position.Cost * settlement
            : position.Cost * settlement - value)
            - position.Quantity * (_funding(instrument) - position.FundingIndex) * settlement;
    }

    private RiskTier Tier(Rational maintenance, Rational balance)
    {
        var rules = _frame.Universe.Rules;
        return maintenance == Rational.Zero ? RiskTier.Healthy
            : maintenance > balance ? RiskTier.Liquidation
            : maintenance >= rules.MarginCallRatio * balance ? RiskTier.MarginCall
            : maintenance >= rules.WarningRatio * balance ? RiskTier.Warning
            : RiskTier.Healthy;
    }

    private void Add(Instrument instrument, ModelPosition position, Rational worst, Rational mark, Rational settlement)
    {
        var unit = Unit(instrument, mark, settlement);
        var value = position.Quantity * unit;
        var gain = Gain(instrument, position, mark, settlement);
        var notional = Rational.Abs(value);
        // bracket by bracket at its own rate: no cumulative amount is believed
        var maintenance = Rational.Zero;
        foreach (var tier in instrument.Margin.Tiers.Where(t => t.FloorNotional < notional))
        {
            var inside = Rational.Min(notional, tier.CapNotional ?? notional) - tier.FloorNotional;
            maintenance += inside * tier.MaintenanceRate;
        }
        var initial = worst == Rational.Zero ? Rational.Zero : InitialOf(instrument, position, worst);
        Gross += notional;
        Initial += initial;
        if (position.IsIsolated)
        {
            var margin = position.Margin * settlement;
            Collateral += margin;
            Equity += margin + gain;
            _isolated.Add((margin + gain, initial, maintenance));
            return;
        }
        Equity += gain;
        CrossBalance += gain;
        CrossInitial += initial;
        CrossMaintenance += maintenance;
    }

    private static Rational Unit(Instrument instrument, Rational mark, Rational settlement) =>
        instrument.Style == ContractStyle.Linear
        ? mark * settlement * instrument.Multiplier
        : settlement / mark * instrument.Multiplier;

    private Rational? Price(Feed? feed)
    {
        if (feed is null)
        {
            return 1m;
        }
        var price = _frame[feed];
        IsFresh &= price.State == PriceState.Fresh;
        MayDecide &= price.State is PriceState.Fresh or PriceState.Degraded;
        return price.Price is { } known ? known.Value : null;
    }
}
