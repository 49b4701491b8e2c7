using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Anomalies;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Anomalies;

/// <summary>What the published cases do not reach: masking, flat samples, streams, the budget.</summary>
public sealed class DetectorTests
{
    [Fact]
    public void OutliersThatHideEachOtherAreFound()
    {
        // three together lift the deviation so that the first alone is not far enough
        double[] values = [.. Enumerable.Range(0, 20).Select(i => i % 5 * 0.1), 9.0, 9.1, 9.2];
        var test = ExtremeStudentized.Test(values, 0.05, 5);
        Assert.True(test.Steps[0].Distance < test.Steps[0].Critical);
        Assert.Equal([22, 21, 20], test.Outliers.Select(step => step.Index));
        Assert.False(Grubbs.Test(values, 0.05)!.IsOutlier);
    }

    [Fact]
    public void FlatSamplesAreFlagged()
    {
        Assert.True(ExtremeStudentized.Test([1, 1, 1, 1, 1], 0.05, 2).Flat);
        Assert.Null(Grubbs.Test([1, 1, 1, 1], 0.05));
        Assert.Null(ModifiedZ.Of([1, 1, 1, 5]));
        Assert.Null(ModifiedZ.Of([]));
        Assert.Throws<ArgumentException>(() => ExtremeStudentized.Test([1, 2, 3], 0.05, 1));
        Assert.Throws<ArgumentException>(() => Grubbs.Test([1, 2], 0.05));
        Assert.Throws<ArgumentOutOfRangeException>(() => Grubbs.Test([1, 2, 3], 0.0));
    }

    [Fact]
    public void SidesOfGrubbs()
    {
        double[] values = [5, 5.1, 4.9, 5.05, 4.95, 2.0];
        Assert.Equal(5, Grubbs.Test(values, 0.05, OutlierSide.Lower)!.Index);
        Assert.True(Grubbs.Test(values, 0.05, OutlierSide.Lower)!.IsOutlier);
        Assert.False(Grubbs.Test(values, 0.05, OutlierSide.Upper)!.IsOutlier);
    }

    [Fact]
    public void AShiftIsSeenSoonAfterItCame()
    {
        double[] values = [.. Noise(500, 1), .. Noise(100, 2).Select(x => x + 1.5)];
        foreach (var name in new[] { StreamDetectors.CusumShift, StreamDetectors.Change })
        {
            var budget = AlertBudget.Calibrate(name, 0.5, 40_000, 9);
            var first = AlertBudget.Alarms(name, budget.Threshold, values).First(alarm => alarm.Index >= 500);
            Assert.InRange(first.Index, 500, 530);
        }
    }

    [Fact]
    public void AWildValueIsSeenAtOnceAndDoesNotBlind()
    {
        double[] values = Noise(300, 3);
        (values[100], values[105]) = (9.0, 9.0);
        var alarms = AlertBudget.Alarms(StreamDetectors.EwmaZ, 6.0, values).Select(a => a.Index).ToList();
        Assert.Equal([100, 105], alarms);
        Assert.Null(new EwmaScore().Add(1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EwmaScore().Add(double.NaN));
    }

    /// <summary>A threshold found on one noise keeps the budget on another.</summary>
    [Fact]
    public void TheBudgetIsKeptOnFreshNoise()
    {
        foreach (var name in StreamDetectors.Names)
        {
            var budget = AlertBudget.Calibrate(name, 2.0, 60_000, 5);
            Assert.InRange(budget.RatePerThousand, 1.0, 2.0);
            var fresh = AlertBudget.Measure(name, budget.Threshold, 60_000, 77);
            Assert.InRange(fresh.RatePerThousand, 2.0 - (6 * fresh.StandardError), 2.0 + (4 * fresh.StandardError));
        }
        var again = AlertBudget.Calibrate(StreamDetectors.EwmaZ, 2.0, 5_000, 5);
        Assert.Equal(again, AlertBudget.Calibrate(StreamDetectors.EwmaZ, 2.0, 5_000, 5));
    }

    [Fact]
    public void AScanFindsACrashInLeverageAndSaysNothingOfNothing()
    {
        var level = Noise(400, 12).Select(x => 0.01 * x).ToArray();
        level[250] = -0.30;
        double[] leverage = new double[400];
        for (var (i, log) = (0, Math.Log(3.0)); i < 400; i++)
        {
            leverage[i] = Math.Exp(log += level[i]);
        }
        var scan = AnomalyScan.Run("marketLeverage", leverage, 1.0, 20_000, 1);
        Assert.Null(scan.Problem);
        Assert.True(scan.IsLogarithmic);
        var at = scan.Found.Where(found => found.Index == 250).Select(found => found.Detector).ToList();
        Assert.Superset(new HashSet<string> { "ewma-z", "mad", "gesd", "grubbs" }, at.ToHashSet());
        Assert.True(scan.Found.Count(found => found.Index is < 245 or > 270) <= 4);
        Assert.All(scan.Budgets, budget => Assert.True(budget.RatePerThousand < 3.0));
        Assert.NotNull(AnomalyScan.Run("flat", [.. Enumerable.Repeat(1.0, 100)], 1.0, 2_000, 1).Problem);
        Assert.NotNull(AnomalyScan.Run("short", [1.0, 2.0], 1.0, 2_000, 1).Problem);
        leverage[3] = double.NaN;
        Assert.Contains("value 3", AnomalyScan.Run("gap", leverage, 1.0, 2_000, 1).Problem);
    }

    [Fact]
    public void SumsStartAgain()
    {
        var sums = new Cusum(0, 0, 1);
        Assert.False(sums.Add(1.0));
        Assert.True(sums.Add(0.1));
        sums.Reset();
        Assert.Equal((0.0, 0.0), (sums.High, sums.Low));
        Assert.Throws<ArgumentOutOfRangeException>(() => sums.Add(double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Cusum(0, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PageHinkley(0, 0));
    }

    private static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Normal.InvCDF(0, 1, (random.NextDouble() * 0.9999) + 0.00005))];
    }
}
