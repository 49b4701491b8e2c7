using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options;

public sealed class ImpliedVolatilityTests
{
    private const double Epsilon = 2.220446049250313e-16;

    [Fact]
    public void IsAsGoodAsThePriceAllows()
    {
        var rows = ReferenceRows.Of("implied.csv");
        Assert.Equal(240, rows.Count);
        foreach (var row in rows)
        {
            var solved = ImpliedVolatility.OfForward(Right(row), row["forward"], row["strike"], row["years"],
                row["price"]);
            Assert.True(solved.Status == ImpliedVolatilityStatus.Solved, $"{row}: {solved}");
            var error = Math.Abs(solved.Value!.Value - row["volatility"]) / row["volatility"];
            // the price's last bit, and one ε for years and volatility themselves being rounded
            Assert.True(error <= 32.0 * Math.Max(row["attainable"], Epsilon), $"{row}: {solved}, {error:E2} off");
            Assert.Equal(1.0, solved.Attainable!.Value / row["attainable"], 2e-3);
        }
    }

    [Theory]
    [InlineData(OptionRight.Call, 100, 90, 1, 9.99, ImpliedVolatilityStatus.BelowIntrinsic)]
    [InlineData(OptionRight.Put, 100, 110, 1, 9.99, ImpliedVolatilityStatus.BelowIntrinsic)]
    [InlineData(OptionRight.Call, 100, 110, 1, -1e-9, ImpliedVolatilityStatus.BelowIntrinsic)]
    [InlineData(OptionRight.Call, 100, 90, 1, 100.01, ImpliedVolatilityStatus.AboveMaximum)]
    [InlineData(OptionRight.Put, 100, 90, 1, 90.01, ImpliedVolatilityStatus.AboveMaximum)]
    [InlineData(OptionRight.Call, 100, 110, 1, 100, ImpliedVolatilityStatus.AtMaximum)]
    [InlineData(OptionRight.Put, 100, 110, 1, 110, ImpliedVolatilityStatus.AtMaximum)]
    [InlineData(OptionRight.Call, 100, 110, 0, 1, ImpliedVolatilityStatus.Expired)]
    [InlineData(OptionRight.Call, 100, 110, -1, 1, ImpliedVolatilityStatus.Expired)]
    [InlineData(OptionRight.Call, 0, 110, 1, 1, ImpliedVolatilityStatus.ForwardNotPositive)]
    [InlineData(OptionRight.Call, -5, 110, 1, 1, ImpliedVolatilityStatus.ForwardNotPositive)]
    [InlineData(OptionRight.Call, 100, 0, 1, 1, ImpliedVolatilityStatus.StrikeNotPositive)]
    [InlineData(OptionRight.Call, 100, -1, 1, 1, ImpliedVolatilityStatus.StrikeNotPositive)]
    [InlineData(OptionRight.Call, double.NaN, 110, 1, 1, ImpliedVolatilityStatus.NotFinite)]
    [InlineData(OptionRight.Call, 100, double.NaN, 1, 1, ImpliedVolatilityStatus.NotFinite)]
    [InlineData(OptionRight.Call, 100, 110, double.PositiveInfinity, 1, ImpliedVolatilityStatus.NotFinite)]
    [InlineData(OptionRight.Call, 100, 110, 1, double.NaN, ImpliedVolatilityStatus.NotFinite)]
    [InlineData(OptionRight.Call, 1e101, 110, 1, 1, ImpliedVolatilityStatus.OutOfRange)]
    [InlineData(OptionRight.Call, 100, 110, 1e-13, 1, ImpliedVolatilityStatus.OutOfRange)]
    public void WhatNoVolatilityExplainsIsNamed(OptionRight right, double forward, double strike, double years,
        double price, ImpliedVolatilityStatus status) =>
        Assert.Equal(new ImpliedVolatility(status, null, null),
            ImpliedVolatility.OfForward(right, forward, strike, years, price));

    [Theory]
    [InlineData(OptionRight.Call, 100, 110, 0)]
    [InlineData(OptionRight.Put, 100, 110, 10)]
    [InlineData(OptionRight.Call, 0.3, 0.1, 0.19999999999999998)]    // 0.3 − 0.1 as doubles subtract it
    public void IntrinsicValueToTheLastBitIsNoVolatility(OptionRight right, double forward, double strike, double price)
        => Assert.Equal(new ImpliedVolatility(ImpliedVolatilityStatus.AtIntrinsic, 0.0, null),
            ImpliedVolatility.OfForward(right, forward, strike, 1.0, price));

    /// <summary>Whatever price lies between the bounds, there is an answer that prices it again.</summary>
    [Fact]
    public void EveryPriceBetweenTheBoundsIsPricedAgain()
    {
        var random = new Random(20210211);
        for (var i = 0; i < 20_000; i++)
        {
            var strike = Math.Exp((random.NextDouble() - 0.5) * Math.Pow(10.0, random.Next(-8, 3)));
            var most = Math.Min(1.0, strike);
            var share = (i % 3) switch
            {
                0 => random.NextDouble(),
                1 => Math.Pow(10.0, -290.0 * random.NextDouble()),
                _ => 1.0 - Math.Pow(10.0, -15.0 * random.NextDouble()),
            };
            if (most * share is 0.0 or 1.0)
            {
                continue;
            }
            var right = strike >= 1.0 ? OptionRight.Call : OptionRight.Put;
            var solved = ImpliedVolatility.OfForward(right, 1.0, strike, 1.0, most * share);
            if (solved.Status == ImpliedVolatilityStatus.AtMaximum)
            {
                continue;
            }
            Assert.True(solved.Status == ImpliedVolatilityStatus.Solved && double.IsFinite(solved.Value!.Value),
                $"strike {strike:R} share {share:R}: {solved}");
            if (solved.Value < 1e-12)
            {
                continue;
            }
            var again = new BlackScholes(EuropeanOption.OnForward(right, 1.0, strike, 1.0, solved.Value.Value)).Price;
            // a price far out answers a volatility's last bit d² times over
            var bits = Math.Max(4.0, 4.0 * Epsilon / solved.Attainable!.Value);
            Assert.True(Math.Abs(again / (most * share) - 1.0) <= 4.0 * bits * Epsilon,
                $"strike {strike:R} share {share:R}: {solved}, again {again:R}");
        }
    }

    private static OptionRight Right(ReferenceRows row) =>
        row.Text("right") == "call" ? OptionRight.Call : OptionRight.Put;
}
