using System.Globalization;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.OptionChains;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.VolatilityIndex;

public sealed class StripVarianceTests
{
    /// <summary>Every digit that Cboe prints for its 2014 strips: forwards, terms, variances, strikes, index.</summary>
    [Fact]
    public void TheStripsOf2014AreThePrintedDigits()
    {
        if (SharedData.Path("data/vix_whitepaper_2014_options.csv") is not { } path)
        {
            return;
        }
        var file = StripFile.Open(path);
        var (nearTime, nextTime) = (new MinutesToExpiry(854, 510, 34_560), new MinutesToExpiry(854, 900, 44_640));
        var near = StripVariance.Of(new OptionStrip(nearTime.Total, 0.000305, file.Terms[0].Rows));
        var next = StripVariance.Of(new OptionStrip(nextTime.Total, 0.000286, file.Terms[1].Rows));
        Printed("0.0683486", nearTime.Years);
        Printed("0.0882686", nextTime.Years);
        Printed("1962.89996", near.Forward);
        Printed("1962.40006", next.Forward);
        Assert.Equal((1960.0, 1960.0), (near.CentralStrike, next.CentralStrike));
        Assert.Equal((146, 122), (near.Contributions.Count, next.Contributions.Count));
        Assert.Equal((1370.0, 2125.0), (near.Contributions[0].Strike, near.Contributions[^1].Strike));
        Printed("0.018495", near.ReplicationTerm);
        Printed("0.018838", next.ReplicationTerm);
        Printed("0.00003203", near.ForwardTerm);
        Printed("0.00001699", next.ForwardTerm);
        Printed("0.01846292", near.Variance);
        Printed("0.01882101", next.Variance);
        Printed("0.0000005328", near.Contributions[0].Amount);
        var index = IndexValue.Of(near, next);
        Printed("13.69", index.Points);
        Assert.Equal(13.68582053794788, index.Points, 1e-12);
        Assert.Equal(index.Points, index.Published);
        Assert.Equal(StripLacks.None, index.Lacks);
    }

    [Fact]
    public void TheStripsOf2009AreThePrintedDigits()
    {
        if (SharedData.Path("data/vix_whitepaper_2009_options.csv") is not { } path)
        {
            return;
        }
        var file = StripFile.Open(path);
        Assert.Equal(["9", "37"], file.Terms.Select(term => term.Term));
        var terms = file.Terms.Select(term => StripVariance.Of(new OptionStrip(
            double.Parse(term.Term, CultureInfo.InvariantCulture) * MinutesToExpiry.PerDay, 0.0038, term.Rows)))
            .ToList();
        Printed("920.500047", terms[0].Forward);
        Printed("921.000385", terms[1].Forward);
        Printed("0.4727672252", terms[0].Variance);
        Printed("0.3668181547", terms[1].Variance);
        var index = IndexValue.Of(terms[0], terms[1]);
        Printed("61.22", index.Points);
        Assert.Equal(61.217998579372136, index.Points, 1e-11);
        Assert.True(index.IsComplete);
    }

    /// <summary>By hand: three strikes, F = 100 + (10 − 9) = 101, K0 = 100.</summary>
    [Fact]
    public void ASmallStripIsItsSum()
    {
        var strip = new OptionStrip(MinutesToExpiry.PerYear, 0.0,
            [Row(120, 2, 21), Row(80, 23, 3), Row(100, 10, 9)]);
        var value = StripVariance.Of(strip);
        Assert.Equal((101.0, 100.0), (value.Forward, value.CentralStrike));
        Assert.Equal([StripSide.Put, StripSide.Both, StripSide.Call], value.Contributions.Select(part => part.Side));
        Assert.Equal([20.0, 20.0, 20.0], value.Contributions.Select(part => part.Width));
        Assert.Equal([3.0, 9.5, 2.0], value.Contributions.Select(part => part.Price));
        var sum = (20.0 / 6_400.0 * 3.0) + (20.0 / 10_000.0 * 9.5) + (20.0 / 14_400.0 * 2.0);
        Assert.Equal((2.0 * sum) - 0.0001, value.Variance, 1e-15);
    }

