using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Domain;

/// <summary>
/// A small universe with every combination that a formula distinguishes, and seeded books in it: linear and inverse,
/// mark and index one feed or two, settled in USD, in a stablecoin, in a third coin; tiers that books of this size
/// cross.
/// </summary>
internal static class Books
{
    public const decimal Quantum = 0.00000001m;

    public static RiskRules Rules { get; } = new()
    {
        Name = "books",
        Version = 3,
        EffectiveFrom = DateTimeOffset.UnixEpoch,
        NotionalMax = 100_000_000m,
        AmountMax = 10_000_000_000m,
    };

    public static Universe Universe { get; } = Build();

    public static Asset Usd => Universe.Usd;

    public static Asset Asset(string id) => Universe.Asset(new AssetId(id))!;

    public static Instrument Instrument(string id) => Universe.Instrument(new InstrumentId(id))!;

    /// <summary>
    /// A frame at the given prices, in the order BTC, ETH, SOL, USDC, BTC's own mark, ETH's own mark.
    /// </summary>
    public static PriceFrame Frame(decimal btc = 60_000m, decimal eth = 3_000m, decimal sol = 150m, decimal usdc = 1m,
        decimal? btcMark = null, decimal? ethMark = null, PriceState state = PriceState.Fresh,
            decimal[]? funding = null,
        decimal[]? openInterest = null, long timeMs = 1_000_000L) =>
        FrameOf([btc, eth, sol, usdc, btcMark ?? btc, ethMark ?? eth], state, funding, openInterest, timeMs);

    public static PriceFrame FrameOf(decimal[] prices, PriceState state = PriceState.Fresh, decimal[]? funding = null,
        decimal[]? openInterest = null, long timeMs = 1_000_000L) =>
        new(new FrameNumber(1, timeMs / 1000L), timeMs, Universe,
            [.. prices.Select(p => new FramePrice(new Price(p), state, timeMs))], funding, openInterest);

    public static Account Account(string id = "a1") => new(new AccountId(id));

    public static Account With(this Account account, string asset, decimal amount)
    {
        account.Apply(new BalanceChanged(Asset(asset), amount, account.Balance(Asset(asset)) + amount,
            BalanceReason.Deposit));
        return account;
    }

    /// <summary>
    /// A position of <paramref name="quantity"/> entered at <paramref name="entry"/>, isolated where margin is given.
    /// </summary>
    public static Account Holding(this Account account, string instrument, decimal quantity, decimal entry,
        decimal? isolatedMargin = null, decimal? leverage = null)
    {
        var contract = Instrument(instrument);
        account.Apply(new PositionChanged(new Position
        {
            Instrument = contract,
            Quantity = new Quantity(quantity),
            Cost = contract.Value(new Quantity(quantity), new Price(entry)),
            Mode = isolatedMargin is null ? MarginMode.Cross : MarginMode.Isolated,
            IsolatedMargin = isolatedMargin ?? 0m,
            LeverageSetting = leverage,
        }));
        return account;
    }

    public static Account Ordering(this Account account, string instrument, decimal quantity, long number)
    {
        account.Apply(new OrderReserved(new Reservation(CommandId.Create(1, (ulong)number), Instrument(instrument),
            new Quantity(quantity), new Price(1m))));
        return account;
    }

    /// <summary>Prices that a frame could hold, from a hundredth to a hundred times the usual.</summary>
    public static PriceFrame RandomFrame(Random random)
    {
        decimal Near(decimal usual, int digits) =>
            Math.Max(Math.Round(usual * (decimal)Math.Exp((random.NextDouble() - 0.5)
                * (random.Next(8) == 0 ? 9.0 : 0.4)), digits), 0.0001m);
        var (btc, eth) = (Near(60_000m, 2), Near(3_000m, 2));
        var sameMark = random.Next(3) == 0;
        decimal[] prices =
        [
            btc, eth, Near(150m, 3), Math.Round(1m + (decimal)(random.NextDouble() - 0.5) / 50m, 4),
            sameMark ? btc : Math.Round(btc * (1m + (decimal)(random.NextDouble() - 0.5) / 50m), 2) + 0.01m,
            sameMark ? eth : Math.Round(eth * (1m + (decimal)(random.NextDouble() - 0.5) / 50m), 2) + 0.01m,
        ];
        var funding = Universe.Instruments.Select(_ => Math.Round((decimal)(random.NextDouble() - 0.5), 6)).ToArray();
        var interest = Universe.Instruments.Select(_ => random.Next(2) == 0 ? 0m
            : (decimal)random.Next(100_000_000)).ToArray();
        return FrameOf(prices, PriceState.Fresh, funding, interest);
    }

