using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Web.Security;

/// <summary>One key as it is kept: nothing in it lets anybody in.</summary>
public sealed record KeyRecord
{
    /// <summary>The public part of the key's text.</summary>
    public required string Id { get; init; }

    /// <summary>Who it is: 1-64 of a-z, 0-9 and '-'. Several keys may have one name.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>SHA-256 of the key's text.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public DateTimeOffset? Revoked { get; init; }

    /// <summary>The source whose prices this key publishes; needed with the scope oracle, and only there.</summary>
    public string? Source { get; init; }

    /// <summary>The feeds it publishes; null for all that the source is configured for.</summary>
    public IReadOnlyList<string>? Feeds { get; init; }

    /// <summary>PEM of the P-256 key that every price must be signed by.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Account ids, or beginnings that end in <c>*</c>; null for every account.</summary>
    public IReadOnlyList<string>? Accounts { get; init; }

    public int? RequestsPerSecond { get; init; }
}

/// <summary>The file of keys: JSON, written whole, readable by its owner alone.</summary>
public static partial class KeyFile
{
    public const int RequestsPerSecondMax = 100_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <exception cref="FormatException">The file is not what it must be; the message names key and fault.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<KeyRecord> Read(string path)
    {
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new FormatException($"{path} may be written by others, who could add keys: chmod 600 it");
        }
        Contents contents;
        try
        {
            contents = JsonSerializer.Deserialize<Contents>(File.ReadAllText(path), Json)
                ?? throw new FormatException($"{path} is empty");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{path} is no file of keys: {exception.Message}");
        }
        if (contents.Version != 1)
        {
            throw new FormatException($"{path} has version {contents.Version}; this release knows 1");
        }
        foreach (var key in contents.Keys)
        {
            if (Fault(key) is { } fault)
            {
                throw new FormatException($"{path}: key '{key.Id}': {fault}");
            }
        }
        return contents.Keys.GroupBy(key => key.Id).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new FormatException($"{path}: key '{twice.Key}' is there twice")
            : contents.Keys;
    }

    /// <summary>
    /// Changes the file as a whole: whoever reads it meanwhile sees what was before. Two at once wait for each other.
    /// </summary>
    /// <param name="change">From the keys that are there, none where there is no file, to those that shall be.</param>
    public static void Change(string path, Func<IReadOnlyList<KeyRecord>, IReadOnlyList<KeyRecord>> change)
    {
        using var alone = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
            FileOptions.DeleteOnClose);
        var keys = change(File.Exists(path) ? Read(path) : []);
        if (keys.Select(Fault).FirstOrDefault(fault => fault is not null) is { } wrong)
        {
            throw new FormatException(wrong);
        }
        var partial = path + ".partial";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(partial, create))
        {
            JsonSerializer.Serialize(stream, new Contents(1, keys), Json);
            stream.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>What is wrong with a key, in words; null where nothing is.</summary>
    public static string? Fault(KeyRecord key) =>
        !Ids().IsMatch(key.Id) ? "an id is 12 hexadecimal digits"
        : !AccountId.IsValid(key.Name) ? "a name is 1-64 of a-z, 0-9 and '-'"
        : !Hashes().IsMatch(key.Hash) ? "a hash is 64 hexadecimal digits"
        : key.Scopes.Count == 0 ? "there is no scope"
        : key.Scopes.FirstOrDefault(scope => ScopeNames.Parse(scope) == Scope.None) is { } scope
            ? $"there is no scope '{scope}'; there are {string.Join(", ", ScopeNames.All.Select(row => row.Name))}"
        : key.Scopes.Contains("oracle") && key.Source is null ? "a key with the scope oracle has a source"
        : key.Source is not null && !key.Scopes.Contains("oracle") ? "a source goes with the scope oracle"
        : key.Source is { } source && !SourceId.IsValid(source) ? "the source is no id of a source"
        : key.Feeds is not null && key.Source is null ? "feeds go with a source"
        : key.Feeds?.FirstOrDefault(feed => !FeedId.IsValid(feed)) is { } feed ? $"'{feed}' is no feed"
        : key.Accounts?.FirstOrDefault(account => !IsPattern(account)) is { } account
            ? $"'{account}' is no account id and no beginning of one that ends in *"
        : key.PublicKey is { } pem && P256(pem) is null ? "the public key is no PEM of a P-256 key"
        : key.RequestsPerSecond is < 1 or > RequestsPerSecondMax
            ? $"requests per second are 1 to {RequestsPerSecondMax}"
        : null;

    /// <summary>The DER of a P-256 public key; null where the PEM holds none.</summary>
    internal static byte[]? P256(string pem)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    private static bool IsPattern(string text) => text.EndsWith('*')
        ? text.Length is > 1 and <= 64 && text[..^1].All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
        : AccountId.IsValid(text);

    [GeneratedRegex(@"^[0-9a-f]{12}\z")]
    private static partial Regex Ids();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Hashes();

    private sealed record Contents(int Version, IReadOnlyList<KeyRecord> Keys);
}
