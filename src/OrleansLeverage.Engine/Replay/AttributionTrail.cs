using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// Why the market's leverage is not what it was a frame ago: every account's change by price, position, collateral and
/// funding, exactly, summed in the order of the accounts. The venue's own accounts are left out; so are, for the frame,
/// accounts with an unknown price. Values every account three times a frame.
/// </summary>
public sealed class AttributionTrail
{
    private readonly LockstepGrid _grid;
    private AccountValuation[] _before = [];

    public AttributionTrail(LockstepGrid grid)
    {
        _grid = grid;
        Next();
    }

    /// <summary>
    /// The change since the last call, and leverage attributed; the latter null where the market has no equity before
    /// or after. Call it when a frame and what followed from it are done with.
    /// </summary>
    public (LeverageChange Change, AttributedLeverage? Leverage) Next()
    {
        var (accounts, before) = (_grid.State.Accounts, _before);
        var after = new AccountValuation[accounts.Count];
        var changes = new LeverageChange?[after.Length];
        _grid.InParallel(after.Length, number =>
        {
            after[number] = AccountValuation.Of(accounts.Read(number), _grid.Frame);
            changes[number] = number < before.Length && !VenueHouse.IsHouse(after[number].Account.Id)
                ? LeverageAttribution.Change(before[number], after[number])
                : null;
        });
        var sum = LeverageChange.None;
        foreach (var change in changes)
        {
            sum = change is null ? sum : sum + change;
        }
        _before = after;
        return (sum, LeverageAttribution.Attribute(sum));
    }
}
