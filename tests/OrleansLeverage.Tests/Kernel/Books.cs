using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// Seeded universes, frames and accounts that a kernel gets wrong most easily: linear and inverse, settled in USD and
/// in coins, tiny and huge prices, haircuts and debts, isolated margin, orders, funding, brackets met exactly.
/// </summary>
internal sealed partial class Books
{
    private readonly Random _random;
    private long _orders;

    /// <param name="byTerms">Whether margin is by the terms of a venue, of every kind.</param>
    public Books(int seed, bool byTerms = false)
    {
        Seed = seed;
        _random = new Random(seed);
        Universe = byTerms ? ByTerms(MakeUniverse(), seed) : MakeUniverse();
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
        var funding = Universe.Instruments.Select(_ => Rounded(Fraction() * 0.01m - 0.005m, 10)).ToArray();
        var interest = Universe.Instruments.Select(_ => Rounded(Fraction() * 3_000_000m, 2)).ToArray();
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
            // a flat one counts only while orders are open, and then with its margin
            var position = Position(frame, instrument);
            account.Apply(new PositionChanged(_random.Next(12) == 0
                ? position with { Quantity = Quantity.Zero, Cost = 0m }
                : position));
        }
        foreach (var asset in Universe.Assets)
        {
            if (asset.Id != AssetId.Usd && _random.Next(5) == 0 && (asset.Id.Value != "DEAD" || _random.Next(100) == 0))
            {
                var price = Math.Max(0.000000001m, frame.UsdPrice(asset) ?? 1m);
                var amount = Rounded(Magnitude(1e-6, 1e5) / price, 12);
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
        var lot = (double)instrument.LotSize;
        var limit = Math.Max(Math.Min((double)instrument.PositionLimit, 1e9 / (double)mark), lot);
        var contracts = OnLot(_random.Next(30) == 0 ? (decimal)limit : Magnitude(lot, limit), instrument);
        if (instrument.Margin.Tiers.Count > 1 && _random.Next(3) == 0)
        {
            // the notional exactly at a bracket's edge, where there is such a quantity
            var edge = instrument.Margin.Tiers[_random.Next(1, instrument.Margin.Tiers.Count)].FloorNotional;
            contracts = OnLot(edge / (instrument.Multiplier * mark), instrument);
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
            FundingIndex = _random.Next(3) == 0 ? Rounded(Fraction() * 0.01m - 0.005m, 10) : 0m,
            Mode = isIsolated ? MarginMode.Isolated : _random.Next(10) == 0 ? MarginMode.Portfolio : MarginMode.Cross,
            IsolatedMargin = isIsolated ? Rounded(Math.Abs(value) * Fraction() * 0.2m, 12) : 0m,
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
            var sign = _random.Next(5) == 0 ? -1m : 1m;
            Put(account, Universe.Usd, _random.Next(3) == 0 ? 0m : Rounded(Magnitude(0.01, 1e6), 2) * sign);
            return;
        }
        decimal[] nudges = [0m, 0.000000000001m, -0.000000000001m, 0.00000001m, -0.00000001m];
        var nudge = nudges[_random.Next(nudges.Length)];
        var rules = frame.Universe.Rules;
        decimal[] lines = [rules.WarningRatio, rules.MarginCallRatio, rules.LiquidationRatio];
        var balance = _random.Next(8) switch
        {
            0 => -value.Equity + nudge,
            1 or 2 => value.CrossMaintenanceMargin / lines[_random.Next(3)] - value.CrossMarginBalance + nudge,
            3 => Rounded(-value.Equity + value.GrossNotional / (1m + Fraction() * 30m), 8),
            4 => Rounded(Magnitude(0.01, 1e9), 2),
            5 => -Rounded(Magnitude(0.01, 1e6), 2),
            6 => 0m,
            _ => Rounded(value.CrossMaintenanceMargin * (0.5m + Fraction()) - value.CrossMarginBalance, 8),
        };
        Put(account, Universe.Usd, balance);
    }

    public static void Put(Account account, Asset asset, decimal amount) =>
        account.Apply(new BalanceChanged(asset, amount, amount, BalanceReason.Import));

    private void Reserve(Account account, Instrument instrument)
    {
        var lot = (double)instrument.LotSize;
        var contracts = OnLot(Magnitude(lot, lot * 1e4), instrument);
        account.Apply(new OrderReserved(new Reservation(CommandId.Create(1, (UInt128)(ulong)++_orders), instrument,
            new Quantity(_random.Next(2) == 0 ? contracts : -contracts), new Price(1m))));
    }

    private static decimal OnLot(decimal contracts, Instrument instrument) =>
        Math.Max(Decimals.FloorTo(contracts, instrument.LotSize), instrument.LotSize);

    private decimal Fraction() => (decimal)_random.NextDouble();

    /// <summary>Log-uniform in [low, high].</summary>
    private decimal Magnitude(double low, double high) =>
        (decimal)Math.Exp(Math.Log(low) + _random.NextDouble() * (Math.Log(high) - Math.Log(low)));

    private static decimal Rounded(decimal value, int digits) => Math.Round(value, digits, MidpointRounding.ToEven);
}
