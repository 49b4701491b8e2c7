using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
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

    [Fact]
    public async Task TheDoctorNamesWhatIsWrongAndTheRemedy()
    {
        using var folder = new TemporaryFolder();
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var sick = await Cli.RunAsync("doctor", "--data", folder.Path, "--port", port);
        Assert.Equal(1, sick.Code);
        Assert.Contains($"FAIL  port: {port} is taken; serve with another --port", sick.Output,
            StringComparison.Ordinal);
        Assert.Contains("ok    folder", sick.Output, StringComparison.Ordinal);
        var absent = await Cli.RunAsync("doctor", "--data", folder["absent"], "--port", "0", "--json");
        Assert.Equal(1, absent.Code);
        var folders = JsonDocument.Parse(absent.Output).RootElement.EnumerateArray()
            .Single(finding => finding.GetProperty("what").GetString() == "folder");
        Assert.False(folders.GetProperty("good").GetBoolean());
    }
}
