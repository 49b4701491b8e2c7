namespace OrleansLeverage.Market.Simulation;

/// <summary>How a shock arrives: where the market goes, how fast, and with how much noise around it.</summary>
/// <param name="Move">Of the market as a whole; a feed moves by its beta in logarithms. Above −1.</param>
/// <param name="RampTicks">Ticks until it is there; 1 is a gap.</param>
/// <param name="RecoveredShare">Of the move, given back evenly over the ticks that remain.</param>
/// <param name="Deviation">Standard deviation of a tick's return of a feed with beta 1.</param>
public sealed record ShockPath(double Move, int Ticks, int RampTicks, double RecoveredShare, double Deviation)
{
    /// <summary>Undisturbed prices by tick and feed; the first tick is before the shock.</summary>
    /// <exception cref="FormatException">A shape that is none.</exception>
    public double[][] Build(IReadOnlyList<double> start, IReadOnlyList<double> betas, ulong seed)
    {
        if (!(Move is > -1.0 and <= 10.0) || Ticks is < 2 or > 1_000_000 || RampTicks < 1 || RampTicks >= Ticks
            || !(RecoveredShare is >= 0.0 and <= 1.0) || !(Deviation is >= 0.0 and <= 0.5))
        {
            throw new FormatException($"shock path: {this} is no path");
        }
        var path = new double[Ticks][];
        var noise = new double[start.Count];
        var streams = Enumerable.Range(0, start.Count).Select(feed => new SeededRandom(seed, (ulong)feed + 1))
            .ToArray();
        for (var tick = 0; tick < Ticks; tick++)
        {
            path[tick] = new double[start.Count];
            var common = PortableMath.Log(1.0 + Move) * Progress(tick);
            for (var feed = 0; feed < start.Count; feed++)
            {
                noise[feed] += tick == 0 ? 0.0 : betas[feed] * Deviation * streams[feed].NextGaussian();
                path[tick][feed] = start[feed]
                    * PortableMath.Exp(Math.Clamp(betas[feed] * common + noise[feed], -20.0, 20.0));
            }
        }
        return path;
    }

    private double Progress(int tick) => tick <= RampTicks
        ? (double)tick / RampTicks
        : 1.0 - RecoveredShare * (tick - RampTicks) / (Ticks - 1 - RampTicks);
}
