namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// What prices may do over a horizon. Paths are made in blocks, and a block depends on the seed and its place alone,
/// so that any thread may make it and the result is the same bytes.
/// </summary>
public interface IPathSource
{
    int Feeds { get; }

    int Steps { get; }

    /// <summary>
    /// Prices relative to now, of paths <paramref name="first"/> and following, at
    /// [(feed·steps + step)·width + lane]; above 0. Width and first are multiples of 8.
    /// </summary>
    void Fill(long first, int width, Span<double> relative);
}
