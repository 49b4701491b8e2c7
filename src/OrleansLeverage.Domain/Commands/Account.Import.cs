namespace OrleansLeverage.Domain;

/// <summary>Holdings brought in from elsewhere: taken item by item, in their order, or not at all.</summary>
public sealed partial class Account
{
    private Decision DecideImport(ImportAccount import, PriceFrame frame)
    {
        var scratch = Copy();
        var events = new List<AccountEvent>();
        var house = new List<HouseEntry>();
        foreach (var balance in import.Balances)
        {
            if (scratch.ImportBalance(balance, frame, events, house) is { } problem)
            {
                return problem;
            }
        }
        foreach (var position in import.Positions)
        {
            if (scratch.ImportPosition(position, frame, events, house) is { } problem)
            {
                return problem;
            }
        }
        return events.Count == 0
            ? Decision.Refused(CommandStatus.NothingToDo, "nothing to import")
            : new Decision(CommandStatus.Applied, events, house);
    }

    private Decision? ImportBalance(
        ImportedBalance imported, PriceFrame frame, List<AccountEvent> events, List<HouseEntry> house)
    {
        if (frame.Universe.Asset(imported.Asset) is not { } asset)
        {
            return Decision.Refused(CommandStatus.UnknownAsset, imported.Asset.Value);
        }
        if (AmountProblem(asset, Math.Abs(imported.Amount), frame) is { } problem)
        {
            return problem;
        }
        Take(Moved(asset, imported.Amount, BalanceReason.Import), events);
        house.Add(new HouseEntry(HouseAccount.External, asset, -imported.Amount));
        return null;
    }

    private Decision? ImportPosition(
        ImportedPosition imported, PriceFrame frame, List<AccountEvent> events, List<HouseEntry> house)
    {
        if (frame.Universe.Instrument(imported.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, imported.Instrument.Value);
        }
        var quantity = Position(instrument).Quantity.Value + imported.Quantity.Value;
        var problem = MarketProblem(instrument, frame)
            ?? (imported.IsolatedMargin == 0m ? null
                : AmountProblem(instrument.Settlement, imported.IsolatedMargin, frame))
            ?? OrderProblem(instrument, imported.Quantity, imported.EntryPrice, frame, isAverage: true)
            ?? (imported.Leverage is not { } leverage ? null : !frame.Universe.Rules.CustomLeverage
                ? Decision.Refused(CommandStatus.LeverageOutOfRange, "accounts set no leverage of their own")
                : LeverageProblem(instrument, quantity, leverage, frame))
            ?? LimitProblem(instrument, Math.Abs(quantity))
            ?? ModeProblem(imported.IsolatedMargin > 0m ? MarginMode.Isolated : Position(instrument).Mode, frame)
            ?? (imported.IsolatedMargin > Math.Max(Balance(instrument.Settlement), 0m)
                ? Decision.Refused(CommandStatus.InsufficientBalance, Decimals.Text(Balance(instrument.Settlement)))
                : null);
        if (problem is not null)
        {
            return problem;
        }
        var moves = new List<AccountEvent>();
        MovePosition(instrument, imported.Quantity, imported.EntryPrice.Value, 0m, frame, moves, house);
        moves.ForEach(fact => Take(fact, events));
        if (imported.Leverage is not null || imported.IsolatedMargin > 0m)
        {
            var position = Position(instrument);
            position = position with
            {
                LeverageSetting = imported.Leverage ?? position.LeverageSetting,
                Mode = imported.IsolatedMargin > 0m ? MarginMode.Isolated : position.Mode,
            };
            Isolate(position, imported.IsolatedMargin).ForEach(fact => Take(fact, events));
        }
        return null;
    }

    private void Take(AccountEvent fact, List<AccountEvent> events)
    {
        Apply(fact);
        events.Add(fact);
    }
}
