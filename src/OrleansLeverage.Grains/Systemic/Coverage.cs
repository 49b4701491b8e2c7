using OrleansLeverage.Contracts;

namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// Rows against the roster, bucket by bucket: covered where number and sum of hashes are equal. Too few rows, or others
/// than listed, are partial; too many are overcovered, which is an account with a row on two silos. Neither counts.
/// </summary>
internal sealed class Coverage
{
    private readonly RosterCount?[] _roster = new RosterCount?[GrainKeys.RosterBuckets];

    /// <summary>Takes a count that is not older than the one known.</summary>
    public void Add(RosterCount count)
    {
        if (_roster[count.Bucket] is not { } known || count.Revision >= known.Revision)
        {
            _roster[count.Bucket] = count;
        }
    }

    /// <summary>True once every bucket has been counted: until then nobody knows what is missing.</summary>
    public bool IsKnown => Array.TrueForAll(_roster, r => r is not null);

    public CoverageReading Read(IReadOnlyList<SiloReport> reports)
    {
        var (listed, covered) = (0L, 0L);
        var partial = new List<int>();
        var overcovered = new List<int>();
        for (var bucket = 0; bucket < _roster.Length; bucket++)
        {
            var (rows, hashSum) = (0L, 0UL);
            foreach (var report in reports)
            {
                rows += report.Buckets[bucket].Rows;
                hashSum = unchecked(hashSum + report.Buckets[bucket].HashSum);
            }
            if (_roster[bucket] is not { } roster)
            {
                // listed at least, for all that is known
                listed += rows;
                if (rows > 0)
                {
                    partial.Add(bucket);
                }
                continue;
            }
            listed += roster.Accounts;
            if (rows == roster.Accounts && hashSum == roster.HashSum)
            {
                covered += rows;
            }
            else
            {
                (rows > roster.Accounts ? overcovered : partial).Add(bucket);
            }
        }
        return new CoverageReading(listed, covered, partial, overcovered);
    }
}

internal sealed record CoverageReading(long Listed, long Covered, IReadOnlyList<int> Partial,
    IReadOnlyList<int> Overcovered);
