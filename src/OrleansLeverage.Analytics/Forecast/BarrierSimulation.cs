using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// Whether a price that diffuses and jumps touches a line that moves (funding and fees move it): the liquidation of one
/// account without a closed form. Between two steps the diffusion's own chance of having touched is counted (Brownian
/// bridge), so that the result is that of a line watched always, whatever the step; without jumps and with a fixed line
/// it is <see cref="FirstPassage.Probability"/>.
/// </summary>
/// <param name="Volatility">Per year.</param>
/// <param name="Drift">Simple, per year.</param>
/// <param name="LineDrift">Of the line, continuous per year: funding that a long pays raises its line.</param>
/// <param name="Jumps">Per year; of the logarithm.</param>
public sealed record BarrierSimulation(
    double Spot, double Line, bool IsLong, double Volatility, double Years, double Drift = 0.0, double LineDrift = 0.0,
    JumpLaw? Jumps = null)
{
    /// <summary>Seeded; antithetic in the diffusion.</summary>
    public TouchEstimate Run(int pairs, int steps, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!(Spot > 0.0 && Line > 0.0 && Volatility > 0.0 && Years > 0.0))
        {
            throw new ArgumentOutOfRangeException(nameof(Spot), "prices, volatility and time are above 0");
        }
        if (IsLong ? Spot <= Line : Spot >= Line)
        {
            return new TouchEstimate(1.0, 0.0, 0.0);
        }
        var (sum, square, time) = (0.0, 0.0, 0.0);
        var z = new double[steps];
        var jumps = new double[steps];
        for (var pair = 0; pair < pairs; pair++)
        {
            var random = new PathRandom(seed, (ulong)pair);
            var dt = Years / steps;
            for (var step = 0; step < steps; step++)
            {
                z[step] = random.NextGaussian();
                jumps[step] = Jumps is { } law
                    ? (law with { Intensity = law.Intensity * dt }).Draw(ref random) : 0.0;
            }
            var (up, down) = (Touch(z, jumps, 1.0), Touch(z, jumps, -1.0));
            var value = 0.5 * (up.Probability + down.Probability);
            sum += value;
            square += value * value;
            time += 0.5 * (up.Time + down.Time);
        }
        var mean = sum / pairs;
        return new TouchEstimate(mean, Math.Sqrt(Math.Max(0.0, square / pairs - mean * mean) / pairs),
            sum > 0.0 ? time / sum : null);
    }

    // the probability that this path touches, and Σ time·probability of touching then
    private (double Probability, double Time) Touch(double[] z, double[] jumps, double sign)
    {
        var dt = Years / z.Length;
        var spread = Volatility * Volatility * dt;
        var drift = (Drift - LineDrift - (Jumps?.Compensation ?? 0.0) - 0.5 * Volatility * Volatility) * dt;
        // distance to the line, above 0 while it is not touched
        var eta = IsLong ? 1.0 : -1.0;
        var (distance, alive, time) = (eta * Math.Log(Spot / Line), 1.0, 0.0);
        for (var step = 0; step < z.Length; step++)
        {
            var next = distance + eta * (drift + Math.Sqrt(spread) * sign * z[step]);
            var touched = next <= 0.0 ? 1.0 : Math.Exp(-2.0 * distance * next / spread);
            // the jump comes at the step's end
            next += eta * jumps[step];
            touched = next <= 0.0 ? 1.0 : touched;
            time += alive * touched * (step + 0.5) * dt;
            alive *= 1.0 - touched;
            if (alive == 0.0)
            {
                break;
            }
            distance = next;
        }
        return (1.0 - alive, time);
    }
}

/// <param name="MeanYears">Average time of the touch, of the paths that touch; null where none does.</param>
public readonly record struct TouchEstimate(double Probability, double StandardError, double? MeanYears);
