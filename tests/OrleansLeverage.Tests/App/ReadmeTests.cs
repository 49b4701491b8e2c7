using System.Text.RegularExpressions;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>What the readme tells people to type exists, and the files it names are there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = RepositoryFiles.Root;
    private static readonly string Text = File.ReadAllText(Path.Combine(Root, "README.md"));

    [Fact]
    public void EveryCommandParses()
    {
        var commands = CommandLines().Matches(Text).Select(m => m.Groups["arguments"].Value.Trim()).ToList();
        Assert.True(commands.Count >= 6, $"{commands.Count} commands were found");
        foreach (var command in commands)
        {
            var errors = OrleansLeverage.App.Program.Root().Parse(command).Errors;
            Assert.True(errors.Count == 0, $"leverage {command}: {string.Join("; ", errors.Select(e => e.Message))}");
        }
    }

    [Fact]
    public void EveryFileItNamesExists()
    {
        var names = FileNames().Matches(Text).Select(m => m.Value).Distinct().ToList();
        Assert.True(names.Count >= 6, $"{names.Count} names were found");
        Assert.All(names, name => Assert.True(Path.Exists(Path.Combine(Root, name)), name));
    }

    [GeneratedRegex(@"^(leverage|dotnet run --project src/OrleansLeverage\.App -c Release --) (?<arguments>.+)$",
        RegexOptions.Multiline)]
    private static partial Regex CommandLines();

    [GeneratedRegex(@"(src|tests|infra)/[A-Za-z0-9./_-]*[A-Za-z0-9_/]")]
    private static partial Regex FileNames();
}
