using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// A row that the exact layer must look at, and the tier it is nominated for. Ordered by tier, then by severity, then
/// the lower slot first; larger is worse. Severity is the USD that the worst margin bucket lacks to its liquidation
/// threshold, maintenance − ratio·balance; negative is what is left. Without positions: minus the equity.
/// </summary>
public readonly record struct Nomination(RowHandle Row, long Key, RiskTier Tier, double Severity)
    : IComparable<Nomination>
{
    public int CompareTo(Nomination other)
    {
        var order = Tier != other.Tier ? (int)Tier - (int)other.Tier : Severity.CompareTo(other.Severity);
        return order != 0 ? order : other.Row.Slot.CompareTo(Row.Slot);
    }
}

/// <summary>
/// What one sweep of one table nominates, most under water first. Bounded: the most severe are kept and the others
/// counted. Every row comes again with the next sweep for as long as it is due, which ends when the exact layer has
/// looked and <see cref="AccountTable.SetRaised"/> says what it told.
/// </summary>
public sealed class NominationQueue
{
    private readonly Largest<Nomination> _worst;

    public NominationQueue(int capacity = 4096)
    {
        if (capacity < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "a queue holds at least one nomination");
        }
        _worst = new Largest<Nomination>(capacity);
    }

    public int Capacity => _worst.Capacity;

    /// <summary>Rows that were due, kept or not.</summary>
    public long Offered { get; private set; }

    /// <summary>Rows that were due and found no place.</summary>
    public long Overflow => Offered - _worst.Count;

    /// <summary>Most severe first.</summary>
    public ReadOnlySpan<Nomination> Items => _worst.Items;

    internal void Clear()
    {
        _worst.Clear();
        Offered = 0;
    }

    internal void Offer(in Nomination nomination)
    {
        Offered++;
        _worst.Offer(nomination);
    }

    /// <summary>Offers what another queue of the same sweep has; in which order does not matter.</summary>
    internal void Take(NominationQueue other)
    {
        Offered += other.Overflow;
        foreach (ref readonly var nomination in other.Items)
        {
            Offer(nomination);
        }
    }

    internal void Close() => _worst.Sort();
}
