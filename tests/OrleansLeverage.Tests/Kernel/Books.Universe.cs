using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Kernel;

internal sealed partial class Books
{
    private static Universe MakeUniverse()
    {
        Feed[] feeds =
        [
            MakeFeed("BTC-USD", 0.01m, 0),
            MakeFeed("BTC-USD-PERP", 0.01m, 1),
            MakeFeed("ETH-USD", 0.001m, 2),
            MakeFeed("USDT-USD", 0.0001m, 3),
            MakeFeed("TINY-USD", 0.000000000001m, 4),
            MakeFeed("HUGE-USD", 1m, 5),
            MakeFeed("UNIT-USD", 0.01m, 6),
            MakeFeed("DEAD-USD", 0.01m, 7),
        ];
        Asset[] assets =
        [
            MakeAsset("USD", null, 1m, 0),
            MakeAsset("BTC", feeds[0], 0.95m, 1),
            MakeAsset("ETH", feeds[2], 0.9m, 2),
            MakeAsset("USDT", feeds[3], 0.99m, 3),
            MakeAsset("TINY", feeds[4], 0.5m, 4),
            MakeAsset("HUGE", feeds[5], 0.333m, 5),
            MakeAsset("UNIT", feeds[6], 0m, 6),
            MakeAsset("DEAD", feeds[7], 0.9m, 7),
        ];
        var instruments = Contracts(feeds, assets);
        // nine kinds, five of each, so that accounts of 40 positions exist
        while (instruments.Count < 45)
        {
            var like = instruments[instruments.Count % 9];
            instruments.Add(like with { Id = new InstrumentId($"X{instruments.Count}-USD-20260327") });
        }
        var dead = MarginSchedule.Fraction("dead", 0.1m, 0.05m);
        instruments.Add(Contract("DEAD-USD-PERP", assets[7], assets[0], feeds[7], dead, 1m, 1_000_000m, 1_000m));
        var rules = new RiskRules { Name = "test", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch };
        return new Universe(1, rules, feeds, assets, [.. instruments.Select((x, i) => x with { Index = i })]);
    }

    private static List<Instrument> Contracts(Feed[] feeds, Asset[] assets)
    {
        var tiered = Schedule("tiered", (0m, 0.004m, 125m), (50_000m, 0.005m, 100m), (250_000m, 0.01m, 50m),
            (1_000_000m, 0.025m, 20m), (10_000_000m, 0.05m, 10m), (20_000_000m, 0.1m, 5m), (50_000_000m, 0.5m, 1m));
        var falling = Schedule("falling", (0m, 0.1m, 5m), (1_000m, 0.05m, 10m), (10_000m, 0.2m, 2m));
        var scaled = MarginSchedule.Fraction("scaled", 0.05m, 0.03m, new OpenInterestScaling(1_000_000m, 2_000_000m));
        var flat = MarginSchedule.Fraction("flat", 0.1m, 0.05m);
        var (usd, btc, eth, usdt) = (assets[0], assets[1], assets[2], assets[3]);
        return
        [
            Contract("BTC-USD", btc, usd, feeds[0], flat, 0.000001m, 1_000_000m, 1_000_000m),
            Contract("BTC-USDT-PERP", btc, usdt, feeds[1], tiered, 0.001m, 100_000m, 1_000_000m),
            Contract("ETH-USD-PERP", eth, usd, feeds[2], tiered, 0.001m, 1_000_000m, 100_000m, 0.1m),
            // the mark is not the price of the coin: value is m·S/P, divided in decimal
            Inverse(Contract("BTC-USD-PERP", btc, btc, feeds[1], tiered, 1m, 100_000_000m, 1_000_000m, 10m)),
            Inverse(Contract("ETH-USD-20260327", eth, eth, feeds[2], scaled, 1m, 100_000_000m, 100_000m)),
            Contract("TINY-USD-PERP", assets[4], usd, feeds[4], falling, 1m, 1_000_000_000_000m, 0.01m),
            Contract("HUGE-USD-PERP", assets[5], usd, feeds[5], scaled, 0.001m, 1_000m, Price.Max),
            Contract("UNIT-USD-PERP", assets[6], usd, feeds[6], flat, 0.000001m, 1_000_000_000m, 1_000m),
            // at a price of 1 its notional meets every edge of a bracket exactly
            Contract("UNIT-USD-20260327", assets[6], usd, feeds[6], tiered, 0.000001m, 1_000_000_000m, 1_000m),
        ];
    }

    private static Instrument Inverse(Instrument contract) => contract with { Style = ContractStyle.Inverse };

    private static Feed MakeFeed(string id, decimal tick, int index) =>
        new() { Id = new FeedId(id), TickSize = tick, Index = index };

    private static Asset MakeAsset(string id, Feed? feed, decimal weight, int index) => new()
    {
        Id = new AssetId(id),
        Quantum = 0.00000001m,
        PriceFeed = feed,
        CollateralWeight = weight,
        Index = index,
    };

    private static Instrument Contract(string id, Asset coin, Asset settlement, Feed feed, MarginSchedule margin,
        decimal lot, decimal limit, decimal priceMax, decimal multiplier = 1m) => new()
        {
            Id = new InstrumentId(id),
            Kind = InstrumentKind.Perpetual,
            Base = coin,
            Quote = settlement,
            Settlement = settlement,
            MarkFeed = feed,
            Multiplier = multiplier,
            TickSize = feed.TickSize,
            LotSize = lot,
            PositionLimit = limit,
            PriceMax = priceMax,
            Margin = margin,
        };

    private static MarginSchedule Schedule(string name, params (decimal Floor, decimal Rate, decimal Leverage)[] rows)
    {
        var tiers = new List<MarginTier>();
        for (var i = 0; i < rows.Length; i++)
        {
            var (floor, rate, leverage) = rows[i];
            var last = i == 0 ? null : tiers[i - 1];
            tiers.Add(new MarginTier
            {
                FloorNotional = floor,
                CapNotional = i + 1 < rows.Length ? rows[i + 1].Floor : null,
                MaintenanceRate = rate,
                MaintenanceAmount = last is null ? 0m
                    : MarginTier.CumulativeAmount(last.MaintenanceAmount, floor, rate, last.MaintenanceRate),
                MaxLeverage = leverage,
            });
        }
        return new MarginSchedule(name, tiers);
    }
}
