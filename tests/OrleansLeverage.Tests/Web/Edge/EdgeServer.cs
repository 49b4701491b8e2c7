using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web.Edge;

/// <summary>A real server on a free port with two made-up endpoints, and a record of what its edge counted.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private static readonly DecimalField Price = new("price", "a price", "price_scale",
        value => value <= 0m ? "price_not_positive" : value > 1000m ? "price_out_of_range" : null);

    private static readonly IntegerField Seq = new("seq", "a number", _ => null);

    private static readonly TextField Id = new("fillId", "an id", Stage.Id, text => text == "ID" ? null : "bad_fill_id")
    {
        MissingCode = "bad_fill_id",
    };

    private static readonly TextField Note = new("note", "a text", Stage.Value, _ => null) { IsRequired = false };

    private static readonly Shape<string> Leg = new("Leg", _ => "", new IntegerField("n", "a number", _ => null));

    private static readonly ListField Legs =
        new("legs", "two of them", Leg, (2, "legs_mismatch"), (2, "legs_mismatch")) { IsRequired = false };

    private readonly WebApplication _app;
    private readonly RejectionCounts _rejections;

    private EdgeServer(GridServerOptions options)
    {
        var builder = EdgeHost.Builder(
            options with { Port = 0, Access = ServerAccess.OpenOnLoopback });
        _app = builder.Build();
        EdgeHost.UseEdge(_app, "/v1");
        var shape = new Shape<string>("Thing", row => $"{Price.Of(row)} {Seq.Of(row)}", Price, Seq, Id, Note, Legs);
        foreach (var (path, list) in new[] { ("/v1/things", null), ("/v1/batches", "things") })
        {
            _app.MapJson(path, new RequestReader<string>(shape, list, perItem: true, options.Limits), (_, reading) =>
                Task.FromResult(Answer.Of(new
                {
                    Code = "applied",
                    Items = reading.Items.Select(item => item.Value ?? item.Refusal!.Code),
                }))).RequireScope(Scope.Trade);
        }
        _app.MapRead("/v1/accounts/{id}", context =>
            Task.FromResult(Answer.Of(new { Id = context.Request.RouteValues["id"] }))).RequireScope(Scope.Read);
        _app.MapRead("/v1/fault", _ => throw new InvalidOperationException("secret")).RequireScope(Scope.Read);
        _app.MapRead("/v1/undecided", _ => Task.FromResult(Answer.Of(new { })));
        _rejections = new RejectionCounts(_app.Services.GetRequiredService<Meter>());
    }

    public int Port { get; private set; }

    public IReadOnlyList<AuditRecord> Audits => _app.Services.GetRequiredService<AuditTrail>().Newest(AuditTrail.Kept);

    public IReadOnlyList<string> Rejections => _rejections.Seen;

    public static async Task<EdgeServer> StartAsync(GridServerOptions? options = null)
    {
        var server = new EdgeServer(options ?? new GridServerOptions());
        await server._app.StartAsync();
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Port = new Uri(addresses.Addresses.Single()).Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _rejections.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Listens to one server's counter of rejected inputs: "reason surface" for each.</summary>
internal sealed class RejectionCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<string> _seen = [];

    public RejectionCounts(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.Name == "leveragegrid.input.rejected")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (_seen)
            {
                _seen.Add($"{count} {tags[0].Value} {tags[1].Value}");
            }
        });
        _listener.Start();
    }

    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }

    public void Clear()
    {
        lock (_seen)
        {
            _seen.Clear();
        }
    }

    public void Dispose() => _listener.Dispose();
}
