using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// What an answer that was put together from several places is made of. Absent from one that was made in one place.
/// </summary>
/// <param name="Listed">Accounts that there are: those on the roster, and where more were seen since it was counted, so
/// many. Null while nobody has counted them, and where more were seen because some are in two places.</param>
/// <param name="Oldest">The oldest frame that a part is of; the answer's own is the newest.</param>
/// <param name="Missing">Places that are alive and gave no part: their accounts are in none.</param>
public sealed record ReadScope(long? Listed, FrameNumber Oldest, IReadOnlyList<string> Missing)
{
    /// <summary>
    /// Accounts seen / accounts there are; null where there are none, where nobody knows, and where more were seen than
    /// there are.
    /// </summary>
    /// <param name="scope">Null for an answer of one place.</param>
    /// <param name="seen">Accounts in the figures.</param>
    /// <param name="there">Accounts that the place looked at; what there is where it has all.</param>
    public static double? Coverage(ReadScope? scope, long seen, long there) =>
        (scope is null ? there : scope.Listed) is > 0L and var listed && seen <= listed ? (double)seen / listed : null;
}
