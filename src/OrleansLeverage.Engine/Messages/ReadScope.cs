using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// What an answer that was put together from several places is made of. Absent from one that was made in one place.
/// </summary>
/// <param name="Listed">Accounts that there are, by the roster.</param>
/// <param name="Oldest">The oldest frame that a part is of; the answer's own is the newest.</param>
/// <param name="Missing">Places that are alive and did not answer: their accounts are in no part.</param>
public sealed record ReadScope(long Listed, FrameNumber Oldest, IReadOnlyList<string> Missing);
