using System.Numerics;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>Integer margin against a slow reference in fractions, and at the edges of its rounding.</summary>
public sealed class IntegerMarginTests
{
    private const int Seed = 84;

    [Fact]
    public void EveryRoundingIsTheOneStated()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 2000; i++)
        {
            var position = Draw(random);
            var power = position.Exponent + position.AtomicResolution + 6;
            var (top, bottom) = power >= 0
                ? (position.BaseQuantums * position.Price * BigInteger.Pow(10, power), BigInteger.One)
                : (position.BaseQuantums * position.Price, BigInteger.Pow(10, -power));
            Assert.True(position.Notional == Truncate(top, bottom), $"seed {Seed} round {i}");
            var size = BigInteger.Abs(position.Notional);
            var unscaled = Ceiling(size * position.InitialPpm, 1_000_000);
            Assert.Equal(Ceiling(unscaled * position.MaintenanceFractionPpm, 1_000_000), position.MaintenanceMargin);
            Assert.True(position.InitialMargin >= unscaled, $"seed {Seed} round {i}: scaling never lowers");
        }
    }

    [Theory]
    [InlineData(1_000_000, 200_000)]     // at the lower cap
    [InlineData(1_000_001, 200_000)]     // 0.8 ppm is floored
    [InlineData(1_000_002, 200_001)]     // 1.6 ppm
    [InlineData(1_999_999, 999_999)]
    [InlineData(2_000_000, 1_000_000)]
    [InlineData(3_000_000, 1_000_000)]
    public void OpenInterestRaisesTheFractionBetweenItsCaps(long openInterest, long ppm) =>
        Assert.Equal(ppm, IntegerMargin.ScaledInitialPpm(200_000, openInterest, 1_000_000, 2_000_000));

    [Fact]
    public void WithoutAnUpperCapNothingIsScaled() =>
        Assert.Equal(200_000, IntegerMargin.ScaledInitialPpm(200_000, BigInteger.Pow(10, 30), 0, 0));

    [Fact]
    public void AnAccountsOwnFractionIsAFloor()
    {
        IntegerPosition position = new(12000, -6, 367500, -1, 200_000, 500_000);
        Assert.Equal(88_200_000, position.InitialMargin);
        Assert.Equal(220_500_000, (position with { CustomInitialPpm = 500_000 }).InitialMargin);
        Assert.Equal(88_200_000, (position with { CustomInitialPpm = 1 }).InitialMargin);
        Assert.Equal(44_100_000, (position with { CustomInitialPpm = 500_000 }).MaintenanceMargin);
    }

    [Theory]
    [InlineData(7, 2, 3)]
    [InlineData(-7, 2, -4)]
    [InlineData(7, -2, -4)]
    [InlineData(-7, -2, 3)]
    [InlineData(-8, 2, -4)]
    [InlineData(0, 5, 0)]
    public void FloorsGoDown(int value, int divisor, int expected) =>
        Assert.Equal(expected, IntegerMargin.FloorDivide(value, divisor));

    [Fact]
    public void ClampAndMaintenanceFractions()
    {
        Assert.Equal(184343, IntegerMargin.MaintenancePpm(637239, 289284));
        Assert.Equal(180000, IntegerMargin.FundingClampPpm(6_000_000, 150_000, 800_000));
        Assert.Equal(4294967295, IntegerMargin.FundingClampPpm(4294967295, 1_000_000, 0));
    }

    [Theory]
    [InlineData(100, 100, true, true, false)]
    [InlineData(99, 100, false, false, true)]
    [InlineData(-1, 0, false, false, false)]
    [InlineData(0, 0, true, true, false)]
    public void PredicatesAtTheirEdges(
        int collateral, int requirement, bool initial, bool maintenance, bool liquidatable)
    {
        IntegerRisk risk = new(collateral, requirement, requirement);
        Assert.Equal((initial, maintenance, liquidatable),
            (risk.IsInitialCollateralised, risk.IsMaintenanceCollateralised, risk.IsLiquidatable));
    }

    [Fact]
    public void RiskIsATotalOrderThatAgreesWithTheRatio()
    {
        var random = new Random(Seed);
        var risks = Enumerable.Range(0, 60)
            .Select(_ => new IntegerRisk(random.Next(-5, 6), 0, random.Next(1, 5))).ToList();
        foreach (var a in risks)
        {
            foreach (var b in risks)
            {
                Assert.Equal(-a.CompareRisk(b), b.CompareRisk(a));
                var (left, right) = ((double)a.NetCollateral / (double)a.MaintenanceMargin,
                    (double)b.NetCollateral / (double)b.MaintenanceMargin);
                if (Math.Abs(left - right) > 1e-9)
                {
                    Assert.Equal(left < right ? 1 : -1, a.CompareRisk(b));
                }
            }
        }
    }

    [Fact]
    public void ClosingAtTheBankruptcyQuoteUsesUpTheCollateralToTheUnit()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 500; i++)
        {
            IntegerPosition[] positions = [Draw(random), Draw(random)];
            BigInteger quote = random.NextInt64(-1_000_000_000, 1_000_000_000);
            var delta = -positions[0].BaseQuantums;
            var (check, first) = IntegerLiquidation.BankruptcyQuote(quote, positions, 0, delta);
            if (check != CloseCheck.Ok)
            {
                Assert.True(delta.IsZero || IntegerRisk.Of(quote, positions).MaintenanceMargin.IsZero);
                continue;
            }
            IntegerPosition[] left = [positions[1]];
            var rest = IntegerRisk.Of(quote + first, left);
            var (next, second) = IntegerLiquidation.BankruptcyQuote(quote + first, left, 0, -left[0].BaseQuantums);
            var end = next == CloseCheck.Ok ? quote + first + second : rest.NetCollateral;
            // what rounding left over after the first close belongs to the second
            Assert.True(end.IsZero, $"seed {Seed} round {i}: {end}");
        }
    }

    [Theory]
    [InlineData(-299, 100)]     // 1 of collateral, a third of it goes: floor(1/3) = 0
    [InlineData(-301, 101)]     // 1 is missing: floor(−1/3) = −1, so the account must receive one more
    public void TheShareIsFlooredOnBothSidesOfZero(int balance, int quote)
    {
        IntegerPosition position = new(3, -6, 100, 0, 200_000, 500_000);
        Assert.Equal((CloseCheck.Ok, (BigInteger)quote),
            IntegerLiquidation.BankruptcyQuote(balance, [position], 0, -1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-11)]
    public void OnlyAPartOfThePositionCanBeClosed(int delta) => Assert.Equal(
        CloseCheck.InvalidSizeDelta,
        IntegerLiquidation.BankruptcyQuote(0, [new(10, 0, 1, 0, 200_000, 500_000)], 0, delta).Check);

    [Fact]
    public void WithoutARequirementThereIsNoShareOfIt() => Assert.Equal(
        CloseCheck.NoRequirement, IntegerLiquidation.BankruptcyQuote(0, [new(10, 0, 1, 0, 0, 0)], 0, -10).Check);

    private static IntegerPosition Draw(Random random) => new(
        random.NextInt64(-1_000_000_000, 1_000_000_000), random.Next(-10, -4), random.NextInt64(1, 10_000_000_000),
        random.Next(-6, -2), random.Next(0, 1_000_001), random.Next(0, 1_000_001), random.NextInt64(0, 1_000_000_000),
        1_000_000, random.NextInt64(2_000_000, 1_000_000_000));

    private static BigInteger Truncate(BigInteger top, BigInteger bottom) => top.Sign * (BigInteger.Abs(top) / bottom);

    private static BigInteger Ceiling(BigInteger top, BigInteger bottom) => (top + bottom - 1) / bottom;
}
