using System.Globalization;
using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Limits;

public sealed class LimitTests
{
    /// <summary>Quant reference §12: what follows volatility alone falls from 13.9x to 3.7x in a night.</summary>
    [Fact]
    public void MarchOfTwentyTwentyNaiveAndOurs()
    {
        if (Bitcoin() is not { } days)
        {
            return;
        }
        var june = days.Where(d => d.Date >= new DateOnly(2019, 6, 2)).ToList();
        var naive = LimitPath.Of(june, LeveragePolicy.Naive);
        Assert.Equal(13.44, On(naive, "2020-03-11"), 0.005);
        Assert.Equal(13.86, On(naive, "2020-03-12"), 0.005);
        Assert.Equal(3.65, On(naive, "2020-03-13"), 0.005);
        Assert.Equal(7.44, On(naive, "2020-04-15"), 0.005);
        foreach (var policy in LeveragePolicy.All.Skip(1))
        {
            var ours = LimitPath.Of(days, policy);
            var fall = On(ours, "2020-03-12") / On(ours, "2020-03-13");
            // margin may rise by a quarter in a day
            Assert.InRange(fall, 1.0, 1.25 + 1e-12);
            Assert.True(On(ours, "2020-03-12") < 9.0, $"{policy.Name} {On(ours, "2020-03-12")}");
            var (calm, wild) = (Cycle(ours), Cycle(LimitPath.Of(days, LeveragePolicy.Naive)));
            Assert.True(calm.PeakToTrough < 0.5 * wild.PeakToTrough, $"{calm} {wild}");
            Assert.InRange(calm.LargestRises[0].Ratio, 1.0, 1.25 + 1e-12);
        }
    }

    [Fact]
    public void TheDayBeforeSurvivesOrExplainsItself()
    {
        if (Bitcoin() is not { } days)
        {
            return;
        }
        var limits = LimitPath.Of(days, LeveragePolicy.Survivor);
        foreach (var day in (string[])["2020-03-12", "2021-05-19", "2022-06-13", "2022-11-08", "2022-11-09"])
        {
            var date = DateOnly.Parse(day, CultureInfo.InvariantCulture);
            var survival = CrashSurvival.Of(days, limits, "survivor", date, 0.005);
            // only what had never been seen is not outlived
            Assert.True(survival.Survives || survival.LowMove < survival.WorstBefore, $"{day}: {survival.Explanation}");
            var naive = CrashSurvival.Of(days, LimitPath.Of(days, LeveragePolicy.Naive), "naive", date, 0.005);
            Assert.Equal(survival.Surviving, naive.Surviving);
            Assert.Contains(survival.Survives ? "outlives the low" : "no rule from past days alone",
                survival.Explanation);
        }
        // 12 March 2020: what the reference lists
        var march = CrashSurvival.Of(days, limits, "survivor", new DateOnly(2020, 3, 12), 0.005);
        Assert.Equal(2.57, march.Surviving, 0.005);
    }

    [Fact]
    public void NothingLooksAhead()
    {
        var days = Random(400);
        var whole = LimitPath.Of(days, LeveragePolicy.Survivor);
        var part = LimitPath.Of([.. days.Take(250)], LeveragePolicy.Survivor);
        Assert.Equal(whole.Take(250), part.Take(250));
    }

    [Fact]
    public void FloorsCeilingBandAndStepAreWhatTheySay()
    {
        var days = Random(400);
        var policy = LeveragePolicy.Naive with { Floor = 0.5 };
        Assert.All(LimitPath.Of(days, policy).Skip(40),
            l => Assert.Equal((0.5, LimitBinding.Floor), (l.Margin, l.Binding)));
        var capped = LeveragePolicy.Naive with { Floor = 0.001, Ceiling = 0.002 };
        Assert.All(LimitPath.Of(days, capped).Skip(40), l => Assert.Equal(LimitBinding.Ceiling, l.Binding));
        var banded = LimitPath.Of(days, LeveragePolicy.Naive with { Hysteresis = 0.2, Floor = 0.001 });
        Assert.Contains(banded, l => l.Binding == LimitBinding.Hysteresis);
        for (var i = 41; i < banded.Length; i++)
        {
            var moved = banded[i].Margin / banded[i - 1].Margin - 1.0;
            Assert.True(moved == 0.0 || Math.Abs(moved) > 0.2 || banded[i].Binding == LimitBinding.Floor);
        }
        Assert.All(LimitPath.Of(days, LeveragePolicy.Naive).Take(30),
            l => Assert.Equal(LimitBinding.NoVolatility, l.Binding));
    }

