using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// Market reports: on a thread of their own, from a cut that the writer makes between two batches. No sweep, frame or
/// command waits for one.
/// </summary>
public sealed partial class EmbeddedGrid
{
    /// <summary>A report works at most a tenth of the time.</summary>
    private const double RestPerWork = 9.0;

    private readonly MarketReporter _reporter;
    private readonly Thread _reportThread;
    private volatile MarketReport? _market;
    private volatile string? _reportFault;
    private readonly OptionWork _optionWork;

    public MarketReport? Market => _market;

    public LiquidationLadder? Ladder => _optionWork.With(_columns.Ladder);

    /// <summary>One piece of what options want beside the frames, for a test that has no thread for it.</summary>
    internal void AdvanceOptions() => _optionWork.Advance();

    private void RunReports()
    {
        var restMs = (double)_options.MarketReportMs;
        while (!_stop.Wait(TimeSpan.FromMilliseconds(restMs)))
        {
            try
            {
                Report();
                _reportFault = null;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception)
            {
                _reportFault = $"no market report: {exception.Message}";
            }
            restMs = Math.Max(_options.MarketReportMs, RestPerWork * (_market?.TookMs ?? 0.0));
        }
    }

    /// <summary>Makes one now; for the thread above, or a test that has none.</summary>
    internal void Report()
    {
        var began = _options.Time.GetTimestamp();
        var cut = Ask(core => AccountCut.Of(core.State, core.Frame), default).GetAwaiter().GetResult();
        if (_reporter.Make(cut, () => _stop.IsSet, () => _options.Time.GetElapsedTime(began).TotalMilliseconds)
            is { } report)
        {
            _market = report;
        }
    }
}
