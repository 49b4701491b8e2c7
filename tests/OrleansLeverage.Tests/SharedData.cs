using Xunit;

namespace OrleansLeverage.Tests;

/// <summary>
/// The facts beside the project (real series, published cases), which tests read and never copy: the folder
/// <c>shared</c> next to some parent of the test's folder. Where it is absent, tests that need it do nothing, except
/// in CI.
/// </summary>
public static class SharedData
{
    private static readonly Lazy<string?> Root = new(Find);

    /// <summary>Full path, or null where the folder is absent (which fails the test when CI=true).</summary>
    public static string? Path(string relative)
    {
        if (Root.Value is { } root)
        {
            var path = System.IO.Path.Combine(root, relative);
            Assert.True(System.IO.Path.Exists(path), $"shared/{relative} does not exist");
            return path;
        }
        var inCi = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.False(inCi, $"shared/{relative} is needed in CI and absent");
        Console.WriteLine($"shared/{relative} is absent: not tested");
        return null;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "shared", "DESIGN.md")))
            {
                return System.IO.Path.Combine(folder.FullName, "shared");
            }
        }
        return null;
    }
}
