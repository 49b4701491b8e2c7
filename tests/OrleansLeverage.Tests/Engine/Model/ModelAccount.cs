using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;

namespace OrleansLeverage.Tests.Engine.Model;

/// <summary>What a position is, in exact fractions.</summary>
internal sealed record ModelPosition(Rational Quantity, Rational Cost, Rational FundingIndex, bool IsIsolated,
    Rational Margin, decimal? Leverage)
{
    public static ModelPosition Flat { get; } = new(0m, 0m, 0m, false, 0m, null);
}

/// <summary>
/// One account as the design describes it, in exact fractions and dictionaries: cross collateral with haircuts,
/// isolated buckets, tiered maintenance margin, initial margin for the worst fill of the open orders. Immutable: what a
/// command would do is another one.
/// </summary>
internal sealed class ModelAccount
{
    public Dictionary<Asset, Rational> Balances { get; private init; } = [];

    public Dictionary<Instrument, ModelPosition> Positions { get; private init; } = [];

    public Dictionary<CommandId, (Instrument Instrument, decimal Quantity)> Orders { get; private init; } = [];

    public Rational Balance(Asset asset) => Balances.GetValueOrDefault(asset);

    public ModelPosition Position(Instrument instrument) => Positions.GetValueOrDefault(instrument, ModelPosition.Flat);

    public bool HasExposure => Positions.Values.Any(p => p.Quantity != Rational.Zero);

    public ModelAccount Moved(Asset asset, Rational delta) => new()
    {
        Balances = new Dictionary<Asset, Rational>(Balances) { [asset] = Balance(asset) + delta },
            Positions = Positions, Orders = Orders,
    };

    public ModelAccount With(Instrument instrument, ModelPosition position) => new()
    {
        Balances = Balances, Positions = new Dictionary<Instrument,
            ModelPosition>(Positions) { [instrument] = position }, Orders = Orders,
    };

    public ModelAccount Ordered(CommandId id, Instrument instrument, decimal quantity) => new()
    {
        Balances = Balances, Positions = Positions,
        Orders = new Dictionary<CommandId, (Instrument, decimal)>(Orders) { [id] = (instrument, quantity) },
    };

    public ModelAccount Without(IReadOnlyCollection<CommandId> orders) => new()
    {
        Balances = Balances, Positions = Positions, Orders = Orders.Where(o => !orders.Contains(o.Key)).ToDictionary(),
    };

    /// <summary>Largest |quantity| if all buys of the open orders fill, or all sells.</summary>
    public Rational Worst(Instrument instrument)
    {
        var (high, low) = (Position(instrument).Quantity, Position(instrument).Quantity);
        foreach (var (ordered, quantity) in Orders.Values)
        {
            if (ordered == instrument)
            {
                (high, low) = quantity > 0m ? (high + quantity, low) : (high, low + quantity);
            }
        }
        return Rational.Max(Rational.Abs(high), Rational.Abs(low));
    }

    /// <summary>
    /// Funding owed until now goes to the balance, or to the isolated margin, rounded down to the quantum.
    /// </summary>
    public ModelAccount Settled(Instrument instrument, Rational index)
    {
        var position = Position(instrument);
        var booked = Floor(-position.Quantity * (index - position.FundingIndex), instrument.Settlement.Quantum);
        var settled = position with { FundingIndex = index, Margin = position.Margin
            + (position.IsIsolated ? booked : 0m) };
        var after = With(instrument, settled);
        return position.IsIsolated ? after : after.Moved(instrument.Settlement, booked);
    }

    /// <summary>
    /// A fill at average cost; what closes realises profit, whatever is divided is rounded against the account.
    /// </summary>
    public ModelAccount Filled(Instrument instrument, decimal quantity, decimal price, decimal fee, Rational index)
    {
        var account = Settled(instrument, index);
        var position = account.Position(instrument);
        Rational held = position.Quantity;
        var isOpening = held == Rational.Zero || held > Rational.Zero == quantity > 0m;
        Rational closes = isOpening ? 0m : Rational.Abs(held) < Math.Abs(quantity) ? -held : quantity;
        var sign = instrument.Style == ContractStyle.Linear ? Rational.One : -Rational.One;
        var value = Value(instrument, quantity, price);
        var (realised, cost) = (Rational.Zero, position.Cost + value);
        if (!isOpening)
        {
            // of the cost, the closing part's share: rounded so that the profit is not rounded up
            var share = position.Cost * Rational.Abs(closes) / Rational.Abs(held);
            share = closes == -held ? share
                : sign > Rational.Zero ? Rational.Ceiling(share, instrument.Settlement.Quantum)
                : Floor(share, instrument.Settlement.Quantum);
            var closing = closes == quantity ? value : Value(instrument, closes, price);
            realised = Floor(-sign * (closing + share), instrument.Settlement.Quantum);
            cost = position.Cost - share + (value - closing);
        }
        var after = position with { Quantity = held + quantity, Cost = cost };
        var toBalance = realised;
        if (after.IsIsolated)
        {
            // a flat position gives its margin back
            toBalance = after.Quantity == Rational.Zero ? after.Margin + realised : 0m;
            after = after with { Margin = after.Quantity == Rational.Zero ? 0m : after.Margin + realised };
        }
        return account.With(instrument, after).Moved(instrument.Settlement, toBalance - fee);
    }

    public static Rational Value(Instrument instrument, Rational quantity, decimal price) =>
        instrument.Style == ContractStyle.Linear
        ? quantity * instrument.Multiplier * price
        : Floor(quantity * instrument.Multiplier / price, instrument.Settlement.Quantum);

    public static Rational Floor(Rational value, decimal quantum) => -Rational.Ceiling(-value, quantum);
}
