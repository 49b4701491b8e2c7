using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansLeverage.Tests.Repository;

/// <summary>Who may know whom, and which packages, read from the project files.</summary>
public static class ProjectLint
{
    private const string Prefix = "OrleansLeverage.";

    private static readonly Regex Exact = new(@"^\d+(\.\d+){1,3}(-[a-z0-9.]+)?\z");

    /// <summary>The only projects that reference Orleans packages; the embedded filter leaves them out.</summary>
    public static readonly string[] Orleans = ["Contracts", "Grains", "Silo", "Cluster.Tests"];

    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Domain"] = [],
        ["Kernel"] = ["Domain"],
        ["Analytics"] = ["Domain"],
        ["Market"] = ["Domain", "Analytics"],
        ["Engine"] = ["Domain", "Kernel", "Analytics", "Market"],
        ["Web"] = ["Domain", "Engine"],
        ["App"] = ["Domain", "Kernel", "Analytics", "Market", "Engine", "Web"],
        ["Contracts"] = ["Domain", "Engine"],
        ["Grains"] = ["Domain", "Kernel", "Analytics", "Market", "Engine", "Contracts"],
        ["Silo"] = ["Domain", "Kernel", "Analytics", "Market", "Engine", "Contracts", "Grains", "Web"],
    };

    private static readonly Dictionary<string, string[]> MayPackage = new()
    {
        ["Domain"] = [],
        ["Kernel"] = [],
        ["Analytics"] = ["MathNet.Numerics"],
    };

    public static IEnumerable<Finding> Directions(IEnumerable<RepositoryFile> projects)
    {
        foreach (var project in projects)
        {
            var name = Short(project.Path);
            var allowed = MayReference.GetValueOrDefault(name);
            if (project.IsUnder("src") && allowed is null)
            {
                yield return new Finding(project.Path, 0, "a project that the layout does not know");
            }
            foreach (var other in Includes(project, "ProjectReference").Select(Short))
            {
                if (project.IsUnder("src") ? allowed?.Contains(other) == false
                    : Orleans.Contains(other) && !Orleans.Contains(name))
                {
                    yield return new Finding(project.Path, 0, $"may not know {other}");
                }
            }
        }
    }

    public static IEnumerable<Finding> Packages(IEnumerable<RepositoryFile> projects)
    {
        foreach (var project in projects)
        {
            var name = Short(project.Path);
            foreach (var package in Includes(project, "PackageReference"))
            {
                if (package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal) && !Orleans.Contains(name))
                {
                    yield return new Finding(project.Path, 0,
                        $"{package}: Orleans packages stay in {string.Join(", ", Orleans)}");
                }
                else if (MayPackage.GetValueOrDefault(name)?.Contains(package) == false)
                {
                    yield return new Finding(project.Path, 0, $"{package}: not one of this project's packages");
                }
            }
        }
    }

    /// <summary>Exact versions, in one place, and no lock files: their hashes differ between sources.</summary>
    public static IEnumerable<Finding> Versions(IEnumerable<RepositoryFile> files)
    {
        foreach (var file in files)
        {
            if (file.Name == "packages.lock.json")
            {
                yield return new Finding(file.Path, 0, "no lock files");
            }
            if (file.Extension is not (".csproj" or ".props" or ".targets"))
            {
                continue;
            }
            foreach (var item in XDocument.Parse(file.Text).Descendants())
            {
                var central = file.Name == "Directory.Packages.props" && item.Name.LocalName == "PackageVersion";
                if (item.Name.LocalName is "PackageVersion" or "PackageReference" && !IsPinned(item, central))
                {
                    yield return new Finding(file.Path, 0,
                        $"{item.Attribute("Include")?.Value}: an exact version, in Directory.Packages.props");
                }
            }
        }
    }

    public static IEnumerable<Finding> UnsafeBlocks(IEnumerable<RepositoryFile> projects) => projects
        .Where(project => Short(project.Path) != "Kernel")
        .Where(project => project.Text.Contains("AllowUnsafeBlocks", StringComparison.Ordinal))
        .Select(project => new Finding(project.Path, 0, "unsafe code lives in the kernel"));

    /// <summary>Every project is in the solution, and in the embedded filter unless it needs Orleans.</summary>
    public static IEnumerable<Finding> Listed(IEnumerable<RepositoryFile> projects, string solution, string filter)
    {
        var (whole, embedded) = (solution.Replace('\\', '/'), filter.Replace(@"\\", "/"));
        foreach (var project in projects)
        {
            if (!whole.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
            {
                yield return new Finding(project.Path, 0, "missing from the solution");
            }
            var orleans = Orleans.Contains(Short(project.Path));
            if (embedded.Contains($"\"{project.Path}\"", StringComparison.Ordinal) == orleans)
            {
                yield return new Finding(project.Path, 0,
                    orleans ? "needs Orleans, so not in the embedded filter" : "missing from the embedded filter");
            }
        }
    }

    public static IEnumerable<Finding> TopLevel(IEnumerable<string> names) => names
        .Where(name => !name.StartsWith('.') && !name.StartsWith("Directory.", StringComparison.Ordinal)
            && name is not ("src" or "tests" or "infra" or "samples" or "docs"
                or "OrleansLeverage.sln" or "global.json" or "README.md"))
        .Select(name => new Finding(name, 0, "does not belong at the top level"));

    private static bool IsPinned(XElement item, bool central)
    {
        var version = item.Attribute("Version")?.Value ?? item.Element("Version")?.Value;
        return item.Attribute("VersionOverride") is null
            && (central ? version is not null && Exact.IsMatch(version) : version is null);
    }

    private static IEnumerable<string> Includes(RepositoryFile project, string item) => XDocument.Parse(project.Text)
        .Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>();

    private static string Short(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
        return name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
    }
}