    /// <summary>
    /// Some balances, some positions with costs near their values, sometimes isolated, sometimes with orders.
    /// </summary>
    public static Account RandomAccount(Random random, PriceFrame frame, bool orders = true, bool isolated = true)
    {
        var account = Account($"r{random.Next(1_000_000)}");
        foreach (var asset in Universe.Assets)
        {
            if (random.Next(3) == 0 || asset.Id == AssetId.Usd)
            {
                var worth = Math.Exp(random.NextDouble() * 14.0) * (random.Next(8) == 0 ? -0.2 : 1.0);
                var amount = Decimals.FloorTo((decimal)worth / frame.UsdPrice(asset)!.Value, asset.Quantum);
                account.With(asset.Id.Value, amount);
            }
        }
        foreach (var instrument in Universe.Instruments)
        {
            if (random.Next(3) == 0)
            {
                account.Apply(new PositionChanged(RandomPosition(random, instrument, frame, isolated)));
            }
            for (var i = orders ? random.Next(-4, 3) : 0; i > 0; i--)
            {
                account.Ordering(instrument.Id.Value, RandomQuantity(random, instrument, frame).Value,
                    random.NextInt64());
            }
        }
        return account;
    }

    private static Position RandomPosition(Random random, Instrument instrument, PriceFrame frame, bool isolated)
    {
        var quantity = RandomQuantity(random, instrument, frame);
        var mark = frame.Mark(instrument)!.Value.Value;
        var entry = Math.Max(Decimals.FloorTo(mark * (decimal)(0.7 + 0.6 * random.NextDouble()), instrument.TickSize),
            instrument.TickSize);
        var isIsolated = isolated && random.Next(4) == 0;
        var value = instrument.Value(quantity, new Price(mark));
        return new Position
        {
            Instrument = instrument,
            Quantity = quantity,
            Cost = instrument.Value(quantity, new Price(entry)),
            FundingIndex = Math.Round((decimal)(random.NextDouble() - 0.5), 6),
            Mode = isIsolated ? MarginMode.Isolated : MarginMode.Cross,
            IsolatedMargin = isIsolated
                ? Decimals.FloorTo(Math.Abs(value) * (decimal)random.NextDouble() / 3m, instrument.Settlement.Quantum)
                : 0m,
            LeverageSetting = random.Next(3) == 0 ? random.Next(1, 40) : null,
        };
    }

    private static Quantity RandomQuantity(Random random, Instrument instrument, PriceFrame frame)
    {
        // notionals of 5 USD to 50 million, in whole lots
        var notional = Math.Exp(1.6 + random.NextDouble() * 16.0);
        var unit = (double)(instrument.Style == ContractStyle.Inverse
            ? instrument.Multiplier
            : instrument.Multiplier * frame.Mark(instrument)!.Value.Value
                * frame.UsdPrice(instrument.Settlement)!.Value);
        var lots = Math.Max(1m, Math.Floor((decimal)(notional / unit) / instrument.LotSize));
        return new Quantity((random.Next(2) == 0 ? 1m : -1m)
            * Math.Min(lots * instrument.LotSize, instrument.PositionLimit));
    }

