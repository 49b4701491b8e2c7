using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Volatility;

public sealed class VannaVolgaSmileTests
{
    /// <summary>EURUSD of 1 July 2005, three months: Castagna and Mercurio, Risk, January 2007.</summary>
    private static readonly ForwardMarket Euro = new(1.205, 94.0 / 365.0, 0.9902752, 0.9945049);

    private static readonly VannaVolgaPillars EuroPillars = new(0.0979, 0.09375, 0.0929, DeltaConvention.Spot);

    public static TheoryData<double, double, double, double, double, DeltaConvention> Markets => new()
    {
        { 60_000.0, 30.0 / 365.0, 0.66, 0.60, 0.62, DeltaConvention.Forward },
        { 60_000.0, 1.0 / 365.0, 0.72, 0.65, 0.64, DeltaConvention.Forward },
        { 2_000.0, 1.0, 0.80, 0.75, 0.79, DeltaConvention.PremiumAdjustedForward },
        { 1.3, 2.0, 0.10891, 0.09525, 0.09197, DeltaConvention.PremiumAdjustedSpot },
        { 1.3, 0.5, 0.09, 0.10, 0.12, DeltaConvention.Spot },
    };

    /// <summary>Pillars are repriced to 1e-10 of their price, and their volatilities come back.</summary>
    [Theory]
    [MemberData(nameof(Markets))]
    public void PillarsAreRepriced(
        double spot, double years, double put, double atm, double call, DeltaConvention delta)
    {
        var market = ForwardMarket.FromRates(spot, years, 0.02, 0.01);
        var smile = new VannaVolgaSmile(market, new VannaVolgaPillars(put, atm, call, delta));
        foreach (var (strike, volatility) in new[]
        {
            (smile.PutStrike, put), (smile.AtmStrike, atm), (smile.CallStrike, call),
        })
        {
            foreach (var right in Enum.GetValues<OptionRight>())
            {
                var price = market.Price(right, strike, volatility);
                Assert.Equal(price, smile.Price(right, strike), 1e-10 * price);
            }
            Assert.Equal(volatility, smile.At(strike).Volatility, 1e-12);
            Assert.Equal(volatility, smile.FirstOrder(strike), 1e-14);
            Assert.Equal(volatility, smile.SecondOrder(strike)!.Value, 1e-14);
        }
    }

    /// <summary>The strikes have the deltas that their quotes are at.</summary>
    [Theory]
    [MemberData(nameof(Markets))]
    public void PillarsAreAtTheirDeltas(
        double spot, double years, double put, double atm, double call, DeltaConvention delta)
    {
        var market = ForwardMarket.FromRates(spot, years, 0.02, 0.01);
        var smile = new VannaVolgaSmile(market, new VannaVolgaPillars(put, atm, call, delta));
        double Delta(OptionRight right, double strike, double volatility) =>
            new BlackScholes(market.Option(right, strike, volatility)).DeltaAs(delta);
        Assert.Equal(-0.25, Delta(OptionRight.Put, smile.PutStrike, put), 1e-11);
        Assert.Equal(0.25, Delta(OptionRight.Call, smile.CallStrike, call), 1e-11);
        Assert.Equal(0.0, Delta(OptionRight.Call, smile.AtmStrike, atm) + Delta(OptionRight.Put, smile.AtmStrike, atm),
            1e-14);
    }

    /// <summary>What the method is: vega, vanna and volga of the three pillars are the option's.</summary>
    [Theory]
    [InlineData(1.10)]
    [InlineData(1.18)]
    [InlineData(1.24)]
    [InlineData(1.30)]
    public void TheReplicatingPortfolioHasTheSensitivities(double strike)
    {
        var smile = new VannaVolgaSmile(Euro, EuroPillars);
        var weights = smile.Weights(strike);
        BlackScholes At(double k) => new(Euro.Option(OptionRight.Call, k, EuroPillars.Atm));
        foreach (var greek in new Func<BlackScholes, double>[] { v => v.Vega, v => v.Vanna, v => v.Volga })
        {
            var parts = new[]
            {
                weights.Put * greek(At(smile.PutStrike)), weights.Atm * greek(At(smile.AtmStrike)),
                weights.Call * greek(At(smile.CallStrike)),
            };
            Assert.Equal(greek(At(strike)), parts.Sum(), 1e-13 * parts.Sum(Math.Abs) + 1e-15);
        }
    }

