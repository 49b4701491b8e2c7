namespace OrleansLeverage.App.Demo;

/// <param name="Speed">Story seconds per second.</param>
/// <param name="Port">0 for any.</param>
internal sealed record DemoSettings(int Accounts, ulong Seed, double Speed, int Port)
{
    public const double SpeedMin = 0.1;
    public const double SpeedMax = 100.0;
}
