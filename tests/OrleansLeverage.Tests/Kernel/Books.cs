using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// Seeded universes, frames and accounts that a kernel gets wrong most easily: linear and inverse, settled in USD and in
/// coins, tiny and huge prices, haircuts and debts, isolated margin, orders, funding, brackets met exactly.
/// </summary>
internal sealed class Books
{
    private readonly Random _random;
    private long _orders;

    public Books(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        Universe = MakeUniverse();
    }

    public int Seed { get; }

    public Universe Universe { get; }

    /// <summary>Prices around their base, now and then at the limits; DEAD is never measured.</summary>
    public PriceFrame Frame(long sequence = 1)
    {
        decimal[] bases = [60_000m, 60_030m, 3_000m, 1.0002m, 0.000000000123m, 900_000_000m, 1m, 1m];
        var prices = new FramePrice[bases.Length];
        for (var i = 0; i < bases.Length; i++)
        {
            var tick = Universe.Feeds[i].TickSize;
            var price = i is 6 or 7 ? bases[i] : bases[i] * (decimal)Math.Exp(0.3 * (_random.NextDouble() - 0.5));
            price = Math.Clamp(Decimals.FloorTo(price, tick), tick, Price.Max);
            prices[i] = new FramePrice(new Price(price), PriceState.Fresh, 1);
        }
        if (_random.Next(4) == 0)
        {
            prices[4] = prices[4] with { Price = new Price(0.000000000001m) };
            prices[5] = prices[5] with { Price = new Price(Price.Max) };
        }
        prices[7] = new FramePrice(null, PriceState.NotMeasured, 0);
        var funding = Universe.Instruments.Select(_ => Rounded((decimal)(_random.NextDouble() - 0.5) * 0.01m, 10)).ToArray();
        var interest = Universe.Instruments.Select(_ => Rounded((decimal)_random.NextDouble() * 3_000_000m, 2)).ToArray();
        return new PriceFrame(new FrameNumber(1, sequence), sequence, Universe, prices, funding, interest);
    }

    /// <summary>
    /// An account of 0-40 positions whose USD balance puts it anywhere from deep under water to no leverage, often near
    /// a line. Reservations and unmeasured holdings occur.
    /// </summary>
    public Account Account(PriceFrame frame, int index)
    {
        var account = new Account(new AccountId($"a{index}"));
        var size = _random.Next(10) switch { 0 => 0, 1 => _random.Next(8, 41), _ => _random.Next(1, 7) };
        var instruments = Universe.Instruments.Where(i => i.Id.Value != "DEAD-USD-PERP" || _random.Next(400) == 0)
            .OrderBy(_ => _random.Next()).Take(size);
        foreach (var instrument in instruments)
        {
            account.Apply(new PositionChanged(Position(frame, instrument)));
        }
        foreach (var asset in Universe.Assets)
        {
            if (asset.Id != AssetId.Usd && _random.Next(5) == 0 && (asset.Id.Value != "DEAD" || _random.Next(100) == 0))
            {
                var amount = Rounded(Magnitude(1e-6, 1e5) / (decimal)Math.Max(1e-9, (double)(frame.UsdPrice(asset) ?? 1m)), 12);
                Put(account, asset, _random.Next(4) == 0 ? -amount : amount);
            }
        }
        for (var i = _random.Next(6) == 0 ? _random.Next(1, 5) : 0; i > 0; i--)
        {
            Reserve(account, Universe.Instruments[_random.Next(Universe.Instruments.Count - 1)]);
        }
        Fund(account, frame);
        return account;
    }

