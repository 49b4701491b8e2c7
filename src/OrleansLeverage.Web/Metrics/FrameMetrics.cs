using System.Diagnostics.Metrics;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Metrics;

/// <summary>
/// Frames into histograms, each once, and the check that the parts of the market's figures are its whole. Called now
/// and then by one caller at a time.
/// </summary>
internal sealed class FrameMetrics
{
    /// <summary>Doubles summed in another order: what the parts may differ from the whole by.</summary>
    private const double Tolerance = 1e-9;

    private readonly Histogram<double> _recompute;
    private readonly Histogram<double> _interval;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _mismatches;
    private long _frames;

    public FrameMetrics(Meter meter)
    {
        _recompute = meter.CreateSeconds("leveragegrid.account.recompute.duration",
            "From a frame's prices to the figures of all accounts");
        _interval = meter.CreateSeconds("leveragegrid.frame.interval", "From the start of a frame to that of the next");
        _checks = meter.CreateCounter<long>("leveragegrid.invariant.checks", "{check}",
            "Looks at whether the parts are the whole");
        _mismatches = meter.CreateCounter<long>("leveragegrid.aggregate.mismatch", "{check}",
            "Times that they were not");
        _mismatches.Add(0);
    }

    public void Take(SystemFigures? figures, GridTelemetry? telemetry)
    {
        foreach (var frame in telemetry?.Frames.After(_frames) ?? [])
        {
            _frames = frame.Count;
            _recompute.Record(frame.SweepMs / 1e3);
            if (frame.IntervalMs is { } intervalMs)
            {
                _interval.Record(intervalMs / 1e3);
            }
        }
        if (figures is not null)
        {
            _checks.Add(1);
            if (!PartsAreTheWhole(figures))
            {
                _mismatches.Add(1);
            }
        }
    }

    public static bool PartsAreTheWhole(SystemFigures figures) =>
        figures.Tiers.Sum(tier => tier.Accounts) == figures.Accounts
        && IsSum(figures.LongNotional, figures.Assets.Sum(asset => asset.LongNotional))
        && IsSum(figures.ShortNotional, figures.Assets.Sum(asset => asset.ShortNotional))
        && IsSum(figures.GrossNotional, figures.LongNotional + figures.ShortNotional);

    private static bool IsSum(double whole, double parts) =>
        Math.Abs(whole - parts) <= Tolerance * Math.Max(1.0, Math.Abs(whole));
}