    /// <summary>
    /// Derivatives of the price by the spot with the pillars' volatilities held, at 40 digits, and deltas of
    /// Black-Scholes at the smile's volatility.
    /// </summary>
    [Theory]
    [InlineData(1.15, 0.064672046345654122, 0.864873168127482)]
    [InlineData(1.24, 0.010999231041926498, 0.309761333015723)]
    [InlineData(1.30, 0.001897604041231513, 0.0643644479710977)]
    public void StickyDeltaIsTheDerivativeOfThePrice(double strike, double price, double derivative)
    {
        var smile = new VannaVolgaSmile(Euro, EuroPillars);
        Assert.Equal(price, smile.Price(OptionRight.Call, strike), 1e-13 * price);
        var sticky = SmileDelta.Of(smile, OptionRight.Call, strike, SmileRule.StickyDelta);
        Assert.Equal(derivative, sticky.Value, 1e-9);
        var fixedStrike = SmileDelta.Of(smile, OptionRight.Call, strike, SmileRule.StickyStrike);
        Assert.Equal(fixedStrike.BlackScholesDelta, fixedStrike.Value);
        Assert.Equal((SmileRule.StickyStrike, 0.0), (fixedStrike.Rule, fixedStrike.VolatilityPerSpot));
        Assert.NotEqual(fixedStrike.Value, sticky.Value, 1e-4);
        // call − put is the discounted forward's delta, whatever the rule
        var put = SmileDelta.Of(smile, OptionRight.Put, strike, SmileRule.StickyDelta);
        Assert.Equal(Euro.ForeignDiscount, sticky.Value - put.Value, 1e-13);
    }

    [Fact]
    public void WingsAreFlaggedAndHeldWhereTheMethodEnds()
    {
        var sound = new VannaVolgaSmile(Euro, EuroPillars);
        Assert.Equal(SmileFlags.None, sound.At(1.18).Flags);
        Assert.Equal(SmileFlags.BeyondFiveDelta, sound.At(1.10).Flags);
        Assert.Equal(SmileFlags.BeyondFiveDelta, sound.At(1.33).Flags);

        // a butterfly so wide that prices stop being convex right outside the pillars
        var wild = new VannaVolgaSmile(new ForwardMarket(100.0, 0.25), new VannaVolgaPillars(
            0.9, 0.5, 0.7, DeltaConvention.Forward));
        var last = wild.LowestSound;
        Assert.InRange(last, 1.0, wild.PutStrike);
        var beyond = wild.At(last * 0.5);
        Assert.True(beyond.Flags.HasFlag(SmileFlags.Held));
        Assert.Equal(wild.At(last).Volatility, beyond.Volatility);
        for (var strike = 5.0; strike < 1_000.0; strike *= 1.1)
        {
            Assert.True(double.IsFinite(wild.At(strike).Volatility));
        }
    }

    [Fact]
    public void BadPillarsAreRefused()
    {
        var market = new ForwardMarket(100.0, 1.0);
        VolatilityFault Fault(double put, double atm, double call) => Assert.Throws<VolatilityException>(() =>
            new VannaVolgaSmile(market, new VannaVolgaPillars(put, atm, call, DeltaConvention.Forward))).Fault;
        Assert.Equal(VolatilityFault.NotFinite, Fault(double.NaN, 0.5, 0.5));
        Assert.Equal(VolatilityFault.NotPositive, Fault(0.5, 0.0, 0.5));
        Assert.Equal(VolatilityFault.NotPositive, Fault(0.5, 0.5, -0.1));
        // a straddle further out than the call
        Assert.Equal(VolatilityFault.PillarOrder, Fault(0.3, 2.0, 0.1));
        Assert.Equal(VolatilityFault.Expired,
            Assert.Throws<VolatilityException>(() => new ForwardMarket(100.0, 0.0)).Fault);
        var smile = new VannaVolgaSmile(market, new VannaVolgaPillars(0.5, 0.5, 0.5, DeltaConvention.Forward));
        Assert.Equal("not_finite", Assert.Throws<VolatilityException>(() => smile.At(double.NaN)).Code);
        Assert.Equal("not_positive", Assert.Throws<VolatilityException>(() => smile.At(0.0)).Code);
    }

    /// <summary>Pillars read off a smile rebuild it; a smile without a wing has no pillar there.</summary>
    [Fact]
    public void PillarsAreFoundOnASmile()
    {
        var market = new ForwardMarket(60_000.0, 30.0 / 365.0);
        var pillars = new VannaVolgaPillars(0.66, 0.60, 0.62, DeltaConvention.Forward);
        var smile = new VannaVolgaSmile(market, pillars);
        var found = PillarQuotes.Of(smile, 30_000.0, 120_000.0);
        Assert.Equal(0.66, found.Put, 1e-10);
        Assert.Equal(0.60, found.Atm, 1e-10);
        Assert.Equal(0.62, found.Call, 1e-10);
        Assert.Equal((-0.04, 0.04), (Math.Round(found.RiskReversal, 10), Math.Round(found.Butterfly, 10)));
        var missing = Assert.Throws<VolatilityException>(() => PillarQuotes.Of(smile, 58_000.0, 120_000.0));
        Assert.Equal(VolatilityFault.WingMissing, missing.Fault);
    }
}
