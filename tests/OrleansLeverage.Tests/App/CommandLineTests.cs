using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>Exit codes that scripts rely on: 0 done, 1 failed, 2 usage.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("calc --help")]
    public async Task HelpAndVersionAreNoErrors(string line) =>
        Assert.Equal(0, (await Cli.RunAsync(line.Split(' '))).Code);

    [Theory]
    [InlineData("", "Required command was not provided")]
    [InlineData("levitate", "levitate")]
    [InlineData("calc", "--in")]
    [InlineData("calc --in x --im y", "--im")]
    [InlineData("calc --in", "--in")]
    public async Task AWrongCommandLineIsUsageAndSaysWhat(string line, string named)
    {
        var run = await Cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.Code);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOptionThatAlmostExistsIsSuggested() =>
        Assert.Contains("--in", (await Cli.RunAsync("calc", "--im", "x")).Output, StringComparison.Ordinal);
}
