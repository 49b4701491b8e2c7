namespace OrleansLeverage.Web;

/// <summary>Where metrics are sent by OTLP.</summary>
/// <param name="Endpoint">Of the collector: <c>http://host:4317</c> for gRPC, <c>http://host:4318</c> for HTTP.</param>
/// <param name="IsHttp">Protobuf over HTTP to <c>/v1/metrics</c> there; otherwise gRPC.</param>
public sealed record OtlpTarget(Uri Endpoint, bool IsHttp)
{
    /// <summary>Time between two exports, at least a second.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Of an address and a protocol in OpenTelemetry's words; left out, a port of 4318 or a path says HTTP.
    /// </summary>
    /// <exception cref="FormatException">No such address or protocol; the message says what is possible.</exception>
    public static OtlpTarget Parse(string endpoint, string? protocol)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new FormatException("an OTLP endpoint is an http or https address, such as http://127.0.0.1:4317");
        }
        return new OtlpTarget(uri, protocol switch
        {
            null or "" => uri.Port == 4318 || uri.AbsolutePath != "/",
            "grpc" => false,
            "http/protobuf" => true,
            _ => throw new FormatException($"the OTLP protocol is '{protocol}'; possible are grpc and http/protobuf"),
        });
    }

    /// <summary>Where an exporter posts to.</summary>
    internal Uri Address => IsHttp && Endpoint.AbsolutePath == "/" ? new Uri(Endpoint, "/v1/metrics") : Endpoint;
}
