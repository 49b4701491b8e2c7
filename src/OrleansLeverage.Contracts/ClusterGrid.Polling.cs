using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Contracts;

/// <summary>Frames and figures as they come.</summary>
public sealed partial class ClusterGrid
{
    /// <summary>A frame and its figures, made by hand: for replays on a cluster that makes none by itself.</summary>
    internal async Task StepAsync(long timeMs)
    {
        Take(await _grains.Frames().StepAsync(timeMs));
        await LookAsync();
    }

    private async Task PollAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_options.PollIntervalMs));
        try
        {
            do
            {
                try
                {
                    await LookAsync();
                    _fault = null;
                }
                catch (Exception exception)
                {
                    // seen in health; the next look may succeed
                    _fault = exception.Message;
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    internal async Task LookAsync()
    {
        var frame = _frame.Number;
        if (await _grains.Frames().ReadAsync(frame.Epoch, frame.Sequence, quotes: true) is { } newer)
        {
            Take(newer);
        }
        var seen = _reading?.Frame.Number() ?? default;
        if (await _grains.Systemic().ReadAsync(seen.Epoch, seen.Sequence) is { } reading)
        {
            _reading = reading;
            _system = Figures(reading);
            _watchers.Tell(_system);
        }
    }

    private void Take(FrameReading reading)
    {
        if (reading.Frame.Number().CompareTo(_frame.Number) > 0)
        {
            _quotes = [.. reading.Quotes.Select(q => q.ToQuote())];
            _frame = reading.Frame.ToFrame(Universe);
            Volatile.Write(ref _answeredAt, _time.GetTimestamp());
        }
    }

    /// <summary>
    /// The figures of the merged sums, by the code that any engine's come from, with what the roster says is missing.
    /// </summary>
    private SystemFigures Figures(SystemicReading reading)
    {
        var summary = new SweepSummary();
        summary.Merge(SweepSummary.FromBytes(reading.Summary, key => key));
        var figures = new SweepResult(reading.Frame.ToFrame(Universe), summary, [], Overflowed: false)
            .Figures(place => new AccountId(reading.Names[place]));
        var unknown = summary.Count(RiskTier.Unknown);
        return figures with
        {
            Scope = new ReadScope(reading.Listed, figures.Frame, reading.Late),
            Sensitivities = _sensitivities.Newest,
            Coverage = reading.Listed > 0
                ? (double)Math.Max(0L, reading.Covered - unknown) / reading.Listed : null,
            NotionalCoverage = figures.Accounts == 0 || unknown > 0 || reading.UnmeasuredBuckets > 0
                || reading.OvercoveredBuckets > 0 || reading.Covered < reading.Listed
                && reading.MissingNotional <= 0.0 ? null
                : figures.GrossNotional + reading.MissingNotional > 0.0
                    ? figures.GrossNotional / (figures.GrossNotional + reading.MissingNotional) : 1.0,
        };
    }
}
