using System.Text.Json;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Calibration;

/// <summary>
/// Reports of calibrations and back-tests that were made elsewhere and put into a folder: listed, and given as they
/// are. A page comes with a policy of its own: it may style itself and hold pictures, and run or load nothing.
/// </summary>
internal sealed class CalibrationEndpoints(ILeverageGrid grid, ReportFolder folder)
{
    private const string PagePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'self'; sandbox";

    private const string Page = ".html";

    public static void Map(IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var own = new CalibrationEndpoints(services.GetRequiredService<ILeverageGrid>(),
            new ReportFolder(services.GetRequiredService<GridServerOptions>().Reports));
        app.MapRead(prefix + "/calibration", [ReadParameters.Format], own.GetAllAsync).RequireScope(Scope.Read)
            .ShowsNoAccounts()
            .Describe("calibrations", "Reports of calibrations and back-tests", typeof(CalibrationsView));
        app.MapWritten(prefix + "/calibration/{name}", [], own.GetAsync).RequireScope(Scope.Read).ShowsNoAccounts()
            .Takes(new TakesParameter("name", "A report's name: its JSON, or with .html its page", "btc"))
            .Describe("calibration", "One report as it was made", typeof(JsonElement));
    }

    private Task<Answer> GetAllAsync(HttpContext context, ReadQuery query)
    {
        var frame = grid.Frame;
        var items = folder.All().GroupBy(file => file.Name).Select(files => CalibrationView.Of(files, folder))
            .ToArray();
        return Task.FromResult(query.Format() is not ListFormat.Json and var format
            ? Answer.Of(items, format)
            : Answer.Of(new CalibrationsView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), folder.IsGiven ? null : "no_folder", items, null)));
    }

    private async Task<Answer?> GetAsync(HttpContext context, ReadQuery query)
    {
        var name = (string?)context.Request.RouteValues["name"] ?? "";
        var isPage = name.EndsWith(Page, StringComparison.Ordinal);
        if (folder.Find(isPage ? name[..^Page.Length] : name, isPage ? "html" : "json") is not { } report)
        {
            return Refusal.Of("not_found");
        }
        var response = context.Response;
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = report.Tag;
        if (context.Request.Headers.IfNoneMatch.Contains(report.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }
        var bytes = await File.ReadAllBytesAsync(report.Path, context.RequestAborted);
        if (!isPage && !IsJson(bytes))
        {
            response.Headers.ETag = default;
            return Refusal.Of("bad_report");
        }
        if (isPage)
        {
            response.Headers.ContentSecurityPolicy = PagePolicy;
        }
        response.ContentType = isPage ? "text/html; charset=utf-8" : RowText.MediaType(ListFormat.Json);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
        return null;
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <param name="Reason">no_folder where the server was given none; null where it was.</param>
internal sealed record CalibrationsView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, string? Reason, IReadOnlyList<CalibrationView> Items,
    string? NextCursor);

/// <param name="Forms">json, html or both.</param>
/// <param name="Kind">The schema that the JSON names; null where it names none.</param>
/// <param name="From">First and last day of its series, as it says.</param>
/// <param name="Timestamp">When it was last written, Unix milliseconds.</param>
internal sealed record CalibrationView(
    string Name, IReadOnlyList<string> Forms, bool HasHtml, string? Kind, string? Source, string? Feed, string? From,
    string? To, long Bytes, long Timestamp, string Datetime)
{
    public static CalibrationView Of(IGrouping<string, ReportFile> files, ReportFolder folder)
    {
        var modified = files.Max(file => file.Modified).ToUnixTimeMilliseconds();
        var head = files.Select(folder.Head).FirstOrDefault(found => found != ReportHead.Unknown)
            ?? ReportHead.Unknown;
        return new CalibrationView(files.Key, [.. files.Select(file => file.Form)],
            files.Any(file => file.Form == "html"),
            head.Schema, head.Source, head.Feed, head.From, head.To, files.Sum(file => file.Bytes), modified,
            SnapshotJson.Datetime(modified));
    }
}
