using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>Finds the volatilities at 25 delta and at the money of a smile that is known by strike.</summary>
public static class PillarQuotes
{
    private const int Bisections = 200;

    /// <summary>
    /// Pillars by forward delta at each strike's own volatility, as venues of coin options quote them.
    /// </summary>
    /// <param name="from">The lowest strike that the smile is good for.</param>
    /// <exception cref="VolatilityException">A pillar that lies outside the strikes.</exception>
    public static VannaVolgaPillars Of(VolatilitySmile smile, double from, double to)
    {
        var market = smile.Market;
        // the delta of a put falls away downwards, that of a call upwards, d1 of the straddle from + to −
        var put = Solve(strike => NormalDistribution.Cumulative(-D1(strike)) - VannaVolgaPillars.PillarDelta,
            "25-delta put");
        var atm = Solve(strike => -D1(strike), "delta-neutral straddle");
        var call = Solve(strike => VannaVolgaPillars.PillarDelta - NormalDistribution.Cumulative(D1(strike)),
            "25-delta call");
        return new VannaVolgaPillars(put, atm, call, DeltaConvention.Forward);

        double D1(double strike) => market.D1(strike, smile.At(strike).Volatility);

        double Solve(Func<double, double> rises, string pillar)
        {
            var (low, high) = (from, to);
            if (!(rises(low) <= 0.0 && rises(high) >= 0.0))
            {
                throw new VolatilityException(VolatilityFault.WingMissing,
                    $"the strikes {from} to {to} do not reach the {pillar}");
            }
            for (var i = 0; i < Bisections && low < high; i++)
            {
                var middle = (low + high) / 2.0;
                if (middle <= low || middle >= high)
                {
                    break;
                }
                (low, high) = rises(middle) <= 0.0 ? (middle, high) : (low, middle);
            }
            return smile.At(low).Volatility;
        }
    }
}
