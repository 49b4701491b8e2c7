using System.Diagnostics.Metrics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Web.Metrics;

/// <summary>
/// Deleveraging, out of the grid's log: plans begun, what they closed, and by how much more than was asked for. Plans
/// that were there at the first look are of the past and are not counted.
/// </summary>
internal sealed class DeleveragingMetrics
{
    /// <summary>Plans looked at: more than can end between two looks.</summary>
    private const int Plans = 64;

    private readonly ILeverageGrid _grid;
    private readonly Counter<long> _triggers;
    private readonly Counter<double> _notional;
    private readonly Counter<double> _closed;
    private readonly Counter<double> _overshoot;
    private Dictionary<CommandId, (bool Began, decimal Filled)>? _known;
    private bool _hasNone;

    public DeleveragingMetrics(Meter meter, ILeverageGrid grid)
    {
        _grid = grid;
        _triggers = meter.CreateCounter<long>("leveragegrid.adl.trigger.count", "{plan}",
            "Plans of deleveraging that were executed, by market");
        _notional = meter.CreateCounter<double>("leveragegrid.adl.notional", "USD",
            "Notional that deleveraging closed, at the plans' marks, by market");
        _closed = meter.CreateCounter<double>("leveragegrid.adl.closed", "{contract}",
            "Contracts that deleveraging closed, by market");
        _overshoot = meter.CreateCounter<double>("leveragegrid.adl.overshoot", "{contract}",
            "Contracts closed beyond what was asked for: must stay 0");
        foreach (var instrument in grid.Universe.Instruments.Take(GridLook.MarketsMax))
        {
            var market = Market(instrument.Id);
            _triggers.Add(0, market);
            _notional.Add(0, market);
            _closed.Add(0, market);
            _overshoot.Add(0, market);
        }
    }

    public async Task TakeAsync(CancellationToken cancellation)
    {
        if (_hasNone)
        {
            return;
        }
        IReadOnlyList<PlanAudit> plans;
        try
        {
            plans = await _grid.Deleveraging.LogAsync(Plans, cancellation);
        }
        catch (NotSupportedException)
        {
            _hasNone = true;
            return;
        }
        var before = _known;
        _known = plans.ToDictionary(plan => plan.Order.Plan, plan => (plan.BeganMs is not null, plan.Filled));
        foreach (var plan in before is null ? [] : plans)
        {
            Count(plan, before!.GetValueOrDefault(plan.Order.Plan));
        }
    }

    private void Count(PlanAudit plan, (bool Began, decimal Filled) before)
    {
        var market = Market(plan.Order.Instrument);
        if (plan.BeganMs is not null && !before.Began)
        {
            _triggers.Add(1, market);
        }
        if (plan.Filled > before.Filled)
        {
            _closed.Add((double)(plan.Filled - before.Filled), market);
            _notional.Add((double)Notional(plan, plan.Filled - before.Filled), market);
            _overshoot.Add((double)(Math.Max(0m, plan.Filled - plan.Requested)
                - Math.Max(0m, before.Filled - plan.Requested)), market);
        }
    }

    /// <summary>At the mark of the plan's last round; 0 where the market or its settlement has no price now.</summary>
    private decimal Notional(PlanAudit plan, decimal contracts)
    {
        var (frame, last) = (_grid.Frame, plan.Rounds.LastOrDefault());
        return frame.Universe.Instrument(plan.Order.Instrument) is { } instrument && last is not null
            && frame.UsdPrice(instrument.Settlement) is { } settlement
            ? Math.Abs(instrument.Value(new Quantity(contracts), new Price(last.Mark)) * settlement)
            : 0m;
    }

    private static KeyValuePair<string, object?> Market(InstrumentId instrument) => new("market", instrument.Value);
}
