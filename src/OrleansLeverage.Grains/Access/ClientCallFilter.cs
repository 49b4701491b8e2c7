using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;

namespace OrleansLeverage.Grains.Access;

/// <summary>
/// Refuses a client what only silos may call. Who calls is what the message says: whoever can make up messages is kept
/// out by TLS, not by this.
/// </summary>
internal sealed partial class ClientCallFilter(GridOptions options, ILogger<ClientCallFilter> logger)
    : IIncomingGrainCallFilter
{
    /// <summary>A silo's own client is one of the silo; others' keys are random numbers.</summary>
    private static ReadOnlySpan<byte> SiloMark => "hosted-"u8;

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is { } source && (!source.IsClient() || source.Key.AsSpan().StartsWith(SiloMark)))
        {
            return context.Invoke();
        }
        var method = context.InterfaceMethod;
        if (ClientCalls.IsOpen(method, options.MakesFrames))
        {
            return context.Invoke();
        }
        var name = $"{method.DeclaringType?.Name}.{method.Name}";
        LogRefused(logger, context.SourceId?.ToString() ?? "somebody unnamed", name, context.TargetId);
        throw new CallRefusedException($"{name} is not for clients");
    }

    [LoggerMessage(LogLevel.Warning, "{Client} called {Method} of {Grain}, which is not for clients: refused")]
    private static partial void LogRefused(ILogger logger, string client, string method, GrainId grain);
}
