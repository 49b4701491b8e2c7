using OrleansLeverage.Benchmarks;
using Xunit;

namespace OrleansLeverage.Tests.Benchmarks;

/// <summary>Every benchmark runs at a tiny size, so that none rots. Nothing is timed here.</summary>
public sealed class TinyBenchmarkTests
{
    public static TheoryData<string> Names => new(BenchmarkCommand.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_tiny_benchmark_prints_its_figures(string name)
    {
        var output = new StringWriter();
        Assert.Equal(0, await BenchmarkCommand.RunAsync([name, "--tiny"], output));
        Assert.Contains($"## {name} (tiny)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("load", output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Figures as JSON are the whole output, with the machine, its load and the commit beside them.</summary>
    [Theory]
    [InlineData("--quiet", "quiet: assets of rank 21")]
    [InlineData("--rank1", "rank 1 alone")]
    [InlineData("--full", "full, with long and short leverage per asset")]
    public async Task The_frames_of_a_flag_alone_come_as_json(string flag, string frame)
    {
        var output = new StringWriter();
        Assert.Equal(0, await BenchmarkCommand.RunAsync(["canonical", "--tiny", "--json", flag], output));
        using var json = System.Text.Json.JsonDocument.Parse(output.ToString());
        var root = json.RootElement;
        Assert.All(["machine", "load", "commit"], name => Assert.NotEmpty(root.GetProperty(name).GetString()!));
        Assert.Equal(2_000, root.GetProperty("accounts").GetInt32());
        var figures = root.GetProperty("figures").EnumerateObject().Select(f => f.Name).ToArray();
        Assert.Contains(figures, f => f.Contains(frame, StringComparison.Ordinal)
            && f.EndsWith("p50 ms", StringComparison.Ordinal));
        Assert.DoesNotContain(figures, f => f.Contains("numpy", StringComparison.Ordinal));
        Assert.All(new[] { "quiet: ", "rank 1", "full" }.Where(f => !frame.StartsWith(f, StringComparison.Ordinal)),
            other => Assert.DoesNotContain(figures, f => f.Contains($" {other}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_whole_benchmark_has_every_peer_or_says_why_not()
    {
        var output = new StringWriter();
        Assert.Equal(0, await BenchmarkCommand.RunAsync(["canonical", "--tiny"], output));
        var text = output.ToString();
        Assert.All(["decimal, one thread", "double, one thread", "numpy", "plain read", "one-way message",
            "awaited message", "commit", "load", "p50", "p99", "max", "positions/s", "B per frame"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_benchmark_is_a_usage_error() =>
        Assert.Equal(2, await BenchmarkCommand.RunAsync(["nothing"], TextWriter.Null));
}
