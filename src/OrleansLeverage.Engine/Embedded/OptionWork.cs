using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// What options make worth knowing and no frame can wait for: the market's sensitivities every five seconds, and the
/// lines of accounts that scenarios margin, one after the other. A thread of its own, of low priority, that works at
/// most a tenth of the time.
/// </summary>
internal sealed class OptionWork : IDisposable
{
    private const double RestPerWork = 9.0;
    private const double RestMsMin = 2.0;
    private const double IdleMs = 500.0;
    private const long SensitivitiesEveryMs = 5_000;

    private readonly PortfolioLadder _ladder;
    private readonly Func<PriceFrame> _frame;
    private readonly IGridReads? _reads;
    private readonly Func<bool> _isWanted;
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly Thread _thread;
    private readonly bool _hasOptions;
    private readonly bool _hasPortfolios;
    private volatile MarketSensitivities? _sensitivities;

    /// <param name="reads">What sensitivities are made from; null where others make them.</param>
    /// <param name="areLinesWanted">Whether lines are solved now; null for always.</param>
    public OptionWork(PortfolioLadder ladder, Func<PriceFrame> frame, IGridReads? reads,
        Func<bool>? areLinesWanted = null)
    {
        (_ladder, _reads, _frame, _isWanted) = (ladder, reads, frame, areLinesWanted ?? (static () => true));
        var universe = frame().Universe;
        _hasOptions = reads is not null && universe.Instruments.Any(instrument => instrument.Option is not null);
        _hasPortfolios = universe.Rules.Portfolio.Count > 0;
        _thread = new Thread(Run)
        {
            IsBackground = true, Name = "leverage-options", Priority = ThreadPriority.BelowNormal,
        };
    }

    /// <summary>Null before the first, and where there are no options.</summary>
    public MarketSensitivities? Sensitivities => _sensitivities;

    /// <summary>Why the last piece of work failed; null where it did not.</summary>
    public string? Fault { get; private set; }

    public void Start()
    {
        if (_hasOptions || _hasPortfolios)
        {
            _thread.Start();
        }
    }

    public void Forget(int number) => _ladder.Forget(number);

    public LiquidationLadder? With(LiquidationLadder? ladder) => _ladder.With(ladder);

    /// <summary>For the thread, or a test that has none. True where there may be more to do at once.</summary>
    internal bool Advance()
    {
        var now = _frame();
        if (_hasOptions && !(now.TimeMs - _sensitivities?.FrameTimeMs < SensitivitiesEveryMs))
        {
            Measure(_reads!);
        }
        return _hasPortfolios && _isWanted() && _ladder.Advance(now);
    }

    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        _stop.Dispose();
    }

    private void Measure(IGridReads reads)
    {
        if (reads.GreeksAsync().AsTask().GetAwaiter().GetResult() is { } greeks
            && greeks.Frame != _sensitivities?.Frame)
        {
            _sensitivities = Greeks.Sensitivities.Of(greeks, _frame());
        }
    }

    private void Run()
    {
        var restMs = RestMsMin;
        while (!_stop.Wait(TimeSpan.FromMilliseconds(restMs)))
        {
            var began = Stopwatch.GetTimestamp();
            var more = false;
            try
            {
                more = Advance();
                Fault = null;
            }
            catch (Exception exception)
            {
                Fault = $"no option figures: {exception.Message}";
            }
            restMs = Math.Max(more ? RestMsMin : IdleMs,
                RestPerWork * Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
