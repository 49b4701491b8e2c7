using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Calc;

/// <summary>
/// An account as it stands, not as it came about: balances (without what isolated positions hold) and positions at
/// their average entry price, which need not be on the tick.
/// </summary>
internal static class CalcAccount
{
    private const decimal LeverageMax = 1_000m;

    private enum Side
    {
        Long,
        Short,
    }

    public static Account Read(StrictObject row, Universe universe)
    {
        var account = new Account(row.Id("account", text => new AccountId(text)));
        foreach (var (asset, amount) in Optional(row, "balances", balance => ReadBalance(balance, universe)))
        {
            if (account.Balance(asset) != 0m)
            {
                throw row.Bad("balances", $"asset {asset} is listed twice");
            }
            account.Apply(new BalanceChanged(asset, amount, amount, BalanceReason.Import));
        }
        foreach (var position in Optional(row, "positions", position => ReadPosition(position, universe)))
        {
            if (!account.Position(position.Instrument).IsDefault)
            {
                throw row.Bad("positions", $"{position.Instrument} is listed twice");
            }
            account.Apply(new PositionChanged(position));
        }
        return account;
    }

    public static Instrument Symbol(StrictObject row, Universe universe) => row.Id("symbol", text =>
        universe.Instrument(new InstrumentId(text)) ?? throw new FormatException(
            $"{text} is none of the instruments {string.Join(", ", universe.Instruments)}"));

    private static (Asset Asset, decimal Amount) ReadBalance(StrictObject row, Universe universe)
    {
        var asset = row.Id("asset", text => universe.Asset(new AssetId(text)) ?? throw new FormatException(
            $"{text} is none of the assets {string.Join(", ", universe.Assets)}"));
        var amount = row.Within("amount", -universe.Rules.AmountMax, universe.Rules.AmountMax);
        return Decimals.IsMultipleOf(amount, asset.Quantum)
            ? (asset, amount)
            : throw row.Bad("amount",
                $"{Decimals.Text(amount)} is not a multiple of {Decimals.Text(asset.Quantum)} {asset}");
    }

    private static Position ReadPosition(StrictObject row, Universe universe)
    {
        var instrument = Symbol(row, universe);
        var side = row.Word<Side>("side");
        var contracts = new Quantity(row.Above("contracts", 0m, instrument.PositionLimit));
        if (!instrument.IsOnLot(contracts))
        {
            throw row.Bad("contracts", $"{contracts} is not a multiple of the lot {Decimals.Text(instrument.LotSize)}");
        }
        var quantity = side == Side.Long ? contracts : -contracts;
        var entry = new Price(row.Above("entryPrice", 0m, instrument.PriceMax));
        var mode = row.Has("marginMode") ? row.Word<MarginMode>("marginMode") : MarginMode.Cross;
        if (mode == MarginMode.Portfolio)
        {
            throw row.Bad("marginMode", "portfolio margin is not modelled: cross or isolated");
        }
        return new Position
        {
            Instrument = instrument,
            Quantity = quantity,
            Cost = instrument.Value(quantity, entry),
            Mode = mode,
            IsolatedMargin = mode == MarginMode.Isolated
                ? row.Within("isolatedMargin", 0m, universe.Rules.AmountMax)
                : 0m,
            LeverageSetting = row.Has("leverageSetting") ? row.Above("leverageSetting", 0m, LeverageMax) : null,
        };
    }

    private static IReadOnlyList<T> Optional<T>(StrictObject row, string name, Func<StrictObject, T> read) =>
        row.Has(name) ? row.List(name, read) : [];
}
