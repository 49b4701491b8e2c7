using Microsoft.Extensions.Logging;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>What every account of a silo works with: one object, so that an account costs one reference.</summary>
public sealed class AccountServices(GridOptions options, SiloGrid grid, ILogger<AccountServices> logger)
{
    [ThreadStatic]
    private static CommandCodec? _codec;

    [ThreadStatic]
    private static ByteSink? _sink;

    public GridOptions Options => options;

    public SiloGrid Grid => grid;

    internal ILogger Logger => logger;

    public Universe Universe => options.Universe;

    public long NowMs => options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>For one turn without awaits.</summary>
    internal static ByteSink Sink => _sink ??= new ByteSink();

    internal static PayloadDigest Digest(AccountCommand command) => (_codec ??= new CommandCodec()).Digest(command);
}
