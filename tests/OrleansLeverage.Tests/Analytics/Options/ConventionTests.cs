using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options;

public sealed class ConventionTests
{
    /// <summary>
    /// QuantLib blackdeltacalculator, as the quant reference quotes it: strikes of a 15-delta call, to five digits.
    /// </summary>
    [Theory]
    [InlineData(DeltaConvention.Spot, 1.60808)]
    [InlineData(DeltaConvention.PremiumAdjustedSpot, 1.600545)]
    [InlineData(DeltaConvention.Forward, 1.609029)]
    [InlineData(DeltaConvention.PremiumAdjustedForward, 1.60155)]
    public void TheStrikeOfFifteenDelta(DeltaConvention convention, double strike) =>
        Assert.Equal(strike, StrikeFromDelta.Find(OptionRight.Call, convention, 0.15, 1.421 * 0.992266 / 0.997306,
            0.1180654, 0.992266)!.Value, 5e-5);

    [Fact]
    public void EveryStrikeHasTheDeltaThatItWasFoundFor()
    {
        foreach (var convention in Enum.GetValues<DeltaConvention>())
        foreach (var right in new[] { OptionRight.Call, OptionRight.Put })
        foreach (var size in new[] { 0.01, 0.1, 0.25, 0.4 })
        foreach (var deviation in new[] { 0.02, 0.2, 0.8 })
        {
            var delta = right == OptionRight.Call ? size : -size;
            var strike = StrikeFromDelta.Find(right, convention, delta, 105.0, deviation, 0.98);
            if (strike is null)
            {
                // a premium-adjusted call has a largest delta
                Assert.True(right == OptionRight.Call && convention > DeltaConvention.Forward && deviation == 0.8);
                continue;
            }
            BlackScholes value = new(EuropeanOption.FromForward(right, 105.0, strike.Value, deviation, 0.95,
                105.0 * 0.95 / 0.98));
            Assert.Equal(delta, value.DeltaAs(convention), 1e-12);
        }
    }

    [Theory]
    [InlineData(OptionRight.Call, -0.25)]
    [InlineData(OptionRight.Put, 0.25)]
    [InlineData(OptionRight.Call, 1.01)]
    [InlineData(OptionRight.Call, 0.0)]
    [InlineData(OptionRight.Call, double.NaN)]
    public void NoStrikeHasADeltaBeyondItsRange(OptionRight right, double delta) =>
        Assert.All(Enum.GetValues<DeltaConvention>(), convention =>
            Assert.Null(StrikeFromDelta.Find(right, convention, delta, 100.0, 0.2)));

    /// <summary>All six forms as the quant reference evaluates them, section 3.</summary>
    [Theory]
    [InlineData(ContractStyle.Linear, FundingSpot.Previous, 0.01, 0.25, 10025.104585)]
    [InlineData(ContractStyle.Inverse, FundingSpot.Current, 0.01, 0.25, 30025.041719)]
    [InlineData(ContractStyle.Linear, FundingSpot.Current, 0.01, 0.25, 9975.103752)]
    [InlineData(ContractStyle.Inverse, FundingSpot.Previous, 0.01, 0.25, 29975.041615)]
    [InlineData(ContractStyle.Linear, FundingSpot.Previous, 0.2, 0.0, 10833.333333)]
    [InlineData(ContractStyle.Inverse, FundingSpot.Previous, 0.2, 0.0, 11282.051282)]
    public void PerpetualPrices(ContractStyle style, FundingSpot funding, double premium, double interval, double price)
    {
        PerpetualTerms terms = new(0.04, 0.02, premium, 0.005, interval);
        Assert.Equal(price, terms.FairPrice(10_000.0, style, funding)!.Value, price * 1e-6);
    }

    [Fact]
    public void FundingThatDoesNotHoldHasNoPrice()
    {
        Assert.Null(new PerpetualTerms(0.04, 0.02, 0.005, 0.005, 0.25)
            .FairPrice(100.0, ContractStyle.Linear, FundingSpot.Current));
        Assert.Null(new PerpetualTerms(0.5, 0.0, 0.01, 0.005, 0.0)
            .FairPrice(100.0, ContractStyle.Linear, FundingSpot.Current));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerpetualTerms(0.04, 0.02, double.NaN, 0.005, 0.25)
            .FairPrice(100.0, ContractStyle.Linear, FundingSpot.Current));
        Assert.Equal(100.0 * Math.Exp(0.02), FutureFairPrice.Of(100.0, 0.05, 0.01, 0.5), 1e-12);
        Assert.Equal(0.04, FutureFairPrice.ImpliedCarry(100.0, 100.0 * Math.Exp(0.02), 0.5)!.Value, 1e-15);
        Assert.Null(FutureFairPrice.ImpliedCarry(100.0, 101.0, 0.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FutureFairPrice.Of(-1.0, 0.0, 0.0, 1.0));
    }

    [Fact]
    public void ManyAtOnceAreTheSameBitsAsOneByOne()
    {
        OptionColumns columns = new(500);
        for (var i = 0; i < columns.Count; i++)
        {
            columns.Right[i] = i % 2 == 0 ? OptionRight.Call : OptionRight.Put;
            columns.Spot[i] = i == 7 ? double.NaN : 100.0 + (i % 13);
            columns.Strike[i] = i == 11 ? -1.0 : 40.0 + (i % 120);
            columns.Years[i] = i == 13 ? -0.1 : (i % 50) / 25.0;
            columns.Volatility[i] = i == 17 ? 1e9 : (i % 31) / 30.0;
            (columns.Rate[i], columns.Yield[i]) = ((i % 5) / 50.0, (i % 3) / 50.0);
        }
        Assert.Equal(4, columns.Evaluate());
        Assert.Equal([OptionFault.NotFinite, OptionFault.StrikeNegative, OptionFault.Expired, OptionFault.OutOfRange],
            new[] { 7, 11, 13, 17 }.Select(i => columns.Fault[i]));
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns.Fault[i] != OptionFault.None)
            {
                Assert.Equal(0.0, columns.Price[i]);
                continue;
            }
            BlackScholes one = new(new EuropeanOption(columns.Right[i], columns.Spot[i], columns.Strike[i],
                columns.Years[i], columns.Volatility[i], columns.Rate[i], columns.Yield[i]));
            Assert.Equal((one.Price, one.Delta, one.Gamma, one.Vega, one.Theta, one.Rho, one.Phi),
                (columns.Price[i], columns.Delta[i], columns.Gamma[i], columns.Vega[i], columns.Theta[i],
                columns.Rho[i], columns.Phi[i]));
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        columns.Evaluate();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
