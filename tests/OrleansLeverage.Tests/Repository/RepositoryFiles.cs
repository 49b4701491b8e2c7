using System.Text;

namespace OrleansLeverage.Tests.Repository;

/// <summary>A text file of the repository: its path with forward slashes, seen from the top, and its content.</summary>
public sealed record RepositoryFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Extension => System.IO.Path.GetExtension(Path);

    public string[] Lines => field ??= Text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();

    public int LineCount => Lines.Length - (Lines[^1].Length == 0 ? 1 : 0);

    /// <summary>The text with comments and plain string literals blanked, line for line.</summary>
    public string[] CodeLines => field ??= CSharpText.Blank(Text).Split('\n');

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}

/// <summary>The working tree that the tests were built from, without what builds and tools leave in it.</summary>
public static class RepositoryFiles
{
    private static readonly string[] Ignored =
        ["bin", "obj", "node_modules", "TestResults", "out", ".git", ".vs", ".idea"];

    private static readonly string[] Texts =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".slnf", ".json", ".sh", ".md", ".js", ".css", ".html", ".http",
        ".yml", ".ts", ".tsx", ".mjs",
    ];

    public static readonly string Root = FindRoot();

    private static readonly Lazy<IReadOnlyList<RepositoryFile>> Read = new(() => Load(Root).ToList());

    public static IReadOnlyList<RepositoryFile> All => Read.Value;

    public static IEnumerable<RepositoryFile> CSharp => All.Where(file => file.Extension == ".cs");

    public static IEnumerable<RepositoryFile> Projects => All.Where(file => file.Extension == ".csproj");

    public static RepositoryFile File(string path) => All.Single(file => file.Path == path);

    public static IEnumerable<string> TopLevel() => new DirectoryInfo(Root).EnumerateFileSystemInfos()
        .Select(entry => entry.Name).Where(name => !Ignored.Contains(name));

    private static IEnumerable<RepositoryFile> Load(string root)
    {
        foreach (var path in Walk(root))
        {
            var shown = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
            if (Texts.Contains(System.IO.Path.GetExtension(path)) || shown.StartsWith(".ci/", StringComparison.Ordinal))
            {
                yield return new RepositoryFile(shown, System.IO.File.ReadAllText(path, Encoding.UTF8));
            }
        }
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder)
            .Where(child => !Ignored.Contains(System.IO.Path.GetFileName(child)))
            .SelectMany(Walk));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("OrleansLeverage.sln").Length == 0)
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new DirectoryNotFoundException("no solution above the test folder");
    }
}