    /// <summary>One zero bid is left out, two in a row end the side; what is missing ends nothing.</summary>
    [Fact]
    public void ZeroBidsEndTheStripAndMissingQuotesDoNot()
    {
        static StripRow Put(double strike, StripPrice put) => new(strike, StripPrice.FromMark(101.0 - strike), put);
        var zero = StripPrice.FromQuote(0.0, 0.05);
        StripRow[] above = [Row(100, 10, 9), Row(110, 5, 14), Row(120, 2, 21)];
        double[] Lows(params StripRow[] below) =>
            [.. StripVariance.Of(new OptionStrip(10_000.0, 0.0, [.. below, .. above])).Contributions
                .Where(part => part.Side == StripSide.Put).Select(part => part.Strike)];
        var bid = StripPrice.FromQuote(0.5, 0.7);
        Assert.Equal([60.0, 80.0, 90.0], Lows(Put(60, bid), Put(70, zero), Put(80, bid), Put(90, bid)));
        Assert.Equal([90.0], Lows(Put(60, bid), Put(70, zero), Put(80, zero), Put(90, bid)));
        Assert.Equal([60.0, 90.0], Lows(Put(60, bid), Put(70, default), Put(80, default), Put(90, bid)));
        Assert.Equal([60.0, 90.0], Lows(Put(60, bid), Put(70, StripPrice.FromQuote(2.0, 1.0)), Put(90, bid)));
    }

    [Theory]
    [InlineData(null, 1.0, StripPriceState.Missing)]
    [InlineData(double.NaN, 1.0, StripPriceState.NotFinite)]
    [InlineData(1.0, double.PositiveInfinity, StripPriceState.NotFinite)]
    [InlineData(-1.0, 1.0, StripPriceState.Negative)]
    [InlineData(1.0, 0.0, StripPriceState.OneSided)]
    [InlineData(2.0, 1.0, StripPriceState.Crossed)]
    [InlineData(0.0, 1.0, StripPriceState.NoBid)]
    [InlineData(0.0, 0.0, StripPriceState.NoBid)]
    [InlineData(1.0, 1.0, StripPriceState.Bid)]
    public void AQuoteHasItsState(double? bid, double? ask, StripPriceState state)
    {
        var price = StripPrice.FromQuote(bid, ask);
        Assert.Equal(state, price.State);
        Assert.Equal(state is StripPriceState.NoBid or StripPriceState.Bid, price.Value is not null);
        Assert.Equal(state is StripPriceState.NotFinite or StripPriceState.Negative or StripPriceState.OneSided
            or StripPriceState.Crossed, price.IsDiscarded);
    }

    /// <summary>
    /// Computed strips of a flat 60 %: what spacing and truncation do, by the reference's independent figures; a dense
    /// strip comes to 60 and the continuous limit.
    /// </summary>
    [Theory]
    [InlineData(60_000.0, 5_000.0, 400_000.0, 500.0, 60.0117, true)]
    [InlineData(60_000.0, 20_000.0, 200_000.0, 1_000.0, 60.0469, true)]
    [InlineData(60_300.0, 20_000.0, 200_000.0, 5_000.0, 61.1713, true)]
    [InlineData(60_000.0, 20_000.0, 200_000.0, 50.0, 60.0, true)]
    [InlineData(60_000.0, 45_000.0, 80_000.0, 1_000.0, 59.2529, false)]
    public void AFlatCoinStripHasItsBias(
        double forward, double from, double to, double step, double expected, bool isComplete)
    {
        var index = IndexValue.Of([FlatStrip(forward, from, to, step, 25), FlatStrip(forward, from, to, step, 32)]);
        Assert.Equal(expected, index.Points, 2e-4);
        Assert.Equal(isComplete, index.IsComplete);
        Assert.Equal(isComplete ? index.Points : null, index.Published);
        Assert.Equal(step / 60_000.0 > 0.03, index.Lacks.HasFlag(StripLacks.CoarseStrikes));
    }

    [Fact]
    public void TheStoredChainIsIncompleteAndSaysSo()
    {
        if (SharedData.Path("data/deribit_btc_options_2021-02-11.csv") is not { } path)
        {
            return;
        }
        var chain = OptionChainFile.Open(path).Chain;
        var march = new DateTimeOffset(2021, 3, 26, 8, 0, 0, TimeSpan.Zero);
        var value = StripVariance.Of(ChainStrip.Of(chain, march, StripSource.Marks));
        Assert.Equal(182.99, value.Points, 0.005);
        Assert.Equal(25, value.Completeness.PairedStrikes);
        Assert.False(value.Completeness.IsComplete);
        // 48,000 to 56,000 at the money
        Assert.Equal(8.0 / 48.0, value.Completeness.WidestGap, 1e-12);
        Assert.True(value.Completeness.Lacks.HasFlag(StripLacks.WideGap | StripLacks.CallWing));
        var index = IndexValue.Of(ChainStrip.All(chain, StripSource.Marks));
        Assert.Null(index.Published);
        Assert.Equal(VolatilityFault.UnknownExpiry,
            Fault(() => ChainStrip.Of(chain, march.AddDays(1), StripSource.Marks)));
    }

