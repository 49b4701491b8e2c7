using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>
/// What a read answers: a refusal, or a body of some version. The body is made only where whoever asks has not that
/// version already.
/// </summary>
/// <param name="Version">Changes whenever the body may; null for one that has none.</param>
internal sealed record Look(Refusal? Refusal, string? Version, Func<object>? Body)
{
    /// <summary>Of the answer, whether or not its body is sent.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static implicit operator Look(Refusal refusal) => new(refusal, null, null);

    public static Look Of(string version, Func<object> body) => new(null, version, body);

    public static Look Of(FrameNumber frame, Func<object> body) => Of(frame.ToString(), body);
}

/// <summary>A list as it is sent: what it is of, its items, and where to go on.</summary>
internal interface IListed
{
    AsOfJson AsOf { get; }

    string? NextCursor { get; }

    Type RowType { get; }

    IEnumerable<object> Rows { get; }
}

/// <summary>A page of a list.</summary>
/// <param name="AsOf">The frame of the items.</param>
/// <param name="Seq">The frame's sequence within its epoch.</param>
/// <param name="NextCursor">Where to go on from; null at the end.</param>
internal record Listed<T>(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<T> Items, string? NextCursor) : IListed
    where T : class
{
    Type IListed.RowType => typeof(T);

    IEnumerable<object> IListed.Rows => Items;
}

/// <summary>When and how far to be believed: what every answer begins with.</summary>
internal readonly record struct Stamp(AsOfJson AsOf, long Seq, MarketFreshness Freshness)
{
    public static Stamp Of(PriceFrame frame) =>
        new(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence, MarketFreshness.Of(frame));

    /// <summary>Of figures made at an earlier frame; how far prices can be believed is said of the newest.</summary>
    public static Stamp Of(FrameNumber number, long timeMs, PriceFrame newest) =>
        new(SnapshotJson.AsOf(number, timeMs), number.Sequence, MarketFreshness.Of(newest));
}
