using System.Security.Cryptography;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>A file of keys of its own, one for each scope and what else a test asks for.</summary>
internal sealed class TestKeys : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keys").FullName;
    private readonly Dictionary<string, (string Id, string Text)> _byName = [];

    public TestKeys()
    {
        foreach (var (_, name) in ScopeNames.All)
        {
            Add(name, key => name == "oracle" ? key with { Source = WebGrid.Source } : key);
        }
    }

    public string Path => System.IO.Path.Combine(_folder, "keys.json");

    public ServerAccess Access => new() { KeyFile = Path };

    /// <summary>The key's text.</summary>
    public string this[string name] => _byName[name].Text;

    public string Id(string name) => _byName[name].Id;

    /// <summary>The header line of a request by this key.</summary>
    public string Header(string name) => $"X-Api-Key: {this[name]}";

    /// <summary>A key with the scope of its name, or the one that <paramref name="change"/> gives it.</summary>
    public void Add(string name, Func<KeyRecord, KeyRecord>? change = null)
    {
        var (id, text) = ApiKey.Create();
        _byName[name] = (id, text);
        var key = new KeyRecord
        {
            Id = id, Name = name, Scopes = [ScopeNames.Parse(name) == Scope.None ? "read" : name],
            Hash = ApiKey.Hash(text), Created = DateTimeOffset.UnixEpoch,
        };
        KeyFile.Change(Path, keys => [.. keys, change?.Invoke(key) ?? key]);
    }

    public void Change(string name, Func<KeyRecord, KeyRecord> change) => KeyFile.Change(Path, keys =>
        [.. keys.Select(key => key.Id == Id(name) ? change(key) : key)]);

    public static string PublicPem(ECDsa key) => key.ExportSubjectPublicKeyInfoPem();

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