    [Fact]
    public void WhatHasNoIndexIsATypedError()
    {
        Assert.Equal(VolatilityFault.Expired, Fault(() => new OptionStrip(0.0, 0.0, [])));
        Assert.Equal(VolatilityFault.NotFinite, Fault(() => new OptionStrip(double.NaN, 0.0, [])));
        Assert.Equal(VolatilityFault.NotPositive, Fault(() => new OptionStrip(1.0, 0.0, [Row(0, 1, 1)])));
        Assert.Equal(VolatilityFault.Duplicate, Fault(() => new OptionStrip(1.0, 0.0, [Row(9, 1, 1), Row(9, 1, 1)])));
        Assert.Equal(VolatilityFault.NoPairedStrike, Fault(() => StripVariance.Of(new OptionStrip(1.0, 0.0, []))));
        Assert.Equal(VolatilityFault.NoStrikeBelowForward, Fault(() => StripVariance.Of(
            new OptionStrip(1.0, 0.0, [Row(100, 1, 9), Row(110, 1, 19)]))));
        Assert.Equal(VolatilityFault.TooFewQuotes, Fault(() => StripVariance.Of(
            new OptionStrip(1.0, 0.0, [Row(100, 10, 9)]))));
        // a forward of 190, far above all strikes: (190/110 − 1)² is more than the two options are worth
        Assert.Equal(VolatilityFault.NegativeVariance, Fault(() => StripVariance.Of(new OptionStrip(1_000.0, 0.0,
            [Row(100, 90.0, 1e-9), Row(110, 80.0, 1e-9)]))));
        var strip = StripVariance.Of(FlatStrip(60_000.0, 20_000.0, 200_000.0, 1_000.0, 25));
        Assert.Equal(VolatilityFault.HorizonNotBracketed, Fault(() => IndexValue.Of(strip, strip)));
        Assert.Equal(VolatilityFault.HorizonNotBracketed, Fault(() => IndexValue.Of([strip.Strip])));
    }

    /// <summary>A smile that is known in between gives the index that its quotes' gaps spoil.</summary>
    [Fact]
    public void ASurfaceFillsTheGapsOfItsStrips()
    {
        var now = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        var surface = new VolatilitySurface("BTC", now, new[] { 25, 32 }.Select(days => new SurfaceSlice(
            now.AddDays(days), new QuotedSmile(new ForwardMarket(60_000.0, days / 365.0),
                Enumerable.Range(2, 20).Select(i => new SmileNode(i * 8_000.0, 0.6))))));
        var index = IndexValue.Of(SurfaceStrip.All(surface));
        Assert.Equal(60.0, index.Points, 0.01);
        Assert.True(index.IsComplete);
        // what was not quoted is not made up: the wings end where the quotes do
        Assert.InRange(index.Near.Completeness.LowestStrike, 16_000.0, 16_400.0);
    }

    private static OptionStrip FlatStrip(double forward, double from, double to, double step, double days)
    {
        StripPrice Side(OptionRight right, double strike) => StripPrice.FromMark(new BlackScholes(
            EuropeanOption.OnForward(right, forward, strike, days / 365.0, 0.6)).Price);
        return new OptionStrip(days * MinutesToExpiry.PerDay, 0.0, Enumerable.Range(0, (int)((to - from) / step) + 1)
            .Select(i => from + (i * step))
            .Select(strike => new StripRow(strike, Side(OptionRight.Call, strike), Side(OptionRight.Put, strike))));
    }

    private static StripRow Row(double strike, double call, double put) =>
        new(strike, StripPrice.FromMark(call), StripPrice.FromMark(put));

    // rounded as printed
    private static void Printed(string digits, double value) => Assert.Equal(digits, value.ToString(
        "F" + (digits.Length - digits.IndexOf('.', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture));

    private static VolatilityFault Fault(Action action) => Assert.Throws<VolatilityException>(action).Fault;
}
