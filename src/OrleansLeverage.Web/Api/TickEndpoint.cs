using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Metrics;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// Prices in: one, or a batch in which each is judged for itself. A source is the source of whoever asks; a price that
/// names another is not theirs to publish.
/// </summary>
internal sealed class TickEndpoint(ILeverageGrid grid, EdgeGate gate, WriteMetrics writes)
{
    public async Task<Answer> PostAsync(HttpContext context, RequestReading<PriceUpdate> reading)
    {
        var who = Principal.Of(context);
        var results = new List<ItemResult>(reading.Items.Count);
        foreach (var item in reading.Items)
        {
            var refusal = item.Refusal
                ?? (TickSignature.EntitlementFault(who, item.Value) is { } fault ? Refusal.Of(fault, "source") : null);
            var acceptance = PriceAcceptance.Accepted;
            if (refusal is null)
            {
                acceptance = await grid.PublishAsync(item.Value, context.RequestAborted);
                writes.Judged(grid.Universe.Feed(item.Value.Feed)?.Id, acceptance);
                refusal = acceptance.HttpStatus() == StatusCodes.Status200OK ? null : Refusal.Of(acceptance.Code());
            }
            if (refusal is null)
            {
                results.Add(ItemResult.Of(acceptance));
                if (acceptance.Code() != "applied")
                {
                    gate.Count(acceptance.Code(), Surface.Of(context));
                }
                continue;
            }
            if (!reading.IsBatch)
            {
                return refusal;
            }
            results.Add(ItemResult.Of(refusal));
            gate.NoteRefusal(context, refusal);
        }
        return Answer.Of(SentView.Of(grid.Frame, results, reading.IsBatch));
    }
}
