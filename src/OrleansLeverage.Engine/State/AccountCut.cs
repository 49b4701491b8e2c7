using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Every account as it was committed at one moment, a frame, and the insurance fund: what can be read at leisure while
/// the state goes on, because a state is replaced and never written into. Two words an account.
/// </summary>
internal sealed class AccountCut : IMarketCut
{
    private readonly (AccountId Id, byte[] State)[] _entries;

    private AccountCut(GridState state, PriceFrame frame)
    {
        Frame = frame;
        _entries = state.Accounts.Entries();
        FundUsd = state.House.Balances.Where(b => b.Account == HouseAccount.Insurance)
            .Sum(b => frame.Universe.Asset(b.Asset) is { } asset && frame.UsdPrice(asset) is { } price
                ? Math.Max(0m, b.Amount) * price
                : 0m);
    }

    public int Count => _entries.Length;

    public PriceFrame Frame { get; }

    public decimal FundUsd { get; }

    /// <summary>Where nothing is pending: of the state as the journal says it is.</summary>
    public static AccountCut Of(GridState state, PriceFrame frame) => new(state, frame);

    public Account Read(int number) =>
        AccountCodec.Read(_entries[number].Id, _entries[number].State, Frame.Universe, names: false);

    /// <summary>The same account here; an empty one where it was not there yet.</summary>
    public Account Find(int number, AccountId id) =>
        number < _entries.Length && _entries[number].Id == id ? Read(number) : new Account(id);
}
