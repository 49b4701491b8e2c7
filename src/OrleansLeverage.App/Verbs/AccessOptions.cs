using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansLeverage.App.Output;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.App.Verbs;

/// <summary>Who may ask <c>serve</c>, where it listens, and what it writes down.</summary>
internal sealed class AccessOptions
{
    private readonly Option<string?> _keys = new("--keys")
    {
        Description = "File of API keys, made by `leverage keys create`; read again within a second when it changes",
        HelpName = "FILE",
    };

    private readonly Option<string?> _tokens = new("--jwt")
    {
        Description = "Whose JSON web tokens are taken: issuer, audience and public keys as JSON",
        HelpName = "FILE",
    };

    private readonly Option<bool> _insecureLocal = new("--insecure-local")
    {
        Description = "No keys: whoever can reach this machine's loopback address may read and write",
    };

    private readonly Option<string?> _audit = new("--audit")
    {
        Description = "File of the audit of every command and refusal; left out, audit/audit.ndjson beside the journal",
        HelpName = "FILE",
    };

    private readonly Option<string?> _bind = new("--bind")
    {
        Description = "IP address to listen on; any but loopback needs --keys or --jwt",
        HelpName = "ADDRESS",
    };

    private readonly Option<string[]> _hosts = new("--host")
    {
        Description = "A name that clients call this server by, besides localhost and the address; may be repeated",
        HelpName = "NAME",
    };

    private readonly Option<string?> _certificate = new("--tls-cert")
    {
        Description = "PEM of the certificate and its chain; needs --keys or --jwt",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificateKey = new("--tls-key")
    {
        Description = "PEM of the certificate's private key",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
            { _keys, _tokens, _insecureLocal, _audit, _bind, _hosts, _certificate, _certificateKey })
        {
            command.Add(option);
        }
    }

    public GridServerOptions Server(ParseResult parsed, string folder)
    {
        var (keys, tokens) = (parsed.GetValue(_keys), parsed.GetValue(_tokens));
        var isOpen = parsed.GetValue(_insecureLocal);
        if (isOpen == (keys is not null || tokens is not null))
        {
            throw new InputException(isOpen
                ? "--insecure-local is for a server without keys: leave it out, or --keys and --jwt"
                : "nobody may ask. Make a key (leverage keys create --file keys.json --name me --scope read,operate) "
                + "and give --keys keys.json, give --jwt FILE, or --insecure-local to let in whoever reaches loopback");
        }
        var bind = Bind(parsed.GetValue(_bind));
        if (isOpen && !IPAddress.IsLoopback(bind))
        {
            throw new InputException($"--bind {bind} is no loopback address: that needs --keys or --jwt");
        }
        var hosts = parsed.GetValue(_hosts) ?? [];
        if (hosts.Length == 0 && (bind.Equals(IPAddress.Any) || bind.Equals(IPAddress.IPv6Any)))
        {
            throw new InputException(
                $"--bind {bind} is every address: say by which names clients call it, with --host");
        }
        return new GridServerOptions
        {
            Access = Checked(() => new ServerAccess
            {
                IsOpen = isOpen,
                KeyFile = keys is null || KeyFile.Read(keys).Count >= 0 ? keys : null,
                Tokens = tokens is null ? null : TokenRules.Read(tokens),
            }),
            Bind = bind,
            Hosts = [.. new GridServerOptions().Hosts, .. hosts, Literal(bind)],
            AuditFile = parsed.GetValue(_audit) ?? Path.Combine(folder, "audit", "audit.ndjson"),
        };
    }

    public X509Certificate2? Certificate(ParseResult parsed)
    {
        var (certificate, key) = (parsed.GetValue(_certificate), parsed.GetValue(_certificateKey));
        if (certificate is null && key is null)
        {
            return null;
        }
        if (certificate is null || key is null || parsed.GetValue(_insecureLocal))
        {
            throw new InputException("--tls-cert goes with --tls-key, and with --keys or --jwt");
        }
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (CryptographicException exception)
        {
            throw new InputException($"{certificate} and {key} are no certificate and its key: {exception.Message}");
        }
    }

    private static IPAddress Bind(string? text) => text is null ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new InputException($"--bind {text} is no IP address; 0.0.0.0 is every one of this machine");

    private static string Literal(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    private static ServerAccess Checked(Func<ServerAccess> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FormatException or FileNotFoundException
            or DirectoryNotFoundException)
        {
            throw new InputException(exception.Message);
        }
    }
}
