using OrleansLeverage.Analytics.Cascade;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>Anchors of quant reference §22.</summary>
public sealed class PriceImpactTests
{
    [Fact]
    public void PublishedAnchors()
    {
        var depth = PriceImpact.Depth(1e9, 0.03);
        Assert.Equal(1.3333e10, depth, 1e7);
        Assert.Equal(0.007444, PriceImpact.Bounded(1e8, depth, 0.5), 1e-6);
        var decay = PriceImpact.Decay(0.05, 0.05);
        Assert.Equal(1.025866, decay, 1e-6);
        Assert.Equal(0.9025, PriceImpact.PriceRatio(decay, 0.10), 1e-12);
        Assert.Equal(0.95125, PriceImpact.MidpointFill(PriceImpact.PriceRatio(decay, 0.10)), 1e-12);
        Assert.Equal(0.004, PriceImpact.Power(1e7, 1e9, 0.04), 1e-15);
    }

    [Fact]
    public void EveryLawStartsAtNothingRisesAndIsOdd()
    {
        foreach (var law in (ImpactLaw[])[ImpactLaw.Linear, ImpactLaw.SquareRoot(0.04), ImpactLaw.Power(0.1, 0.6),
            ImpactLaw.Exponential, ImpactLaw.Bounded(0.5)])
        {
            Assert.Equal(0.0, law.Fall(0.0));
            var last = 0.0;
            for (var pressure = 0.001; pressure < 0.9; pressure *= 1.5)
            {
                Assert.True(law.Fall(pressure) > last && law.Fall(pressure) <= ImpactLaw.FallMax);
                Assert.Equal(-law.Fall(pressure), law.Fall(-pressure), 1e-15);
                last = law.Fall(pressure);
            }
        }
        Assert.Equal(0.5, ImpactLaw.Bounded(0.5).Fall(1e6), 1e-12);
        Assert.Equal(ImpactLaw.FallMax, ImpactLaw.Linear.Fall(7.0));
    }

    /// <summary>Small pressures keep their digits: against the series in decimal.</summary>
    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-8)]
    [InlineData(9.99e-6)]
    [InlineData(1.01e-5)]
    [InlineData(1e-3)]
    public void OneLessExpKeepsItsDigits(double x)
    {
        var (sum, term) = (0m, 1m);
        for (var n = 1; n < 12; n++)
        {
            term *= (decimal)x / n;
            sum += n % 2 == 1 ? term : -term;
        }
        Assert.Equal((double)sum, PriceImpact.OneLessExp(x), (double)sum * 1e-10);
    }

    [Fact]
    public void WhatIsNoMarketIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceImpact.Linear(1.0, 0.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceImpact.Bounded(1.0, 1.0, 1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceImpact.Decay(1.0, 0.05));
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceImpact.Power(double.NaN, 1.0, 1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImpactLaw.Power(0.0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImpactLaw.Bounded(-0.1));
    }

    /// <summary>The published worked slice: a short far under water closes whole.</summary>
    [Fact]
    public void ASliceAsPublished()
    {
        var size = LiquidationSlice.Unclamped(-1, 1.0, 5.5, -4.399, 0.1, 5.55, 0.003);
        Assert.Equal(10.2358, size!.Value, 1e-4);
        Assert.Equal(1.0, LiquidationSlice.Quantity(-1, 1.0, 5.5, -4.399, 0.1, 5.55, 0.003));
        // execution so far from the mark that selling costs more than it saves
        Assert.Null(LiquidationSlice.Unclamped(1, 1.0, 5.5, 0.1, 0.1, 4.5, 0.003));
        Assert.Equal(1.0, LiquidationSlice.Quantity(1, 1.0, 5.5, 0.1, 0.1, 4.5, 0.003));
        Assert.Equal(0.0, LiquidationSlice.Quantity(1, 1.0, 5.5, 5.0, 0.1, 5.4, 0.003));
    }

    /// <summary>After the slice the rest meets its margin: equity after = rate · value after.</summary>
    [Fact]
    public void WhatASliceLeavesMeetsItsMargin()
    {
        var (q, p, e, rate, execution, fee) = (10.0, 100.0, 40.0, 0.05, 99.5, 0.001);
        var dq = LiquidationSlice.Quantity(1, q, p, e, rate, execution, fee);
        Assert.InRange(dq, 0.1, q - 0.1);
        Assert.Equal(rate * p * (q - dq), e + dq * (execution - p) - fee * p * dq, 1e-12);
        var share = LiquidationSlice.Share(e, rate * p * q, q * (p - execution) + fee * p * q, 1.0);
        Assert.Equal(dq / q, share, 1e-12);
    }
}
