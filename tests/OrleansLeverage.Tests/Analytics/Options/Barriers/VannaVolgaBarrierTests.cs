using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Options.Barriers;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options.Barriers;

/// <summary>
/// References: 40-digit evaluations of other forms than the product's (Reiner and Rubinstein as printed for one
/// barrier, the sine series of the killed diffusion for two), with derivatives by differences at 40 digits.
/// </summary>
public sealed class VannaVolgaBarrierTests
{
    /// <summary>Flat smile: the price is Black-Scholes. S 100, r 8 %, q 4 %, half a year, 25 %.</summary>
    [Theory]
    [InlineData(OptionRight.Call, 100, null, 120.0,
        1.4425641824564064, -11.3156302175847, -0.4399723833219, 94.44740670218)]
    [InlineData(OptionRight.Put, 95, null, 120.0,
        3.7801465324081429, 22.9855798999653, -0.6380947173447, -19.02624766468)]
    [InlineData(OptionRight.Put, 125, null, 120.0,
        20.923288807828235, -5.37957106541875, 0.1646216283358, 34.08331734449)]
    [InlineData(OptionRight.Call, 90, 85.0, null,
        12.980201801713756, 7.59671389350182, 0.1738091741192, -38.7484702101)]
    [InlineData(OptionRight.Call, 80, 85.0, null,
        19.187566026382006, -12.9797057420535, 0.07629303445464, 44.44498273213)]
    [InlineData(OptionRight.Put, 100, 85.0, null,
        0.9171216782659471, -7.09515239743801, 0.2823505718437, 55.3484918201)]
    public void OneBarrierOnAFlatSmileIsBlackScholes(OptionRight right, double strike, double? lower, double? upper,
        double price, double vega, double vanna, double volga)
    {
        var smile = Flat(ForwardMarket.FromRates(100.0, 0.5, 0.08, 0.04), 0.25);
        var value = VannaVolgaBarrier.Of(new BarrierOption(BarrierKind.KnockOut, right, strike, lower, upper), smile);
        Near(price, value.BlackScholes, 1e-12);
        Near(price, value.Price, 1e-10);
        Near(vega, value.Vega, 1e-11);
        Near(vanna, value.Vanna, 1e-10);
        Near(volga, value.Volga, 1e-10);
        Assert.False(value.IsBounded);
    }

    /// <summary>r 10 %, q 3 %.</summary>
    [Theory]
    [InlineData(OptionRight.Call, 100, 100, 80, 120, 0.25, 0.15,
        3.4083964135553585, 1.17923757396629, 0.97451938944247189)]
    [InlineData(OptionRight.Call, 100, 100, 90, 110, 0.5, 0.35,
        0.0010800320593938568, -0.0464849832493961, 0.00069748275599131427)]
    [InlineData(OptionRight.Put, 100, 100, 80, 120, 0.25, 0.25,
        2.8512273180024418, -2.53821146500291, 0.77381308306339334)]
    [InlineData(OptionRight.Put, 60000, 60000, 45000, 80000, 0.0821917808219178, 0.6,
        2394.3962485377153, -2380.13799486137, 0.81057210588847214)]
    public void TwoBarriersOnAFlatSmileAreTheSineSeries(OptionRight right, double spot, double strike, double lower,
        double upper, double years, double volatility, double price, double vega, double survival)
    {
        var smile = Flat(ForwardMarket.FromRates(spot, years, 0.1, 0.03), volatility);
        var value = VannaVolgaBarrier.Of(new BarrierOption(BarrierKind.KnockOut, right, strike, lower, upper), smile);
        // what is left of terms of the size of the spot
        Assert.Equal(price, value.BlackScholes, 1e-14 * spot);
        Assert.Equal(vega, value.Vega, 1e-11 * spot);
        Assert.Equal(survival, value.Survival, 1e-14);
    }

