namespace OrleansLeverage.Domain;

/// <summary>What goes to the insurance fund and what comes from it.</summary>
public sealed partial class Account
{
    /// <summary>This account's side; whether the fund has it is for who keeps the fund.</summary>
    private Decision DecideInsurance(InsuranceTransfer transfer, PriceFrame frame)
    {
        if (frame.Universe.Asset(transfer.Asset) is not { } asset)
        {
            return Decision.Refused(CommandStatus.UnknownAsset, transfer.Asset.Value);
        }
        if (AmountProblem(asset, Math.Abs(transfer.Amount), frame) is { } problem)
        {
            return problem;
        }
        HouseEntry[] house = [new HouseEntry(HouseAccount.Insurance, asset, transfer.Amount)];
        if (transfer.Isolated is not { } isolated)
        {
            return new Decision(CommandStatus.Applied, [Moved(asset, -transfer.Amount,
                transfer.Amount > 0m ? BalanceReason.Fee : BalanceReason.Insurance)], house);
        }
        if (frame.Universe.Instrument(isolated) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, isolated.Value);
        }
        var position = Position(instrument);
        return position.Mode != MarginMode.Isolated || position.Quantity.IsZero
            || instrument.Settlement.Index != asset.Index
            ? Decision.Refused(CommandStatus.NothingToDo, $"no isolated position of {isolated} in {asset}")
            : new Decision(CommandStatus.Applied,
                [new PositionChanged(position with { IsolatedMargin = position.IsolatedMargin - transfer.Amount })],
                house);
    }
}
