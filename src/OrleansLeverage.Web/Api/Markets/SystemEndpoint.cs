using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>The whole market: all its figures, who is crowded, where the tail is, how it is built.</summary>
internal sealed class SystemEndpoint(ILeverageGrid grid, GridServerOptions options)
{
    public Look GetSystem(ReadQuery query) => grid.System is { } figures
        ? Look.Of(figures.Frame, () => SystemView.Of(figures, grid.Universe.Markets.Count, options.Mode))
        : Refusal.Of("not_measured");

    public async Task<Look> GetSkewAsync(HttpContext context, ReadQuery query)
    {
        if (grid.System is not { } figures)
        {
            return Refusal.Of("not_measured");
        }
        var census = grid.Reads is { } reads ? await reads.CensusAsync(context.RequestAborted) : null;
        var report = grid.Market;
        return Look.Of($"{figures.Frame}.{census?.Frame}.{report?.Frame}"
            + (census is null ? null : ReachView.Of(census).Version()),
            () => SkewView.Of(figures, census, report, grid));
    }

    public Look GetHistogram(ReadQuery query) => grid.System is { } figures
        ? Look.Of(figures.Frame, () => HistogramsView.Of(figures, grid))
        : Refusal.Of("not_measured");

    public Look GetReport(ReadQuery query) => grid.Market is { } report
        ? Look.Of(report.Frame, () => ReportView.Of(report, grid.Frame))
        : Refusal.Of("not_measured");
}
