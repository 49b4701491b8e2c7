namespace OrleansLeverage.Web.Security;

/// <summary>Who may ask a server anything. Nobody, unless it says so.</summary>
public sealed record ServerAccess
{
    /// <summary>
    /// Whoever reaches this machine's loopback address may do everything: for demonstrations and trying out.
    /// </summary>
    public static readonly ServerAccess OpenOnLoopback = new() { IsOpen = true };

    public bool IsOpen { get; init; }

    /// <summary>The file of API keys; null for none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whose tokens are believed; null for nobody's.</summary>
    public TokenRules? Tokens { get; init; }

    /// <summary>What is wrong with it, in words; null where nothing is.</summary>
    internal static string? Fault(GridServerOptions options) => options.Access switch
    {
        null or { IsOpen: false, KeyFile: null, Tokens: null } =>
            "nobody may ask: name a file of keys, an issuer of tokens, or say that loopback is open",
        { IsOpen: true } when options.KeysOrTokens => "a server is open on loopback or has keys, not both",
        { IsOpen: true } when !System.Net.IPAddress.IsLoopback(options.Bind) =>
            $"{options.Bind} is no loopback address: whoever listens there needs keys",
        { IsOpen: true } when options.Certificate is not null => "TLS is for servers with keys",
        _ => null,
    };
}
