namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// Paths of all feeds of a market from those of the feeds that have a history: the others follow one of them by a
/// power, relative' = relative^β.
/// </summary>
/// <param name="leaders">By feed, which feed of the source it follows.</param>
/// <param name="betas">By feed; 1 of a feed that is its own leader.</param>
public sealed class FollowingPaths(IPathSource source, IReadOnlyList<int> leaders, IReadOnlyList<double> betas)
    : IPathSource
{
    public int Feeds => leaders.Count;

    public int Steps => source.Steps;

    public void Fill(long first, int width, Span<double> relative)
    {
        var size = Steps * width;
        var own = new double[source.Feeds * size];
        source.Fill(first, width, own);
        for (var feed = 0; feed < leaders.Count; feed++)
        {
            var from = own.AsSpan(leaders[feed] * size, size);
            var to = relative.Slice(feed * size, size);
            if (betas[feed] == 1.0)
            {
                from.CopyTo(to);
                continue;
            }
            for (var i = 0; i < size; i++)
            {
                to[i] = Math.Pow(from[i], betas[feed]);
            }
        }
    }
}
