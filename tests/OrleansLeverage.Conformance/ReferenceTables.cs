using System.Text.Json;

namespace OrleansLeverage.Conformance;

/// <summary>
/// Tables that cases name instead of repeating them: leverage tiers by symbol. Looked for in the given folder, else in
/// the folder <c>data</c> beside it or beside one of its parents.
/// </summary>
public sealed class ReferenceTables(string folder)
{
    public const string TiersFixture = "freqtrade_leverage_tiers_fixture.json";
    public const string TiersData = "freqtrade_binance_leverage_tiers.json";

    private readonly Lazy<IReadOnlyList<JsonElement>> _tables = new(() => [.. Load(folder)]);

    /// <summary>The rows of a symbol's tiers, null where no table has the symbol.</summary>
    public IReadOnlyList<JsonElement>? TiersOf(string symbol)
    {
        foreach (var table in _tables.Value)
        {
            if (table.TryGetProperty(symbol, out var rows) && rows.ValueKind == JsonValueKind.Array)
            {
                return [.. rows.EnumerateArray()];
            }
        }
        return null;
    }

    /// <summary>A folder of tables in <c>data</c> beside the vectors or one of their parents; null where there is none.
    /// </summary>
    public string? DataFolder(string name)
    {
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            var data = Path.Combine(at.FullName, "data", name);
            if (Directory.Exists(data))
            {
                return data;
            }
        }
        return null;
    }

    /// <summary>
    /// The text of a file that a case names by its path, such as <c>data/EBA_2018.csv</c>, in the folder or beside one
    /// of its parents.
    /// </summary>
    public string Text(string path)
    {
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, path)))
            {
                return File.ReadAllText(Path.Combine(at.FullName, path));
            }
        }
        throw new UnmappedCase($"{path} is neither in {folder} nor beside one of its parents");
    }

    /// <summary>The case of a file by its id, which another case may refer to instead of repeating it.</summary>
    public JsonElement Case(string file, string id)
    {
        var path = Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .FirstOrDefault() ?? throw new UnmappedCase($"{file} is not in {folder}");
        var found = Read(path).GetProperty("cases").EnumerateArray()
            .FirstOrDefault(item => item.GetProperty("id").GetString() == id);
        return found.ValueKind == JsonValueKind.Object ? found : throw new UnmappedCase($"{file} has no case {id}");
    }

    private static IEnumerable<JsonElement> Load(string folder)
    {
        var fixture = Directory.EnumerateFiles(folder, TiersFixture, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (fixture is not null)
        {
            yield return Read(fixture).GetProperty("tiers");
        }
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            var data = Path.Combine(at.FullName, "data", "venues", TiersData);
            if (File.Exists(data))
            {
                yield return Read(data);
                yield break;
            }
        }
    }

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
