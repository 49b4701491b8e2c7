using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>Which way of sweeping is chosen: all of these tests run once for each, which this makes sure of.</summary>
public sealed class SweepVariantTests
{
    [Fact]
    public void The_environment_chooses_and_else_the_widest()
    {
        var asked = Environment.GetEnvironmentVariable(SweepVariant.Variable);
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table);
        Assert.Equal(string.IsNullOrEmpty(asked) ? SweepVariant.Supported[0] : asked, sweep.Variant);
    }

    [Fact]
    public void A_variant_is_used_by_its_name_and_another_name_is_refused_with_those_there_are()
    {
        using var table = new AccountTable();
        foreach (var name in SweepVariant.Supported)
        {
            using var sweep = new LeverageSweep(table, variant: name);
            Assert.Equal(name, sweep.Variant);
        }
        var error = Assert.Throws<ArgumentException>(() => new LeverageSweep(table, variant: "vector1024"));
        Assert.Contains("vector1024", error.Message, StringComparison.Ordinal);
        Assert.Contains(string.Join(", ", SweepVariant.Supported), error.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", SweepVariant.Supported);
    }
}
