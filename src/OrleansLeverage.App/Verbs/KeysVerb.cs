using System.CommandLine;
using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage keys</c>: makes, lists and takes back the API keys of <c>serve --keys</c>.</summary>
internal static class KeysVerb
{
    private static readonly Option<string> File = new("--file")
    {
        Description = "File of the keys, made where it is not there; nothing in it lets anybody in",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "Whose key it is: 1-64 of a-z, 0-9 and '-'",
        Required = true,
    };

    private static readonly Option<string> Scopes = new("--scope")
    {
        Description = "What it may do: read, trade, oracle, operate, admin, separated by commas; none implies another",
        Required = true,
    };

    private static readonly Option<int?> Days = new("--days")
    {
        Description = "Days until it ends by itself; left out, never",
    };

    private static readonly Option<string?> Source = new("--source")
    {
        Description = "With the scope oracle: the source whose prices it publishes",
    };

    private static readonly Option<string?> Feeds = new("--feeds")
    {
        Description = "With a source: the feeds that it publishes, separated by commas; left out, all of the source's",
    };

    private static readonly Option<string?> PublicKey = new("--public-key")
    {
        Description = "PEM of a P-256 key: every price must be signed by it, and requests may be",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Accounts = new("--accounts")
    {
        Description = "Restricts it to accounts: ids, or beginnings such as venue-a-*, separated by commas",
    };

    private static readonly Option<int?> Rate = new("--rate")
    {
        Description = "Requests per second, sustained; twice as many at once",
    };

    private static readonly Option<string> Id = new("--id")
    {
        Description = "The key's id: the part of its text before the secret",
        Required = true,
    };

    public static Command Command() => new("keys", "API keys of a server: make, list and take back")
    {
        new Command("create", "Makes a key and prints it once")
        {
            File, Name, Scopes, Days, Source, Feeds, PublicKey, Accounts, Rate,
        }.Does(CreateAsync),
        new Command("list", "The keys of a file, without what lets anybody in") { File }.Does(ListAsync),
        new Command("revoke", "Takes a key back: refused within a second, what it has open ends") { File, Id }
            .Does(RevokeAsync),
    };

    private static Task<int> CreateAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (id, text) = ApiKey.Create();
        if (parsed.GetValue(Days) is < 1 or > 3650)
        {
            throw new InputException("--days is 1 to 3650");
        }
        var key = new KeyRecord
        {
            Id = id,
            Name = parsed.GetRequiredValue(Name),
            Scopes = List(parsed.GetRequiredValue(Scopes))!,
            Hash = ApiKey.Hash(text),
            Created = now,
            Expires = parsed.GetValue(Days) is { } days ? now.AddDays(days) : null,
            Source = parsed.GetValue(Source),
            Feeds = List(parsed.GetValue(Feeds)),
            PublicKey = parsed.GetValue(PublicKey) is { } file ? UniverseOptions.ReadText(file) : null,
            Accounts = List(parsed.GetValue(Accounts)),
            RequestsPerSecond = parsed.GetValue(Rate),
        };
        if (KeyFile.Fault(key) is { } fault)
        {
            throw new InputException(fault);
        }
        Change(parsed, keys => [.. keys, key]);
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { id, name = key.Name, scopes = key.Scopes, key = text });
            return Task.FromResult(ExitCode.Ok);
        }
        terminal.Output.WriteLine(text);
        terminal.Error.WriteLine($"key {id} of {key.Name} may {string.Join(", ", key.Scopes)}; it is shown this once");
        return Task.FromResult(ExitCode.Ok);
    }

    private static Task<int> ListAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var keys = Checked(() => KeyFile.Read(parsed.GetRequiredValue(File)));
        var now = TimeProvider.System.GetUtcNow();
        var table = new ReportTable(
            "id", "name", "state", "scopes", "source", "feeds", "accounts", "signed", "created");
        foreach (var key in keys)
        {
            table.Add(key.Id, key.Name, State(key, now), string.Join(' ', key.Scopes), key.Source,
                key.Feeds is { } feeds ? string.Join(' ', feeds) : null,
                key.Accounts is { } accounts ? string.Join(' ', accounts) : null,
                key.PublicKey is null ? null : "P-256",
                key.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }
        if (terminal.IsJson)
        {
            terminal.WriteJson(keys.Select(key => new
            {
                id = key.Id,
                name = key.Name,
                state = State(key, now),
                scopes = key.Scopes,
                source = key.Source,
                feeds = key.Feeds,
                accounts = key.Accounts,
                isSigned = key.PublicKey is not null,
                requestsPerSecond = key.RequestsPerSecond,
                created = key.Created,
                expires = key.Expires,
                revoked = key.Revoked,
            }));
            return Task.FromResult(ExitCode.Ok);
        }
        table.WriteTo(terminal);
        return Task.FromResult(ExitCode.Ok);
    }

    private static Task<int> RevokeAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var id = parsed.GetRequiredValue(Id);
        Change(parsed, keys => keys.All(key => key.Id != id)
            ? throw new InputException($"there is no key {id}; `leverage keys list` shows them")
            : [.. keys.Select(key => key.Id == id && key.Revoked is null
                ? key with { Revoked = TimeProvider.System.GetUtcNow() } : key)]);
        terminal.Error.WriteLine($"key {id} is taken back; running servers refuse it within a second");
        return Task.FromResult(ExitCode.Ok);
    }

    private static string State(KeyRecord key, DateTimeOffset now) =>
        key.Revoked is not null ? "revoked" : key.Expires <= now ? "ended" : "in force";

    private static void Change(
        ParseResult parsed, Func<IReadOnlyList<KeyRecord>, IReadOnlyList<KeyRecord>> change) => Checked(() =>
        {
            KeyFile.Change(parsed.GetRequiredValue(File), change);
            return true;
        });

    private static T Checked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is FormatException or FileNotFoundException
            or DirectoryNotFoundException)
        {
            throw new InputException(exception.Message);
        }
    }

    private static IReadOnlyList<string>? List(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
