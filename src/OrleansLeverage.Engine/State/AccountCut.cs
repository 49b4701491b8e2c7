using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Every account as it was committed at one moment, a frame, and the insurance fund: what can be read at leisure while
/// the state goes on, because a state is replaced and never written into. Two words an account.
/// </summary>
internal sealed class AccountCut : IMarketCut
{
    private static readonly Comparer<(AccountId Id, byte[] State)> ById =
        Comparer<(AccountId Id, byte[] State)>.Create(static (left, right) => left.Id.CompareTo(right.Id));

    private readonly (AccountId Id, byte[] State)[] _entries;

    private readonly bool _isGathered;

    private AccountCut((AccountId, byte[])[] entries, HouseLedger house, PriceFrame frame, bool isGathered)
    {
        (_entries, Frame, _isGathered) = (entries, frame, isGathered);
        FundUsd = house.Balances.Where(b => b.Account == HouseAccount.Insurance)
            .Sum(b => frame.Universe.Asset(b.Asset) is { } asset && frame.UsdPrice(asset) is { } price
                ? Math.Max(0m, b.Amount) * price
                : 0m);
    }

    public int Count => _entries.Length;

    public PriceFrame Frame { get; }

    public decimal FundUsd { get; }

    /// <summary>Where nothing is pending: of the state as the journal says it is.</summary>
    public static AccountCut Of(GridState state, PriceFrame frame) =>
        new(state.Accounts.Entries(), state.House, frame, isGathered: false);

    /// <summary>
    /// Of accounts that lie in many places, each as it was committed when it was asked for: a command of two accounts
    /// may be in the one and not yet in the other. Numbered in the order of their ids.
    /// </summary>
    /// <param name="entries">Bytes of the codec that names what it holds.</param>
    public static AccountCut Gathered(IEnumerable<(AccountId Id, byte[] State)> entries, HouseLedger house,
        PriceFrame frame) => new([.. entries.OrderBy(e => e.Id)], house, frame, isGathered: true);

    public Account Read(int number) =>
        AccountCodec.Read(_entries[number].Id, _entries[number].State, Frame.Universe, names: _isGathered);

    /// <summary>The same account here; an empty one where it was not there yet.</summary>
    public Account Find(int number, AccountId id)
    {
        if (_isGathered)
        {
            number = Array.BinarySearch(_entries, (id, []), ById);
        }
        return number >= 0 && number < _entries.Length && _entries[number].Id == id ? Read(number) : new Account(id);
    }
}