    public Position Position(PriceFrame frame, Instrument instrument)
    {
        var isDead = frame.Mark(instrument) is null;
        var mark = isDead ? 1m : frame.Mark(instrument)!.Value.Value;
        var limit = Math.Min((double)instrument.PositionLimit, 1e9 / (double)mark);
        var contracts = _random.Next(30) == 0 ? (decimal)limit : Magnitude((double)instrument.LotSize, Math.Max(limit, (double)instrument.LotSize));
        contracts = Math.Max(Decimals.FloorTo(contracts, instrument.LotSize), instrument.LotSize);
        if (instrument.Margin.Tiers.Count > 1 && _random.Next(3) == 0)
        {
            // the notional exactly at a bracket's edge, where there is such a quantity
            var edge = instrument.Margin.Tiers[_random.Next(1, instrument.Margin.Tiers.Count)].FloorNotional;
            contracts = Math.Max(Decimals.FloorTo(edge / (instrument.Multiplier * mark), instrument.LotSize), instrument.LotSize);
        }
        contracts = Math.Min(contracts, instrument.PositionLimit);
        var quantity = new Quantity(_random.Next(2) == 0 ? contracts : -contracts);
        var entry = mark * (decimal)Math.Exp(0.2 * (_random.NextDouble() - 0.5));
        var value = instrument.Style == ContractStyle.Linear
            ? quantity.Value * instrument.Multiplier * entry
            : quantity.Value * instrument.Multiplier / entry;
        var isIsolated = _random.Next(6) == 0;
        return new Position
        {
            Instrument = instrument,
            Quantity = quantity,
            Cost = _random.Next(20) == 0 ? 0m : Rounded(value, 12),
            FundingIndex = _random.Next(3) == 0 ? Rounded((decimal)(_random.NextDouble() - 0.5) * 0.01m, 10) : 0m,
            Mode = isIsolated ? MarginMode.Isolated : _random.Next(10) == 0 ? MarginMode.Portfolio : MarginMode.Cross,
            IsolatedMargin = isIsolated ? Rounded(Math.Abs(value) * (decimal)_random.NextDouble() * 0.2m, 12) : 0m,
            LeverageSetting = _random.Next(6) switch { 0 => 10m, 1 => 125m, 2 => 12.5m, 3 => 300m, _ => null },
        };
    }

    /// <summary>Sets the USD balance for a target: equity near 0, a ratio near a line, or anything.</summary>
    public void Fund(Account account, PriceFrame frame)
    {
        Put(account, Universe.Usd, 0m);
        var value = AccountValuation.Of(account, frame);
        if (!value.IsKnown || value.GrossNotional == 0m)
        {
            Put(account, Universe.Usd, _random.Next(3) == 0 ? 0m : Rounded(Magnitude(0.01, 1e6), 2) * (_random.Next(5) == 0 ? -1m : 1m));
            return;
        }
        var nudge = _random.Next(5) switch { 0 => 0m, 1 => 0.000000000001m, 2 => -0.000000000001m, 3 => 0.00000001m, _ => -0.00000001m };
        decimal[] lines = [frame.Universe.Rules.WarningRatio, frame.Universe.Rules.MarginCallRatio, frame.Universe.Rules.LiquidationRatio];
        var balance = _random.Next(8) switch
        {
            0 => -value.Equity + nudge,
            1 or 2 => value.CrossMaintenanceMargin / lines[_random.Next(3)] - value.CrossMarginBalance + nudge,
            3 => Rounded(-value.Equity + value.GrossNotional / (1m + (decimal)_random.NextDouble() * 30m), 8),
            4 => Rounded(Magnitude(0.01, 1e9), 2),
            5 => -Rounded(Magnitude(0.01, 1e6), 2),
            6 => 0m,
            _ => Rounded(value.CrossMaintenanceMargin * (0.5m + (decimal)_random.NextDouble()) - value.CrossMarginBalance, 8),
        };
        Put(account, Universe.Usd, balance);
    }

    public static void Put(Account account, Asset asset, decimal amount) =>
        account.Apply(new BalanceChanged(asset, amount, amount, BalanceReason.Import));

    private void Reserve(Account account, Instrument instrument)
    {
        var contracts = Decimals.FloorTo(Magnitude((double)instrument.LotSize, (double)instrument.LotSize * 1e4), instrument.LotSize);
        account.Apply(new OrderReserved(new Reservation(CommandId.Create(1, (UInt128)(ulong)++_orders), instrument,
            new Quantity(_random.Next(2) == 0 ? contracts : -contracts), new Price(1m))));
    }

    /// <summary>Log-uniform in [low, high].</summary>
    private decimal Magnitude(double low, double high) =>
        (decimal)Math.Exp(Math.Log(low) + _random.NextDouble() * (Math.Log(high) - Math.Log(low)));

    private static decimal Rounded(decimal value, int digits) => Math.Round(value, digits, MidpointRounding.ToEven);

