using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Metrics;

namespace OrleansLeverage.Web.Api;

/// <summary>Prices in: one, or a batch in which each is judged for itself.</summary>
internal sealed class TickEndpoint(ILeverageGrid grid, EdgeGate gate, WriteMetrics writes)
{
    public async Task<Answer> PostAsync(HttpContext context, RequestReading<PriceUpdate> reading)
    {
        var surface = Surface.Of(context);
        var results = new List<ItemResult>(reading.Items.Count);
        foreach (var item in reading.Items)
        {
            if (item.Refusal is { } refusal)
            {
                results.Add(ItemResult.Of(refusal));
                gate.Count(refusal.Code, surface);
                continue;
            }
            var acceptance = await grid.PublishAsync(item.Value, context.RequestAborted);
            writes.Judged(grid.Universe.Feed(item.Value.Feed)?.Id, acceptance);
            if (!reading.IsBatch && acceptance.HttpStatus() != StatusCodes.Status200OK)
            {
                return Refusal.Of(acceptance.Code());
            }
            results.Add(ItemResult.Of(acceptance));
            if (acceptance.Code() != "applied")
            {
                gate.Count(acceptance.Code(), surface);
            }
        }
        return Answer.Of(SentView.Of(grid.Frame, results, reading.IsBatch));
    }
}
