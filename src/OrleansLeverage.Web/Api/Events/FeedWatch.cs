using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Oracle;

namespace OrleansLeverage.Web.Api.Events;

/// <summary>Looks at the feeds and the newest triggers, four times a second, and keeps what changed.</summary>
internal sealed partial class FeedWatch(
    ILeverageGrid grid, OracleBeats beats, EventLog events, TimeProvider clock, ILogger<FeedWatch> log)
    : BackgroundService
{
    private const int LooksPerBeat = 4;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1000 / LooksPerBeat);

    private int _looks;

    /// <summary>One look; for the loop below, or a test that has its own.</summary>
    public void Look()
    {
        var quotes = grid.Oracle;
        if (_looks++ % LooksPerBeat == 0)
        {
            beats.Take(quotes);
        }
        events.Take(quotes, clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (grid.Reads is { } reads)
        {
            events.Take(reads);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // whoever starts the server is not kept waiting by the first look
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Look();
                await Task.Delay(Pace, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogEnded(fault);
                return;
            }
        }
    }

    [LoggerMessage(11, LogLevel.Error, "feeds are watched no more: events and beats end here")]
    private partial void LogEnded(Exception fault);
}
