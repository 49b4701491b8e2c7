using OrleansLeverage.Analytics.Systemic;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Systemic;

public sealed class ConcentrationTests
{
    [Fact]
    public void ByHand()
    {
        Assert.Equal(0.375, Concentration.Hhi([2.0, 1.0, 1.0, 0.0, -5.0])!.Value, 1e-15);
        Assert.Equal(0.75, Concentration.TopShare([1.0, 2.0, 1.0], 2)!.Value, 1e-15);
        // 1, 1, 2: (−2·1 + 0·1 + 2·2) / (3·4)
        Assert.Equal(1.0 / 6.0, Concentration.Gini([2.0, 1.0, 1.0])!.Value, 1e-15);
        Assert.Equal(0.0, Concentration.Gini([3.0, 3.0, 3.0])!.Value, 1e-15);
        Assert.Equal(0.75, Concentration.Gini([0.0, 5.0, 0.0, 0.0], includeEmpty: true)!.Value, 1e-15);
        Assert.Equal(0.0, Concentration.Gini([0.0, 5.0])!.Value, 1e-15);
        Assert.Null(Concentration.Gini([]));
        Assert.Null(Concentration.Hhi([0.0, -1.0]));
        Assert.Null(Concentration.TopShare([], 3));
    }

    /// <summary>Gini by its definition: the mean absolute difference of all pairs / twice the mean.</summary>
    [Fact]
    public void GiniIsTheMeanDifferenceOfAllPairs()
    {
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var values = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Math.Exp(random.NextDouble() * 9))
                .ToArray();
            var pairs = values.SelectMany(_ => values, (a, b) => Math.Abs(a - b)).Average();
            Assert.Equal(pairs / 2.0 / values.Average(), Concentration.Gini(values)!.Value, 1e-12);
        }
    }

    [Fact]
    public void OverlapIsTheChanceOfAllPairs()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var accounts = Enumerable.Range(0, random.Next(2, 9)).Select(_ => (IReadOnlyList<AssetNotional>)
                [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => new AssetNotional(random.Next(4),
                    random.NextDouble() * 200.0 - 100.0))]).ToList();
            Assert.Equal(Brute(accounts, sided: true), Overlap.SameSide(accounts), Close);
            Assert.Equal(Brute(accounts, sided: false), Overlap.SameAsset(accounts), Close);
        }
    }

    [Fact]
    public void TwoBooksByHand()
    {
        AssetNotional[] one = [new(0, 3.0), new(1, 4.0)], two = [new(0, -3.0), new(1, -4.0)], three = [new(2, 5.0)];
        Assert.Equal(1.0, Overlap.Between(one, one)!.Value, 1e-15);
        Assert.Equal(-1.0, Overlap.Between(one, two)!.Value, 1e-15);
        Assert.Equal(0.0, Overlap.Between(one, three)!.Value, 1e-15);
        Assert.Null(Overlap.Between(one, []));
        Assert.Equal(9.0 / 10.0 + 16.0 / 20.0, Overlap.Liquidity(one, one, [10.0, 20.0]), 1e-15);
        Assert.Null(Overlap.SameSide([one]));
    }

    /// <summary>The radius over assets is that of the matrix over accounts.</summary>
    [Fact]
    public void TheRadiusOverAssetsIsTheRadiusOverAccounts()
    {
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
        {
            var accounts = Enumerable.Range(0, 6).Select(_ => (IReadOnlyList<AssetNotional>)
                [.. Enumerable.Range(0, 3).Select(k => new AssetNotional(k, 1.0 + random.NextDouble() * 50.0))])
                .ToList();
            var sales = Enumerable.Range(0, 6).Select(_ => random.NextDouble() * 20.0).ToArray();
            double[] depth = [300.0, 800.0, 200.0];
            var vector = Enumerable.Repeat(1.0, 6).ToArray();
            var radius = 0.0;
            for (var step = 0; step < 400; step++)
            {
                var next = new double[6];
                for (var to = 0; to < 6; to++)
                {
                    for (var from = 0; from < 6; from++)
                    {
                        var gross = accounts[from].Sum(h => h.Signed);
                        next[to] += Enumerable.Range(0, 3).Sum(k => accounts[to][k].Signed * accounts[from][k].Signed
                            / gross / depth[k]) * sales[from] * vector[from];
                    }
                }
                radius = next.Max();
                vector = [.. next.Select(v => v / radius)];
            }
            Assert.Equal(radius, Overlap.SpectralRadius(accounts, sales, depth), 1e-9 * radius);
        }
        Assert.Equal(0.0, Overlap.SpectralRadius([], [], [1.0]));
    }

    private static IEqualityComparer<double?> Close { get; } = EqualityComparer<double?>.Create((a, b) =>
        a is null || b is null ? a is null && b is null : Math.Abs(a.Value - b.Value) < 1e-9, _ => 0);

    private static double? Brute(List<IReadOnlyList<AssetNotional>> accounts, bool sided)
    {
        var (shared, all) = (0.0, 0.0);
        for (var i = 0; i < accounts.Count; i++)
        {
            for (var j = 0; j < accounts.Count; j++)
            {
                foreach (var a in i == j ? [] : accounts[i])
                {
                    foreach (var b in accounts[j])
                    {
                        all += Math.Abs(a.Signed * b.Signed);
                        shared += a.Asset == b.Asset && (!sided || a.Signed < 0.0 == b.Signed < 0.0)
                            ? Math.Abs(a.Signed * b.Signed) : 0.0;
                    }
                }
            }
        }
        return all > 0.0 ? shared / all : null;
    }
}