    private static Universe Build()
    {
        Feed[] feeds =
        [
            Feed("BTC-USD", 0, 1m), Feed("ETH-USD", 1, 1.2m), Feed("SOL-USD", 2, 1.5m), Feed("USDC-USD", 3, 0m),
            Feed("BTC-USD-PERP", 4, 1m), Feed("ETH-USD-PERP", 5, 1.2m),
        ];
        Asset[] assets =
        [
            new Asset { Id = AssetId.Usd, Quantum = Quantum, Index = 0 },
            Coin("USDC", 1, feeds[3], 0.99m, 0.000001m), Coin("BTC", 2, feeds[0], 0.95m, Quantum),
            Coin("ETH", 3, feeds[1], 0.9m, Quantum), Coin("SOL", 4, feeds[2], 0m, Quantum),
        ];
        var tiers = Tiers("tiers", (0m, 0.004m, 125m), (50_000m, 0.005m, 100m), (600_000m, 0.0065m, 75m),
            (3_000_000m, 0.01m, 50m),
            (12_000_000m, 0.02m, 25m));
        var steep = Tiers("steep", (0m, 0.01m, 50m), (1_000m, 0.03m, 20m), (20_000m, 0.1m, 5m), (500_000m, 0.25m, 2m));
        var fraction = MarginSchedule.Fraction("fraction", 0.05m, 0.03m);
        var scaled = MarginSchedule.Fraction("scaled", 0.1m, 0.06m, new OpenInterestScaling(20_000_000m, 60_000_000m));
        Instrument[] instruments =
        [
            Contract("BTC-USD-PERP", 0, ContractStyle.Linear, assets[2], assets[0], feeds[0], 1m, 0.01m, 0.0001m,
                20_000m, tiers),
            Contract("BTC-USDM-PERP", 1, ContractStyle.Linear, assets[2], assets[0], feeds[4], 1m, 0.01m, 0.0001m,
                20_000m, steep),
            Contract("BTC-USDI-PERP", 2, ContractStyle.Inverse, assets[2], assets[2], feeds[0], 10m, 0.01m, 1m,
                50_000_000m, tiers),
            Contract("BTC-USDX-PERP", 3, ContractStyle.Inverse, assets[2], assets[2], feeds[4], 10m, 0.01m, 1m,
                50_000_000m, steep),
            Contract("ETH-USD-PERP", 4, ContractStyle.Linear, assets[3], assets[1], feeds[1], 0.1m, 0.01m, 0.001m,
                1_000_000m, scaled),
            Contract("ETH-USDI-PERP", 5, ContractStyle.Inverse, assets[3], assets[3], feeds[1], 1m, 0.01m, 1m,
                100_000_000m, fraction),
            Contract("SOL-USD-PERP", 6, ContractStyle.Linear, assets[4], assets[0], feeds[2], 1m, 0.001m, 0.01m,
                5_000_000m, steep),
            Contract("SOL-BTC-PERP", 7, ContractStyle.Linear, assets[4], assets[2], feeds[2], 0.00001m, 0.001m, 0.1m,
                50_000_000m, fraction),
            Contract("BTC-USD", 8, ContractStyle.Linear, assets[2], assets[0], feeds[0], 1m, 0.01m, 0.0001m, 20_000m,
                fraction)
                with { Kind = InstrumentKind.Spot },
        ];
        return new Universe(1, Rules, feeds, assets, instruments);
    }

    public static MarginSchedule Tiers(string name, params (decimal Floor, decimal Rate, decimal Leverage)[] rows)
    {
        var tiers = new List<MarginTier>();
        foreach (var (floor, rate, leverage) in rows)
        {
            // amount: what makes the margin at the floor the same under this rate as under the one before
            var amount = tiers.Count == 0 ? 0m : floor * rate
                - (floor * tiers[^1].MaintenanceRate - tiers[^1].MaintenanceAmount);
            tiers.Add(new MarginTier
            {
                FloorNotional = floor,
                CapNotional = rows.Select(r => (decimal?)r.Floor).FirstOrDefault(f => f > floor),
                MaintenanceRate = rate,
                MaintenanceAmount = amount,
                MaxLeverage = leverage,
            });
        }
        return new MarginSchedule(name, tiers);
    }

    private static Feed Feed(string id, int index, decimal beta) =>
        new() { Id = new FeedId(id), TickSize = 0.0001m, Beta = beta, Index = index };

    private static Asset Coin(string id, int index, Feed feed, decimal weight, decimal quantum) =>
        new() { Id = new AssetId(id), Quantum = quantum, PriceFeed = feed, CollateralWeight = weight, Index = index };

    private static Instrument Contract(string id, int index, ContractStyle style, Asset coin, Asset settlement,
        Feed mark,
        decimal multiplier, decimal tick, decimal lot, decimal limit, MarginSchedule margin) => new()
        {
            Id = new InstrumentId(id),
            Kind = InstrumentKind.Perpetual,
            Style = style,
            Base = coin,
            Quote = settlement,
            Settlement = settlement,
            MarkFeed = mark,
            Multiplier = multiplier,
            TickSize = tick,
            LotSize = lot,
            PositionLimit = limit,
            PriceMax = 100_000_000m,
            Margin = margin,
            Index = index,
        };
}
