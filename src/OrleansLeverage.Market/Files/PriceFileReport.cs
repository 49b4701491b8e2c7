using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>A row that was not used. Line counts from 1; in JSON it is the number of the candle.</summary>
public readonly record struct PriceFileReject(long Line, string Reason);

/// <summary>What a file held, once it was read to its end.</summary>
/// <param name="Rows">Data rows seen, without a header.</param>
/// <param name="Bars">Bars given on. A row of a ticker may give two (mark and index), or none.</param>
/// <param name="FirstEndMs">End of the first bar in time, Unix ms; null where there is no bar.</param>
/// <param name="MissingIntervals">Intervals without a bar between the first and the last bar of each feed.</param>
/// <param name="LongestGapMs">Longest time without a bar between two bars of one feed, beyond the bar's own
/// length.</param>
/// <param name="Duplicates">Bars equal to the one before, dropped.</param>
/// <param name="OutOfOrder">Bars that end before an earlier row's bar; used, and sorted by whoever builds a
/// history.</param>
/// <param name="Rejects">The first <see cref="RejectsMax"/>; all of them went to the reject callback.</param>
public sealed record PriceFileReport(
    string File, PriceFileFormat Format, string Compression, IReadOnlyList<FeedId> Feeds, long Rows, long Bars,
    long FundingPoints, long? FirstEndMs, long? LastEndMs, long IntervalMs, long MissingIntervals, long LongestGapMs,
    long Duplicates, long OutOfOrder, long RejectCount, IReadOnlyList<PriceFileReject> Rejects)
{
    public const int RejectsMax = 100;
}