    private static Universe MakeUniverse()
    {
        Feed[] feeds =
        [
            MakeFeed("BTC-USD", 0.01m, 0), MakeFeed("BTC-USD-PERP", 0.01m, 1), MakeFeed("ETH-USD", 0.001m, 2), MakeFeed("USDT-USD", 0.0001m, 3),
            MakeFeed("TINY-USD", 0.000000000001m, 4), MakeFeed("HUGE-USD", 1m, 5), MakeFeed("UNIT-USD", 0.01m, 6), MakeFeed("DEAD-USD", 0.01m, 7),
        ];
        Asset[] assets =
        [
            MakeAsset("USD", null, 1m, 0), MakeAsset("BTC", feeds[0], 0.95m, 1), MakeAsset("ETH", feeds[2], 0.9m, 2), MakeAsset("USDT", feeds[3], 0.99m, 3),
            MakeAsset("TINY", feeds[4], 0.5m, 4), MakeAsset("HUGE", feeds[5], 0.333m, 5), MakeAsset("UNIT", feeds[6], 0m, 6), MakeAsset("DEAD", feeds[7], 0.9m, 7),
        ];
        var tiered = Schedule("tiered", (0m, 0.004m, 125m), (50_000m, 0.005m, 100m), (250_000m, 0.01m, 50m), (1_000_000m, 0.025m, 20m),
            (10_000_000m, 0.05m, 10m), (20_000_000m, 0.1m, 5m), (50_000_000m, 0.5m, 1m));
        var falling = Schedule("falling", (0m, 0.1m, 5m), (1_000m, 0.05m, 10m), (10_000m, 0.2m, 2m));
        var scaled = MarginSchedule.Fraction("scaled", 0.05m, 0.03m, new OpenInterestScaling(1_000_000m, 2_000_000m));
        var flat = MarginSchedule.Fraction("flat", 0.1m, 0.05m);
        List<Instrument> instruments =
        [
            Contract("BTC-USD", assets[1], assets[0], feeds[0], flat, 0.000001m, 1_000_000m, 1_000_000m),
            Contract("BTC-USDT-PERP", assets[1], assets[3], feeds[1], tiered, 0.001m, 100_000m, 1_000_000m),
            Contract("ETH-USD-PERP", assets[2], assets[0], feeds[2], tiered, 0.001m, 1_000_000m, 100_000m) with { Multiplier = 0.1m },
            Contract("BTC-USD-PERP", assets[1], assets[1], feeds[1], tiered, 1m, 100_000_000m, 1_000_000m) with { Style = ContractStyle.Inverse, Multiplier = 10m },
            Contract("ETH-USD-20260327", assets[2], assets[2], feeds[2], scaled, 1m, 100_000_000m, 100_000m) with { Style = ContractStyle.Inverse },
            Contract("TINY-USD-PERP", assets[4], assets[0], feeds[4], falling, 1m, 1_000_000_000_000m, 0.01m),
            Contract("HUGE-USD-PERP", assets[5], assets[0], feeds[5], scaled, 0.001m, 1_000m, Price.Max),
            Contract("UNIT-USD-PERP", assets[6], assets[0], feeds[6], flat, 0.000001m, 1_000_000_000m, 1_000m),
        ];
        while (instruments.Count < 44)
        {
            var like = instruments[instruments.Count % 8];
            instruments.Add(like with { Id = new InstrumentId($"X{instruments.Count}-USD-20260327") });
        }
        instruments.Add(Contract("DEAD-USD-PERP", assets[7], assets[0], feeds[7], flat, 1m, 1_000_000m, 1_000m));
        return new Universe(1, new RiskRules { Name = "test", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch }, feeds, assets,
            [.. instruments.Select((x, i) => x with { Index = i, Kind = x.Id.Value.EndsWith("PERP") ? InstrumentKind.Perpetual : InstrumentKind.Future })]);
    }

    private static Feed MakeFeed(string id, decimal tick, int index) => new() { Id = new FeedId(id), TickSize = tick, Index = index };

    private static Asset MakeAsset(string id, Feed? feed, decimal weight, int index) =>
        new() { Id = new AssetId(id), Quantum = 0.00000001m, PriceFeed = feed, CollateralWeight = weight, Index = index };

    private static Instrument Contract(string id, Asset coin, Asset settlement, Feed feed, MarginSchedule margin, decimal lot, decimal limit, decimal priceMax) => new()
    {
        Id = new InstrumentId(id),
        Kind = InstrumentKind.Perpetual,
        Base = coin,
        Quote = settlement,
        Settlement = settlement,
        MarkFeed = feed,
        TickSize = feed.TickSize,
        LotSize = lot,
        PositionLimit = limit,
        PriceMax = priceMax,
        Margin = margin,
    };

    private static MarginSchedule Schedule(string name, params (decimal Floor, decimal Rate, decimal Leverage)[] brackets)
    {
        var tiers = new List<MarginTier>();
        for (var i = 0; i < brackets.Length; i++)
        {
            var (floor, rate, leverage) = brackets[i];
            tiers.Add(new MarginTier
            {
                FloorNotional = floor,
                CapNotional = i + 1 < brackets.Length ? brackets[i + 1].Floor : null,
                MaintenanceRate = rate,
                MaintenanceAmount = i == 0 ? 0m : MarginTier.CumulativeAmount(tiers[i - 1].MaintenanceAmount, floor, rate, tiers[i - 1].MaintenanceRate),
                MaxLeverage = leverage,
            });
        }
        return new MarginSchedule(name, tiers);
    }
}
