namespace OrleansLeverage.App.Output;

/// <summary>What scripts may rely on.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>It could not be done, was stopped, or what was looked at is not clean.</summary>
    public const int Failed = 1;

    /// <summary>The command line or an input file is not what it must be; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>It was done, and a threshold that was given is passed.</summary>
    public const int Threshold = 3;
}
