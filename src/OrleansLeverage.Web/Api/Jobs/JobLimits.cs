namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>Bounds of jobs.</summary>
public sealed record JobLimits
{
    /// <summary>Jobs that wait at most; more are refused.</summary>
    public int Queued { get; init; } = 16;

    /// <summary>Jobs that have ended and are kept with their results; the oldest goes first.</summary>
    public int Kept { get; init; } = 32;

    /// <summary>A job that works longer than this is given up.</summary>
    public TimeSpan TimeMax { get; init; } = TimeSpan.FromMinutes(10);
}
