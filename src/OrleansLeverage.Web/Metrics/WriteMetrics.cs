using System.Diagnostics.Metrics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Api;

namespace OrleansLeverage.Web.Metrics;

/// <summary>What became of commands and prices that came in by HTTP, by their codes, which are few.</summary>
internal sealed class WriteMetrics
{
    private readonly Counter<long> _commands;
    private readonly Counter<long> _fillsApplied;
    private readonly Counter<long> _fillsDuplicate;
    private readonly Counter<long> _fillsInConflict;
    private readonly Counter<long> _unknown;
    private readonly Histogram<double> _ack;
    private readonly Counter<long> _prices;
    private readonly Counter<long> _quarantined;

    public WriteMetrics(Meter meter, IEnumerable<FeedId> markets)
    {
        _commands = meter.CreateCounter<long>("leveragegrid.command.count", "{command}",
            "Commands answered over HTTP, by status");
        _fillsApplied = meter.CreateCounter<long>("leveragegrid.fill.applied", "{fill}", "Fills applied");
        _fillsDuplicate = meter.CreateCounter<long>("leveragegrid.fill.duplicate", "{fill}",
            "Fills that had been applied before, with the same content");
        _fillsInConflict = meter.CreateCounter<long>("leveragegrid.fill.conflict", "{fill}",
            "Fills whose id had been used before with other content");
        _unknown = meter.CreateCounter<long>("leveragegrid.write.unknown_outcome", "{command}",
            "Commands whose outcome was not known in time");
        _ack = meter.CreateSeconds("leveragegrid.ack.duration", "From the command's checks to its durable outcome");
        _prices = meter.CreateCounter<long>("leveragegrid.oracle.update.count", "{update}",
            "Prices judged, by market and status");
        _quarantined = meter.CreateCounter<long>("leveragegrid.oracle.quarantined", "{update}",
            "Prices set aside, by market");
        // what has not happened yet is 0 and not absent, so that its first time is seen as an increase
        foreach (var counter in new[] { _fillsApplied, _fillsDuplicate, _fillsInConflict, _unknown })
        {
            counter.Add(0);
        }
        _commands.Add(0, Status(CommandStatus.Applied.Code()));
        foreach (var market in markets)
        {
            var label = new KeyValuePair<string, object?>("market", market.Value);
            _prices.Add(0, label, Status("applied"));
            _quarantined.Add(0, label);
        }
    }

    public void Answered(IReadOnlyList<CommandResult> results, bool isFill, TimeSpan took)
    {
        foreach (var result in results)
        {
            _commands.Add(1, Status(result.Status.Code()));
            if (result.Status == CommandStatus.OutcomeUnknown)
            {
                _unknown.Add(1);
            }
            else if (isFill)
            {
                Fill(result.Status);
            }
            if (result.Status.IsSuccess())
            {
                _ack.Record(took.TotalSeconds);
            }
        }
    }

    /// <summary>Nobody said in time what became of them.</summary>
    public void NotAnswered()
    {
        _commands.Add(1, Status(CommandStatus.OutcomeUnknown.Code()));
        _unknown.Add(1);
    }

    /// <param name="market">The feed, or null for one that the grid does not know: strangers name no series.</param>
    public void Judged(FeedId? market, PriceAcceptance acceptance)
    {
        var code = acceptance.Code();
        var label = new KeyValuePair<string, object?>("market", market?.Value ?? "unknown");
        _prices.Add(1, label, Status(code));
        if (code.StartsWith("quarantined", StringComparison.Ordinal))
        {
            _quarantined.Add(1, label);
        }
    }

    private void Fill(CommandStatus status)
    {
        var counter = status switch
        {
            CommandStatus.Applied => _fillsApplied,
            CommandStatus.Duplicate => _fillsDuplicate,
            CommandStatus.CommandIdReused => _fillsInConflict,
            _ => null,
        };
        counter?.Add(1);
    }

    private static KeyValuePair<string, object?> Status(string code) => new("status", code);
}
