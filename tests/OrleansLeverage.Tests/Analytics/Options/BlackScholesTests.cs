using System.Text.Json;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options;

public sealed class BlackScholesTests
{
    [Fact]
    public void HighPrecisionCases()
    {
        if (SharedData.Path("vectors/options_greeks_full.json") is not { } path)
        {
            return;
        }
        var cases = Cases(path);
        Assert.NotEmpty(cases);
        foreach (var vector in cases)
        {
            var inputs = vector.GetProperty("inputs");
            double Input(string name) => inputs.GetProperty(name).GetDouble();
            var option = new EuropeanOption(
                inputs.GetProperty("type").GetString() == "call" ? OptionRight.Call : OptionRight.Put,
                Input("S"), Input("K"), Input("T"), Input("sigma"), Input("r"), Input("q"));
            var value = new BlackScholes(option);
            var expected = vector.GetProperty("expected");
            void Same(string name, double actual)
            {
                var want = expected.GetProperty(name).GetDouble();
                Assert.True(Math.Abs(actual - want) <= 1e-12 + (1e-10 * Math.Abs(want)),
                    $"{vector.GetProperty("id")} {name}: expected {want:R}, actual {actual:R}");
            }
            Same("price", value.Price);
            Same("delta", value.Delta);
            Same("gamma", value.Gamma);
            Same("vega", value.Vega);
            Same("theta", value.Theta);
            Same("rho", value.Rho);
            Same("phi", value.Phi);
            Same("elasticity", OptionLeverage.Elasticity(option, value)!.Value);
        }
    }

    [Fact]
    public void TheNormalLawToTwelveDigits()
    {
        if (SharedData.Path("vectors/implied_vol_lbr_normalised.json") is not { } path)
        {
            return;
        }
        foreach (var vector in Cases(path))
        {
            var x = vector.GetProperty("inputs").GetProperty("z").GetDouble();
            var expected = vector.GetProperty("expected").GetProperty("norm_cdf").GetDouble();
            Assert.Equal(expected, NormalDistribution.Cumulative(x), 1e-14);
            Assert.Equal(1.0, NormalDistribution.Cumulative(x) + NormalDistribution.Cumulative(-x), 1e-15);
        }
    }

    [Theory]
    // N(x) far below the mean: 50-digit values
    [InlineData(-5, 2.866515718791939116738e-7)]
    [InlineData(-10, 7.619853024160526065973e-24)]
    [InlineData(-20, 2.753624118606233695076e-89)]
    [InlineData(-37, 5.725571222524577e-300)]
    public void TailsKeepTheirDigits(double x, double expected) =>
        Assert.Equal(1.0, NormalDistribution.Cumulative(x) / expected, 1e-12);

    [Fact]
    public void SensitivitiesAreTheDifferencesOfPrices()
    {
        foreach (var right in new[] { OptionRight.Call, OptionRight.Put })
        {
            EuropeanOption At(
                double spot = 105, double years = 0.5, double sigma = 0.36, double rate = 0.1, double yield = 0.03) =>
                new(right, spot, 100, years, sigma, rate, yield);
            double Price(EuropeanOption option) => new BlackScholes(option).Price;
            var value = new BlackScholes(At());
            const double Step = 1e-4;
            double Slope(Func<double, EuropeanOption> option) =>
                (Price(option(Step)) - Price(option(-Step))) / (2 * Step);
            Assert.Equal(Slope(h => At(spot: 105 + h)), value.Delta, 1e-7);
            Assert.Equal(Slope(h => At(sigma: 0.36 + h)), value.Vega, 1e-5);
            Assert.Equal(-Slope(h => At(years: 0.5 + h)), value.Theta, 1e-5);
            Assert.Equal(Slope(h => At(rate: 0.1 + h)), value.Rho, 1e-5);
            Assert.Equal(Slope(h => At(yield: 0.03 + h)), value.Phi, 1e-5);
            double Delta(double spot) => new BlackScholes(At(spot: spot)).Delta;
            Assert.Equal((Delta(105 + Step) - Delta(105 - Step)) / (2 * Step), value.Gamma, 1e-8);
        }
    }

    [Theory]
    [InlineData(110, 100, 0.5, 0.0, 12.4227, 1.0)]       // no volatility: 110 − 100·e^(−0.05·0.5)
    [InlineData(90, 100, 0.5, 0.0, 0.0, 0.0)]
    [InlineData(110, 100, 0.0, 0.3, 10.0, 1.0)]          // no time
    [InlineData(100, 100, 0.0, 0.3, 0.0, 0.5)]
    [InlineData(100, 0, 0.5, 0.3, 100.0, 1.0)]           // no strike: the spot itself
    public void LimitsAreIntrinsic(double spot, double strike, double years, double sigma, double price, double delta)
    {
        EuropeanOption option = new(OptionRight.Call, spot, strike, years, sigma, 0.05);
        BlackScholes value = new(option);
        Assert.Equal(price, value.Price, years == 0.5 && strike > 0 ? 0.05 : 1e-12);
        Assert.Equal(Math.Max(0.0, spot - (strike * Math.Exp(-0.05 * years))), value.Price, 1e-12);
        Assert.Equal(delta, value.Delta, 1e-12);
        Assert.Equal((0.0, 0.0), (value.Gamma, value.Vega));
        Assert.True(double.IsFinite(value.Theta) && double.IsFinite(value.Rho));
    }

    [Fact]
    public void AWorthlessOptionLeversNothing()
    {
        EuropeanOption option = new(OptionRight.Call, 50, 100, 0.0, 0.3);
        BlackScholes value = new(option);
        Assert.Null(OptionLeverage.Elasticity(option, value));
        Assert.Null(OptionLeverage.VegaElasticity(option, value));
        Assert.Null(OptionLeverage.ThetaBurnPerDay(value));
        Assert.Equal(0.0, OptionLeverage.DeltaChangePerPercent(option, value));
    }

    [Theory]
    [InlineData(0, 100, 1, 0.2)]
    [InlineData(100, -1, 1, 0.2)]
    [InlineData(100, 100, -1, 0.2)]
    [InlineData(100, 100, 1, -0.2)]
    [InlineData(double.NaN, 100, 1, 0.2)]
    [InlineData(100, 100, double.PositiveInfinity, 0.2)]
    public void SenselessOptionsAreRefused(double spot, double strike, double years, double sigma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new EuropeanOption(OptionRight.Call, spot, strike, years, sigma));

    private static List<JsonElement> Cases(string path) =>
        [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("cases").EnumerateArray()];
}