    [Fact]
    public void BadBarsAndPoliciesAreRefused()
    {
        var days = Random(100).ToList();
        Assert.Equal(SeriesProblem.TooShort, Problem([.. days.Take(10)]));
        Assert.Equal(SeriesProblem.OutOfOrder, Problem([.. days, days[^1]]));
        Assert.Equal(SeriesProblem.NotFinite, Problem([.. days, days[^1] with
        {
            Date = days[^1].Date.AddDays(1), Close = double.NaN,
        }]));
        Assert.Equal(SeriesProblem.NonPositivePrice, Problem([.. days, days[^1] with
        {
            Date = days[^1].Date.AddDays(1), Low = 0.0,
        }]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LimitPath.Of(days, LeveragePolicy.Naive with { Floor = 0.0 }));
    }

    [Fact]
    public void AddOnsGrowWithSize()
    {
        Assert.Equal(0.0, MarketAddOns.Liquidity(0.0, 1e9, 0.04));
        // one day's volume at a fifth of it: five days, √(5/3) − 1 beyond the first
        var expected = 0.04 + 2.3263 * 0.04 * (Math.Sqrt(5.0 / 3.0) - 1.0);
        Assert.Equal(expected, MarketAddOns.Liquidity(1e9, 1e9, 0.04), 1e-12);
        Assert.Equal(0.05, MarketAddOns.Concentration(15.0, 100.0, 0.1, 0.2, 0.1), 1e-12);
        Assert.Equal(0.1, MarketAddOns.Concentration(90.0, 100.0, 0.1, 0.2, 0.1), 1e-12);
    }

    /// <summary>What is added is that of the day's volatility and of the volume of the thirty days before.</summary>
    [Fact]
    public void ADepthIsAddedDayByDayAndNothingLooksAhead()
    {
        var plain = LeveragePolicy.Naive with { Floor = 0.001 };
        var days = Random(200).Select((day, i) => day with { Volume = 1e9 + (1e7 * i) }).ToArray();
        var depth = new MarketDepth(2e8) { OpenInterest = 1e9 };
        var without = LimitPath.Of(days, plain);
        var with = LimitPath.Of(days, plain with { Depth = depth });
        for (var t = 60; t <= 200; t++)
        {
            var volume = Enumerable.Range(t - 30, 30).Average(i => 1e9 + (1e7 * i));
            var sigma = without[t].Volatility!.Value;
            // a fifth of the volume sells 2e8 in a day or two: impact alone; a fifth of the open interest is
            // three quarters of the way from a twentieth to a quarter
            var expected = (sigma * Math.Sqrt(2e8 / volume)) + 0.075;
            Assert.Equal(expected, with[t].AddOn, 1e-12);
            Assert.Equal(without[t].Margin + expected, with[t].Margin, 1e-12);
        }
        Assert.Equal(with.Take(100), LimitPath.Of([.. days.Take(100)], plain with { Depth = depth }).Take(100));
        days[50] = days[50] with { Volume = null };
        Assert.Throws<ArgumentException>(() => LimitPath.Of(days, plain with { Depth = depth }));
        Assert.Equal(201, LimitPath.Of(days, plain with { Depth = depth with { DailyVolume = 1e9 } }).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            LimitPath.Of(days, plain with { Depth = new MarketDepth(-1.0) { DailyVolume = 1e9 } }));
    }

    [Fact]
    public void ATableIsExactAndRoundedDown()
    {
        var limits = LimitPath.Of(Random(100), LeveragePolicy.Naive)[^1];
        var table = LimitTable.Of(new Dictionary<AssetId, DailyLimit> { [new AssetId("BTC")] = limits }, account: 20m);
        var most = table.Assets[new AssetId("BTC")].MaxLeverage!.Value;
        Assert.True((double)most <= limits.MaxLeverage && (double)most > limits.MaxLeverage - 0.011);
        Assert.Equal(20m, table.Account);
    }

    private static double On(DailyLimit[] limits, string date) =>
        limits.First(l => l.Date == DateOnly.Parse(date, CultureInfo.InvariantCulture)).MaxLeverage;

    private static Procyclicality Cycle(DailyLimit[] limits) =>
        Procyclicality.Of(limits.Where(l => l.Date >= new DateOnly(2019, 6, 2)).ToArray());

    private static SeriesProblem Problem(List<DailyBar> bars) =>
        Assert.Throws<SeriesException>(() => LimitPath.Of(bars, LeveragePolicy.Naive)).Problem;

    private static DailyBar[] Random(int count)
    {
        var random = new PathRandom(6, 0);
        var (bars, close) = (new DailyBar[count], 100.0);
        for (var i = 0; i < count; i++)
        {
            close *= Math.Exp((i / 100 % 2 == 0 ? 0.02 : 0.06) * random.NextGaussian());
            bars[i] = new DailyBar(new DateOnly(2020, 1, 1).AddDays(i), 1.01 * close, 0.98 * close, close);
        }
        return bars;
    }

    private static List<DailyBar>? Bitcoin() => SharedData.Path("data/btc_usd_daily.csv") is not { } path ? null :
    [
        .. File.ReadLines(path).Skip(1).Select(line => line.Split(',')).Select(f => new DailyBar(
            DateOnly.Parse(f[0], CultureInfo.InvariantCulture), Number(f[2]), Number(f[3]), Number(f[4]))),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
