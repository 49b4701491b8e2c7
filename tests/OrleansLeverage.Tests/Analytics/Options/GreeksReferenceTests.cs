using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options;

/// <summary>Price to 1e-12 and every sensitivity to 1e-10, out to 34 standard deviations.</summary>
public sealed class GreeksReferenceTests
{
    private static readonly (string Name, Func<BlackScholes, double> Value)[] Linear =
    [
        ("delta", v => v.Delta), ("gamma", v => v.Gamma), ("vega", v => v.Vega), ("theta", v => v.Theta),
        ("rho", v => v.Rho), ("phi", v => v.Phi), ("vanna", v => v.Vanna), ("volga", v => v.Volga),
        ("charm", v => v.Charm), ("veta", v => v.Veta), ("speed", v => v.Speed), ("zomma", v => v.Zomma),
        ("color", v => v.Color), ("ultima", v => v.Ultima), ("dual_delta", v => v.DualDelta),
        ("dual_gamma", v => v.DualGamma), ("coin_delta", v => v.InCoin().Delta),
        ("coin_gamma", v => v.InCoin().Gamma), ("coin_vanna", v => v.InCoin().Vanna),
        ("coin_charm", v => v.InCoin().Charm), ("coin_speed", v => v.InCoin().Speed),
        ("coin_zomma", v => v.InCoin().Zomma), ("coin_color", v => v.InCoin().Color),
    ];

    [Fact]
    public void AgreeWithDifferencesOfThePrice()
    {
        var rows = ReferenceRows.Of("greeks.csv");
        Assert.Equal(72, rows.Count);
        foreach (var row in rows)
        {
            BlackScholes value = new(Option(row));
            Same(row, "price", value.Price, 1e-12);
            foreach (var (name, sensitivity) in Linear)
            {
                Same(row, name, sensitivity(value), 1e-10);
            }
        }
    }

    /// <summary>Every sensitivity is finite at every corner of the range that options are taken from.</summary>
    [Fact]
    public void NoCornerGivesAnythingThatIsNoNumber()
    {
        double[] prices = [1e-100, 1e-3, 1.0, 1e100];
        double[] deviations = [0.0, 1e-12, 1e-3, 0.5, 1e4];
        foreach (var right in new[] { OptionRight.Call, OptionRight.Put })
        foreach (var (spot, strike) in prices.SelectMany(s => prices.Append(0.0).Select(k => (s, k))))
        foreach (var (years, sigma) in deviations.SelectMany(t => deviations.Select(v => (t, v))))
        foreach (var rate in new[] { 0.0, -0.02, 0.02 })
        {
            EuropeanOption option = new(right, spot, strike, years, sigma, rate, -rate / 2.0);
            BlackScholes value = new(option);
            Assert.True(double.IsFinite(value.Price) && value.Price >= 0.0, $"{option}: {value.Price}");
            foreach (var (name, sensitivity) in Linear)
            {
                Assert.False(double.IsNaN(sensitivity(value)), $"{option}: {name}");
            }
        }
    }

    private static EuropeanOption Option(ReferenceRows row) => new(
        row.Text("right") == "call" ? OptionRight.Call : OptionRight.Put, row["spot"], row["strike"], row["years"],
        row["volatility"], row["rate"], row["yield"]);

    private static void Same(ReferenceRows row, string name, double actual, double relative)
    {
        var expected = row[name];
        // values that doubles hold only in part are left out
        if (Math.Abs(expected) < 1e-280)
        {
            Assert.True(Math.Abs(actual) < 1e-270, $"{row} {name}: expected {expected:R}, actual {actual:R}");
            return;
        }
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected),
            $"{row} {name}: expected {expected:R}, actual {actual:R}, {Math.Abs((actual / expected) - 1.0):E2} off");
    }
}
