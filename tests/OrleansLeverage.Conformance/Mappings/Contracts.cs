using OrleansLeverage.Domain;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Instruments for cases that state none of their own, and replays of fills through them.</summary>
internal static class Contracts
{
    private const decimal Quantum = 0.000000000001m;

    private static readonly Feed Feed = new() { Id = new FeedId("BTC-USD"), TickSize = Quantum };
    private static readonly Asset Coin = new() { Id = new AssetId("BTC"), Quantum = Quantum, PriceFeed = Feed };
    private static readonly Asset Quote = new() { Id = AssetId.Usd, Quantum = Quantum };

    public static Instrument Of(ContractStyle style, decimal multiplier) => new()
    {
        Id = new InstrumentId("BTC-USD-PERP"),
        Kind = InstrumentKind.Perpetual,
        Style = style,
        Base = Coin,
        Quote = Quote,
        Settlement = style == ContractStyle.Linear ? Quote : Coin,
        MarkFeed = Feed,
        Multiplier = multiplier,
        TickSize = Quantum,
        LotSize = Quantum,
        PositionLimit = Quantity.Max,
        PriceMax = Price.Max,
        Margin = MarginSchedule.Fraction("conformance", 0.01m, 0.005m),
    };

    /// <summary>Fills in the order given, at average cost, with a fee per value traded.</summary>
    public static Book Replay(ContractStyle style, IEnumerable<CaseInputs> fills, decimal feeRate, decimal multiplier)
    {
        var position = new Position { Instrument = Of(style, multiplier) };
        var fees = 0m;
        foreach (var fill in fills)
        {
            var quantity = new Quantity(fill.Side() * fill.Decimal("qty", "quantity", "size"));
            var price = new Price(fill.Decimal("price"));
            (position, _) = position.Fill(quantity, price);
            fees += Domain.Venues.MarginForms.AtRate(position.Instrument.Value(quantity.Abs, price), feeRate);
        }
        return new Book(position, fees);
    }
}

/// <summary>What a replay left: the position, and the fees paid beside it.</summary>
internal readonly record struct Book(Position Position, decimal Fees)
{
    public decimal RealisedAfterFees => Position.RealisedProfit - Fees;
}
