using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Api.History;

/// <summary>Reads the grid's figures as they come and keeps what pages show over time.</summary>
internal sealed partial class FigureRecorder(
    ILeverageGrid grid, FigureHistory figures, LadderHistory ladders, TimeProvider clock, ILogger<FigureRecorder> log)
    : BackgroundService
{
    /// <summary>Two looks a second are enough for a figure a second.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes in what the grid says now; for the loop below, or a test that has its own.</summary>
    public void Take(SystemFigures now)
    {
        figures.Take(now, grid.Frame);
        if (grid.Ladder is { } ladder)
        {
            ladders.Take(ladder, grid.Universe);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var now in grid.WatchSystemAsync(stoppingToken))
            {
                Take(now);
                await Task.Delay(Pace, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server stops
        }
        catch (Exception fault)
        {
            LogEnded(fault);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "figures are recorded no more: histories end here")]
    private partial void LogEnded(Exception fault);
}
