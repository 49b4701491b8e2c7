using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;

namespace OrleansLeverage.Tests.Engine.Model;

/// <summary>
/// A seeded stream of commands over few accounts, most of them sensible, some of them wrong in every way there is, some
/// sent again or under an id that is taken.
/// </summary>
/// <param name="universe">What is traded; the one of the books where it is left out.</param>
internal sealed class RandomCommands(int seed, int accounts, Universe? universe = null)
{
    private readonly Random _random = new(seed);
    private readonly List<AccountCommand> _sent = [];
    private long _number;

    public Universe Universe { get; } = universe ?? Books.Universe;

    public AccountId Account(int number) => new($"a-{number}");

    /// <summary>The next command at a frame; <paramref name="orders"/> gives an account's open orders.</summary>
    public AccountCommand Next(PriceFrame frame, Func<AccountId, IEnumerable<CommandId>> orders)
    {
        if (_sent.Count > 0 && _random.Next(20) == 0)
        {
            var again = _sent[_random.Next(Math.Max(0, _sent.Count - 500), _sent.Count)];
            return _random.Next(3) == 0 ? Make(again.Id, frame, orders) : again;
        }
        var command = Make(CommandId.Series(Math.Max(frame.TimeMs, 1), 1, ++_number), frame, orders);
        _sent.Add(command);
        return command;
    }

    private AccountCommand Make(CommandId id, PriceFrame frame, Func<AccountId, IEnumerable<CommandId>> orders)
    {
        var account = Account(_random.Next(accounts));
        var other = Account(_random.Next(accounts));
        var asset = Pick(Universe.Assets);
        var instrument = Pick(Universe.Instruments);
        var open = orders(account).ToArray();
        return _random.Next(40) switch
        {
            < 8 => new Deposit(id, account, Odd() ? new AssetId("NOPE") : asset.Id, Amount(asset, frame)),
            < 11 => new Withdraw(id, account, Odd() ? new AssetId("NOPE") : asset.Id, Amount(asset, frame)),
            < 13 => new Transfer(id, account, other, Odd() ? new AssetId("NOPE") : asset.Id, Amount(asset, frame)),
            < 26 => Fill(id, account, other, instrument, frame),
            < 29 => new ReserveOrder(id, account, Odd() ? new InstrumentId("NO-PE") : instrument.Id,
                new Quantity(Quantity(instrument, frame)),
                new Price(Price(instrument, frame))),
            < 30 => new ReleaseOrder(id, account, open.Length > 0 && !Odd() ? Pick(open) : id),
            < 32 => new SettleFunding(id, account, instrument.Id),
            < 33 => new PublishFunding(id, instrument.Id, Odd() ? 1.5m
                : Math.Round((decimal)(_random.NextDouble() - 0.5) / 50m, 6)),
            < 35 => new SetLeverage(id, account, instrument.Id, Odd() ? -1m : _random.Next(1, 60) / 2m),
            < 37 => new SetMarginMode(id, account, instrument.Id, _random.Next(2) == 0 ? MarginMode.Isolated
                : MarginMode.Cross),
            < 39 => new AssignIsolatedMargin(id, account, instrument.Id, Odd() ? 0m
                : (_random.Next(2) * 2 - 1) * Amount(instrument.Settlement, frame)),
            _ => new Liquidate(id, account),
        };
    }

    private ApplyFill Fill(CommandId id, AccountId one, AccountId other, Instrument instrument, PriceFrame frame)
    {
        var quantity = Quantity(instrument, frame);
        var price = Price(instrument, frame);
        var reason = _random.Next(8) == 0 ? (FillReason)_random.Next(1, 3) : FillReason.Trade;
        return new ApplyFill(id, Odd() ? new InstrumentId("NO-PE") : instrument.Id, new Price(price),
            new FillLeg(one, new Quantity(quantity), Fee(instrument, quantity, price)),
            new FillLeg(other, new Quantity(Odd() ? quantity : -quantity), Fee(instrument, quantity, price)), reason);
    }

    private decimal Fee(Instrument instrument, decimal quantity, decimal price)
    {
        var traded = Math.Abs(quantity) * instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? price
            : 1m / price);
        var fee = Decimals.FloorTo(traded * (_random.Next(4) == 0 ? -0.0005m : 0.0006m), instrument.Settlement.Quantum);
        return Odd() ? fee + 0.0000000001m : Odd() ? traded : fee;
    }

    private decimal Amount(Asset asset, PriceFrame frame)
    {
        var usd = (decimal)Math.Exp(_random.NextDouble() * 12.0);
        var amount = Decimals.FloorTo(usd / (frame.UsdPrice(asset) ?? 1m), asset.Quantum);
        return Odd() ? amount + 0.0000000003m : Odd() ? -amount : Odd() ? 20_000_000_000m : amount;
    }

    private decimal Quantity(Instrument instrument, PriceFrame frame)
    {
        var mark = frame.Mark(instrument)?.Value ?? 100m;
        var settlement = frame.UsdPrice(instrument.Settlement) ?? 1m;
        var unit = instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? mark * settlement
            : settlement / mark);
        var lots = Math.Max(1m, Math.Floor((decimal)Math.Exp(_random.NextDouble() * 12.0) / unit / instrument.LotSize));
        var quantity = (_random.Next(2) * 2 - 1) * Math.Min(lots * instrument.LotSize, instrument.PositionLimit * 2m);
        return Odd() ? quantity + instrument.LotSize / 3m - instrument.LotSize / 3m % 0.000001m : Odd() ? 0m : quantity;
    }

    private decimal Price(Instrument instrument, PriceFrame frame)
    {
        var mark = frame.Mark(instrument)?.Value ?? 100m;
        var price = Math.Max(Decimals.FloorTo(mark * (decimal)(0.97 + 0.06 * _random.NextDouble()),
            instrument.TickSize), instrument.TickSize);
        return Odd() ? price + instrument.TickSize / 10m : Odd() ? instrument.PriceMax + instrument.TickSize : price;
    }

    /// <summary>Once in a while.</summary>
    private bool Odd() => _random.Next(60) == 0;

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
