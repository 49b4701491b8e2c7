using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansLeverage.Web.Api.Calibration;

/// <summary>A report that is there to be read.</summary>
/// <param name="Name">Without what it ends in.</param>
internal sealed record ReportFile(string Name, string Form, string Path, long Bytes, DateTimeOffset Modified)
{
    /// <summary>Changes whenever the file does.</summary>
    public string Tag => $"\"{Modified.UtcTicks:x}-{Bytes:x}\"";
}

/// <summary>What a report says of itself; null where it does not.</summary>
/// <param name="Schema">Such as leverage-calibration/1.</param>
internal sealed record ReportHead(string? Schema, string? Source, string? Feed, string? From, string? To)
{
    public static readonly ReportHead Unknown = new(null, null, null, null, null);

    public static ReportHead Of(JsonElement report)
    {
        string? Text(string name) => report.ValueKind == JsonValueKind.Object
            && report.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
        return new ReportHead(Text("schema"), Text("source"), Text("feed"), Text("from"), Text("to"));
    }
}

/// <summary>
/// The reports of one folder, as it is now: plain files of its own with names that are harmless in a URL. What is asked
/// for is looked up among them, so no name leads anywhere else.
/// </summary>
internal sealed partial class ReportFolder(string? folder)
{
    /// <summary>Larger files are not reports.</summary>
    public const long BytesMax = 32L << 20;

    private const int FilesMax = 1_000;

    private const long HeadBytesMax = 8L << 20;

    private readonly ConcurrentDictionary<string, (string Tag, ReportHead Head)> _heads = new();

    public bool IsGiven => folder is not null;

    /// <summary>By name, then form; empty where no folder is given or it is gone.</summary>
    public IReadOnlyList<ReportFile> All()
    {
        if (folder is null || !Directory.Exists(folder))
        {
            return [];
        }
        return
        [
            .. new DirectoryInfo(folder).EnumerateFiles().Where(IsReport).Take(FilesMax).Select(file => new ReportFile(
                Path.GetFileNameWithoutExtension(file.Name), file.Extension[1..], file.FullName, file.Length,
                file.LastWriteTimeUtc)).OrderBy(file => file.Name, StringComparer.Ordinal)
                .ThenByDescending(file => file.Form, StringComparer.Ordinal),
        ];
    }

    /// <summary>What a report says of itself; read once for each state of its file.</summary>
    public ReportHead Head(ReportFile file)
    {
        if (file.Form != "json" || file.Bytes > HeadBytesMax)
        {
            return ReportHead.Unknown;
        }
        if (_heads.TryGetValue(file.Path, out var known) && known.Tag == file.Tag)
        {
            return known.Head;
        }
        var head = ReportHead.Unknown;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file.Path));
            head = ReportHead.Of(document.RootElement);
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            // listed all the same: whoever opens it is told what is wrong with it
        }
        if (_heads.Count < FilesMax || _heads.ContainsKey(file.Path))
        {
            _heads[file.Path] = (file.Tag, head);
        }
        return head;
    }

    public ReportFile? Find(string name, string form) =>
        All().FirstOrDefault(file => file.Name == name && file.Form == form);

    private static bool IsReport(FileInfo file) => FileName().IsMatch(file.Name) && file.Length <= BytesMax
        && !file.Attributes.HasFlag(FileAttributes.ReparsePoint) && file.LinkTarget is null;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(json|html)\z")]
    private static partial Regex FileName();
}