    [Fact]
    public void InAndOutAreTheVanillaAtTheMarketsVolatility()
    {
        var smile = Skewed();
        foreach (var right in Enum.GetValues<OptionRight>())
        {
            foreach (var (lower, upper) in new (double?, double?)[] { (1.1, null), (null, 1.5), (1.1, 1.5) })
            {
                var option = new BarrierOption(BarrierKind.KnockIn, right, 1.31179, lower, upper);
                var value = VannaVolgaBarrier.Of(option, smile, 0.08925);
                Assert.Equal(smile.Market.Price(right, 1.31179, 0.08925), value.KnockIn + value.KnockOut, 1e-15);
                Assert.Equal(value.KnockIn, value.Price);
                Assert.InRange(value.KnockOut, 0.0, value.Vanilla);
            }
        }
    }

    /// <summary>A barrier that is never reached leaves the vanilla on its smile.</summary>
    [Fact]
    public void FarBarriersLeaveTheVanilla()
    {
        var smile = Skewed();
        var option = new BarrierOption(BarrierKind.KnockOut, OptionRight.Call, 1.38843, 0.3, 6.0);
        var value = VannaVolgaBarrier.Of(option, smile);
        Assert.Equal(1.0, value.Survival, 1e-12);
        Assert.Equal(smile.Price(OptionRight.Call, 1.38843), value.KnockOut, 1e-9);
    }

    [Theory]
    [InlineData(1.1, 1.30265)]
    [InlineData(1.1, 1.2)]
    [InlineData(1.30265, 1.5)]
    public void ATouchedBarrierIsOverAndDone(double lower, double upper)
    {
        var smile = Skewed();
        var value = VannaVolgaBarrier.Of(
            new BarrierOption(BarrierKind.KnockIn, OptionRight.Put, 1.3, lower, upper), smile);
        Assert.Equal((value.Vanilla, 0.0, 0.0), (value.Price, value.KnockOut, value.Survival));
        Assert.True(value.Vanilla > 0.0);
    }

    /// <summary>Differences, as the published engines take them, are near the derivatives and not the same.</summary>
    [Fact]
    public void PublishedConventionsDifferFromTheExactOnesByLittle()
    {
        var (smile, option) = (Skewed(), new BarrierOption(BarrierKind.KnockOut, OptionRight.Call, 1.13321, 1.1, null));
        var exact = VannaVolgaBarrier.Of(option, smile, 0.11638);
        var single = VannaVolgaBarrier.Of(option, smile, 0.11638, VannaVolgaConvention.QuantLibSingle);
        Assert.InRange(Math.Abs(exact.Price - single.Price), 1e-7, 1.2e-4);
        Near(exact.Vega, single.Vega, 1e-2);
    }

    [Fact]
    public void BadOptionsAreRefused()
    {
        BarrierOption Put(double strike, double? lower, double? upper) =>
            new(BarrierKind.KnockIn, OptionRight.Put, strike, lower, upper);
        Assert.Throws<ArgumentException>(() => Put(1.0, null, null));
        Assert.Throws<ArgumentException>(() => Put(1.0, 2.0, 1.0));
        Fault(VolatilityFault.NotPositive, () => Put(0.0, 1.0, null));
        Fault(VolatilityFault.NotFinite, () => Put(1.0, double.NaN, null));
        var narrow = new BarrierOption(BarrierKind.KnockOut, OptionRight.Call, 100.0, 99.9999, 100.0001);
        Fault(VolatilityFault.NotConverged,
            () => VannaVolgaBarrier.Of(narrow, Flat(new ForwardMarket(100.0, 4.0), 2.0)));
    }

    private static VannaVolgaSmile Flat(ForwardMarket market, double volatility) =>
        new(market, new VannaVolgaPillars(volatility, volatility, volatility, DeltaConvention.Forward));

    private static VannaVolgaSmile Skewed() => new(ForwardMarket.FromRates(1.30265, 1.0, 0.0033871, 0.0003541),
        new VannaVolgaPillars(0.10087, 0.08925, 0.08463, DeltaConvention.Forward));

    private static void Near(double expected, double actual, double relative) =>
        Assert.Equal(expected, actual, Math.Abs(expected) * relative);

    private static void Fault(VolatilityFault fault, Action action) =>
        Assert.Equal(fault, Assert.Throws<VolatilityException>(action).Fault);
}
