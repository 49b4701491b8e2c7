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

    [Fact]
    public async Task An_unknown_benchmark_is_a_usage_error() =>
        Assert.Equal(2, await BenchmarkCommand.RunAsync(["nothing"], TextWriter.Null));
}
