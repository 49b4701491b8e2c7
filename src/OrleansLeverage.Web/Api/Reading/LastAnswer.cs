using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>
/// The newest answer of an endpoint, for the next who asks the same: many watch the same figures, and between two
/// frames nothing about them changes, neither their age nor how far prices are to be believed. For any thread.
/// </summary>
internal sealed class LastAnswer
{
    private volatile Kept? _kept;

    public byte[]? Find(string tag, HttpRequest request, FrameNumber frame) => _kept is { } kept
        && kept.Frame == frame && kept.Tag == tag && kept.Query == request.QueryString.Value
        && kept.Path == request.Path.Value ? kept.Bytes : null;

    public void Keep(string tag, HttpRequest request, FrameNumber frame, byte[] bytes) =>
        _kept = new Kept(tag, request.Path.Value, request.QueryString.Value, frame, bytes);

    /// <param name="Frame">The newest when the answer was made, whatever frame it is of.</param>
    private sealed record Kept(string Tag, string? Path, string? Query, FrameNumber Frame, byte[] Bytes);
}
