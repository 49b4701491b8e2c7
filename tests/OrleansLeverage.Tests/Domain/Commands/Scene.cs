using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>
/// One account, one frame and one command that is accepted; faults change the fields so that it is refused, each for
/// its reason, and any two of them together.
/// </summary>
internal sealed class Scene
{
    public string Asset { get; set; } = "USD";

    public string Instrument { get; set; } = "BTC-USD-PERP";

    public decimal Balance { get; set; } = 10_000_000m;

    public decimal Amount { get; set; } = 10m;

    public decimal Quantity { get; set => field = NoQuantity ? 0m : value; } = 1m;

    /// <summary>A quantity of zero, whatever is added to it.</summary>
    public bool NoQuantity
    {
        get;
        set => (field, Quantity) = (value, 0m);
    }

    public decimal Price { get; set; } = 60_000m;

    public decimal Fee { get; set; } = 1m;

    public decimal Leverage { get; set; } = 10m;

    public bool MustReduce { get; set; }

    public MarginMode Mode { get; set; } = MarginMode.Isolated;

    public PriceState State { get; set; } = PriceState.Fresh;

    public bool Measured { get; set; } = true;

    public bool Open { get; set; } = true;

    /// <summary>The position held before; isolated where margin is given.</summary>
    public decimal Held { get; set; }

    public decimal? HeldIsolated { get; set; }

    /// <summary>Empty isolated positions that leave room for no other.</summary>
    public bool Full { get; set; }

    public decimal Funding { get; set; }

    /// <summary>A second position that needs 1.1 million of initial margin.</summary>
    public bool Burdened { get; set; }

    public Account Account()
    {
        var account = Books.Account();
        if (Balance != 0m)
        {
            account.With("USD", Balance);
        }
        if (Held != 0m || HeldIsolated is not null)
        {
            account.Holding("BTC-USD-PERP", Held, 60_000m, HeldIsolated);
        }
        if (Burdened)
        {
            // 10,000,000 / 50 at 5x more: 2,000,000 of initial margin
            account.Holding("BTC-USDM-PERP", 50m, 60_000m, leverage: 1.5m);
        }
        if (Full)
        {
            var some = Books.Instrument("SOL-USD-PERP");
            for (var i = account.Positions.Count; i < OrleansLeverage.Domain.Account.PositionsMax; i++)
            {
                account.Apply(new PositionChanged(
                    new Position { Instrument = some with { Index = 1_000 + i }, LeverageSetting = 1m }));
            }
        }
        return account;
    }

    public PriceFrame Frame()
    {
        var prices = Books.Frame(state: State).Prices.ToArray();
        if (!Measured)
        {
            prices[0] = default;
        }
        var universe = Open ? Books.Universe : Closed;
        var funding = new decimal[universe.Instruments.Count];
        funding[0] = Funding;
        return new PriceFrame(new FrameNumber(1, 1), 1_000_000L, universe, prices, funding);
    }

    public Instrument Contract => Books.Instrument("BTC-USD-PERP") with { IsOpen = Open };

    private static Universe Closed { get; } = new(2, Books.Rules, Books.Universe.Feeds, Books.Universe.Assets,
        [.. Books.Universe.Instruments.Select(i => i with { IsOpen = false })]);

    public static readonly CommandId Id = CommandId.Create(1, 1);

    public Decision Deposit() => Decide(a => new Deposit(Id, a, new AssetId(Asset), Amount));

    public Decision Withdraw() => Decide(a => new Withdraw(Id, a, new AssetId(Asset), Amount));

    public Decision TransferOut() => Account().DecideTransfer(new AssetId(Asset), -Amount, Frame());

    public Decision TransferIn() => Account().DecideTransfer(new AssetId(Asset), Amount, Frame());

    public Decision Reserve() => Decide(a => new ReserveOrder(Id, a, new InstrumentId(Instrument),
        new Quantity(Quantity), new Price(Price)));

    public Decision Fill() => Account().DecideFill(Contract, new Quantity(Quantity), new Price(Price), Fee, MustReduce,
        Frame());

    public Decision SetLeverage() => Decide(a => new SetLeverage(Id, a, new InstrumentId(Instrument), Leverage));

    public Decision SetMode() => Decide(a => new SetMarginMode(Id, a, new InstrumentId(Instrument), Mode));

    public Decision Assign() => Decide(a => new AssignIsolatedMargin(Id, a, new InstrumentId(Instrument), Amount));

    public Decision Settle() => Decide(a => new SettleFunding(Id, a, new InstrumentId(Instrument)));

    public Decision Expire() => Decide(a => new ExpireInstrument(Id, a, new InstrumentId(Instrument),
        new Price(Price)));

    public Decision Liquidate() => Decide(a => new Liquidate(Id, a));

    public Decision Import() => Decide(a => new ImportAccount(Id, a,
        [new ImportedBalance(new AssetId(Asset), Balance == 0m ? 1m : Balance)],
        [new ImportedPosition(new InstrumentId(Instrument), new Quantity(Quantity), new Price(Price), Leverage,
            Amount)]), fresh: true);

    private Decision Decide(Func<AccountId, SingleAccountCommand> command, bool fresh = false)
    {
        var account = fresh ? Full ? new Scene { Full = true, Balance = 0m }.Account() : Books.Account() : Account();
        return account.Decide(command(account.Id), Frame());
    }
}
