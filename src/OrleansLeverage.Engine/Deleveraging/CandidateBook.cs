using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>A position of an account that owes more than it has.</summary>
/// <param name="Shortfall">
/// USD, above 0: what the position's margin bucket owes, by the position's part of what the bucket must keep.
/// </param>
public sealed record InsolventPosition(AccountId Account, int Side, decimal Contracts, decimal Shortfall,
    PriceState PriceState, long? OldestPriceMs);

/// <summary>
/// Everybody who holds a market, looked at exactly at one frame: who could be reduced on either side, and who is
/// insolvent. Accounts that cannot be valued are neither, and counted.
/// </summary>
public sealed record CandidateBook(Instrument Instrument, PriceFrame Frame, decimal LotUsd,
    IReadOnlyList<DeleveragingCandidate> Longs, IReadOnlyList<DeleveragingCandidate> Shorts,
    IReadOnlyList<InsolventPosition> Insolvent, int Unknown)
{
    /// <summary>The other side of a position.</summary>
    public IReadOnlyList<DeleveragingCandidate> Against(int side) => side > 0 ? Shorts : Longs;

    public static CandidateBook Of(IEnumerable<HolderView> holders, Instrument instrument, PriceFrame frame)
    {
        var (longs, shorts) = (new List<DeleveragingCandidate>(), new List<DeleveragingCandidate>());
        var insolvent = new List<InsolventPosition>();
        var unknown = 0;
        foreach (var holder in holders)
        {
            if (holder.Candidate is { } candidate)
            {
                (candidate.Side > 0 ? longs : shorts).Add(candidate);
            }
            else
            {
                unknown++;
            }
            if (holder.Insolvent is { } position)
            {
                insolvent.Add(position);
            }
        }
        insolvent.Sort((left, right) => left.Account.CompareTo(right.Account));
        return new CandidateBook(instrument, frame, HolderView.LotUsd(instrument, frame) ?? 0m, longs, shorts,
            insolvent, unknown);
    }
}
