using System.CommandLine;
using OrleansLeverage.App.Output;
using OrleansLeverage.Web;

namespace OrleansLeverage.App.Serve;

/// <summary>
/// Where metrics are sent: the options, or what OpenTelemetry's own variables say, or nowhere.
/// </summary>
internal sealed class OtlpChoice
{
    private readonly Option<string?> _endpoint = new("--otlp")
    {
        Description = "Send metrics by OTLP to this collector, such as http://127.0.0.1:4317; left out, "
            + "OTEL_EXPORTER_OTLP_ENDPOINT says where, or nowhere",
        HelpName = "URL",
    };

    private readonly Option<string?> _protocol = new("--otlp-protocol")
    {
        Description = "grpc or http/protobuf; left out, OTEL_EXPORTER_OTLP_PROTOCOL or the port says which",
        HelpName = "NAME",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_endpoint);
        command.Options.Add(_protocol);
    }

    /// <exception cref="InputException">No address of a collector, or no such protocol.</exception>
    public OtlpTarget? Of(ParseResult parsed)
    {
        var endpoint = parsed.GetValue(_endpoint) ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
        var protocol = parsed.GetValue(_protocol) ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL");
        if (string.IsNullOrEmpty(endpoint))
        {
            return null;
        }
        try
        {
            return OtlpTarget.Parse(endpoint, protocol);
        }
        catch (FormatException exception)
        {
            throw new InputException($"--otlp: {exception.Message}");
        }
    }
}
