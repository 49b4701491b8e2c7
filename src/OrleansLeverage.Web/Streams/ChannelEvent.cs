namespace OrleansLeverage.Web.Streams;

/// <summary>
/// A place in a channel, kept for those who come back to it: of its members only hashes, by which a later state knows
/// what has changed since, and while there is room the change from the event before.
/// </summary>
/// <param name="Hashes">One a member, of its name and its value, in the order of the members.</param>
/// <param name="NewestRow">Of a log: the number of its newest item; the least there is without items.</param>
internal sealed record ChannelEvent(long Seq, UInt128[] Hashes, long NewestRow)
{
    /// <summary>What changed from the event before, one JSON object, UTF-8; null where it is kept no longer.</summary>
    public byte[]? Delta { get; set; }

    /// <summary>Whether a member was the same; members keep their places, nearly always.</summary>
    public bool Had(int place, UInt128 hash) =>
        (place < Hashes.Length && Hashes[place] == hash) || Hashes.AsSpan().Contains(hash);
}
