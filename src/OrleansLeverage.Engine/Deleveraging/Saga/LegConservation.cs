using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>
/// The law of a leg: its two sides, with what the house took of them, change nothing, neither contracts nor money. What
/// of an account a fill may move, in the settlement asset, is
/// <c>balance + isolated margin − sign·cost + quantity·funding index</c>; see the law in Account.Fill.
/// </summary>
internal static class LegConservation
{
    /// <summary>Contracts and money of the fill's two accounts.</summary>
    public static LegBooks Books(ApplyFill fill, Func<AccountId, Account?> find, PriceFrame frame) =>
        Books(fill.First.Account, fill, find, frame) + Books(fill.Second.Account, fill, find, frame);

    /// <exception cref="InvalidOperationException">Something was made or lost.</exception>
    public static void Check(ApplyFill fill, LegBooks before, LegBooks after, decimal house)
    {
        if (after.Contracts != before.Contracts || after.Money - before.Money + house != 0m)
        {
            throw new InvalidOperationException($"fill {fill.Id} makes "
                + $"{Decimals.Text(after.Contracts - before.Contracts)} contracts and "
                + $"{Decimals.Text(after.Money - before.Money + house)} of the settlement asset");
        }
    }

    private static LegBooks Books(AccountId id, ApplyFill fill, Func<AccountId, Account?> find, PriceFrame frame)
    {
        if (find(id) is not { } account || frame.Universe.Instrument(fill.Instrument) is not { } instrument)
        {
            return default;
        }
        var position = account.Position(instrument);
        return new LegBooks(position.Quantity.Value, account.Balance(instrument.Settlement) + position.IsolatedMargin
            - (instrument.ProfitSign * position.Cost) + (position.Quantity.Value * position.FundingIndex));
    }
}

internal readonly record struct LegBooks(decimal Contracts, decimal Money)
{
    public static LegBooks operator +(LegBooks left, LegBooks right) =>
        new(left.Contracts + right.Contracts, left.Money + right.Money);
}
