using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Options;

/// <summary>What is wrong with option inputs most often, each by its name; no NaN comes out of any.</summary>
public sealed class BadOptionInputTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a price below intrinsic", "BelowIntrinsic")]
    [InlineData("a price at the maximum", "AtMaximum")]
    [InlineData("a price above the maximum", "AboveMaximum")]
    [InlineData("a volatility below zero", "VolatilityNegative")]
    [InlineData("a time below zero", "Expired")]
    [InlineData("an implied volatility with no time left", "Expired")]
    [InlineData("a surface past its expiry", "Expired")]
    [InlineData("an implied volatility at strike 0", "StrikeNotPositive")]
    [InlineData("a strike below zero", "StrikeNegative")]
    [InlineData("a crossed quote in a smile", "Crossed")]
    [InlineData("a crossed quote in an index", "Crossed")]
    [InlineData("missing wings of an index", "PutWing, CallWing")]
    [InlineData("missing wings of pillars", "WingMissing")]
    [InlineData("NaN as a strike of a surface", "NotFinite")]
    [InlineData("NaN in a surface", "NotFinite")]
    [InlineData("an unknown expiry", "UnknownExpiry")]
    [InlineData("NaN as an option", "NotFinite")]
    [InlineData("NaN as a price", "NotFinite")]
    public void BadInputHasItsName(string what, string name) => Assert.Equal(name, Name(what));

    /// <summary>Zero volatility, zero time and strike 0 are limits, not errors: the values there are known.</summary>
    [Theory]
    [InlineData(OptionRight.Call, 100.0, 80.0, 0.5, 0.0, 20.0)]
    [InlineData(OptionRight.Put, 100.0, 80.0, 0.5, 0.0, 0.0)]
    [InlineData(OptionRight.Call, 100.0, 80.0, 0.0, 0.6, 20.0)]
    [InlineData(OptionRight.Put, 100.0, 120.0, 0.0, 0.6, 20.0)]
    [InlineData(OptionRight.Call, 100.0, 0.0, 0.5, 0.6, 100.0)]
    [InlineData(OptionRight.Put, 100.0, 0.0, 0.5, 0.6, 0.0)]
    [InlineData(OptionRight.Call, 100.0, 100.0, 0.0, 0.0, 0.0)]
    public void AtTheLimitsEveryFigureIsANumber(
        OptionRight right, double spot, double strike, double years, double volatility, double price)
    {
        var value = new BlackScholes(new EuropeanOption(right, spot, strike, years, volatility));
        Assert.Equal(price, value.Price);
        Assert.All((double[])[value.Delta, value.Gamma, value.Vega, value.Theta, value.Rho, value.Vanna, value.Volga],
            figure => Assert.False(double.IsNaN(figure)));
    }

    private static string Name(string what) => what switch
    {
        "a price below intrinsic" => Implied(100.0, 80.0, 0.5, 19.99),
        "a price at the maximum" => Implied(100.0, 120.0, 0.5, 100.0),
        "a price above the maximum" => Implied(100.0, 120.0, 0.5, 100.01),
        "a volatility below zero" => EuropeanOption.Check(100.0, 80.0, 0.5, -0.1).ToString(),
        "a time below zero" => EuropeanOption.Check(100.0, 80.0, -0.5, 0.1).ToString(),
        "an implied volatility with no time left" => Implied(100.0, 80.0, 0.0, 25.0),
        "a surface past its expiry" => Fault(() => Surface().Interpolate(Now, 100.0)),
        "an implied volatility at strike 0" => Implied(100.0, 0.0, 0.5, 25.0),
        "a strike below zero" => EuropeanOption.Check(100.0, -80.0, 0.5, 0.1).ToString(),
        "a crossed quote in a smile" => SmileQuotes.Of([Quote(90.0, 2.0, 1.0)], 0.1, QuoteSource.Quotes, 0.0)
            .Rejected.Single().Fault.ToString(),
        "a crossed quote in an index" => StripPrice.FromQuote(2.0, 1.0).State.ToString(),
        "missing wings of an index" => (StripVariance.Of(Strip(80.0, 125.0)).Completeness.Lacks
            & (StripLacks.PutWing | StripLacks.CallWing)).ToString(),
        "missing wings of pillars" => Fault(() => PillarQuotes.Of(Surface().Smile(Now.AddDays(30)), 99.0, 101.0)),
        "NaN as a strike of a surface" => Fault(() => Surface().At(Now.AddDays(30), double.NaN)),
        "NaN in a surface" => Fault(() => Smile(double.NaN)),
        "an unknown expiry" => Fault(() => Surface().At(Now.AddDays(31), 100.0)),
        "NaN as an option" => EuropeanOption.Check(double.NaN, 80.0, 0.5, 0.1).ToString(),
        "NaN as a price" => Implied(100.0, 80.0, 0.5, double.NaN),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such case"),
    };

    private static string Implied(double forward, double strike, double years, double price)
    {
        var found = ImpliedVolatility.OfForward(OptionRight.Call, forward, strike, years, price);
        Assert.Null(found.Value);
        return found.Status.ToString();
    }

    private static string Fault(Func<object> action) => Assert.Throws<VolatilityException>(action).Fault.ToString();

    private static OptionQuote Quote(double strike, double bid, double ask) =>
        new(OptionRight.Put, strike, Now.AddDays(36), 100.0) { Bid = bid, Ask = ask };

    private static VolatilitySurface Surface() => new("BTC", Now, [new SurfaceSlice(Now.AddDays(30), Smile(0.6))]);

    private static QuotedSmile Smile(double volatility) =>
        new(new ForwardMarket(100.0, 30.0 / 365.0), [new(25.0, volatility), new(400.0, 0.6)]);

    // a flat smile of 60 % over a month, cut off between the two strikes
    private static OptionStrip Strip(double from, double to)
    {
        var market = new ForwardMarket(100.0, 30.0 / 365.0);
        StripPrice Price(OptionRight right, double strike) => StripPrice.FromMark(market.Price(right, strike, 0.6));
        var rows = Enumerable.Range(0, (int)((to - from) / 2.5) + 1).Select(i => from + (2.5 * i))
            .Select(strike => new StripRow(strike, Price(OptionRight.Call, strike), Price(OptionRight.Put, strike)));
        return new OptionStrip(30 * MinutesToExpiry.PerDay, 0.0, [.. rows]);
    }
}
