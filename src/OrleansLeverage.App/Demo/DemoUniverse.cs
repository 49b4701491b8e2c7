using System.Globalization;
using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.App.Demo;

/// <summary>
/// The shipped instruments, options on the two largest coins that expire on Fridays from the demo's day on, the
/// volatility index of the first, and portfolio margin for both.
/// </summary>
internal static class DemoUniverse
{
    public static readonly AssetId Bitcoin = new("BTC");
    private const string Profile = "deribit-pm-usdc-btc";
    private static readonly AssetId Ether = new("ETH");
    private static readonly int[] Weeks = [1, 2, 4, 6, 13];

    public static Universe Build(DateTimeOffset now)
    {
        var shipped = StandardRules.Instruments;
        InstrumentTerms[] options =
        [
            .. Series(shipped, Bitcoin, now, Strikes(40_000, 60_000, 5_000), Strikes(60_000, 110_000, 2_500),
                Strikes(110_000, 150_001, 5_000)),
            .. Series(shipped, Ether, now, Strikes(1_400, 2_000, 200), Strikes(2_000, 3_600, 100),
                Strikes(3_600, 5_001, 200)),
        ];
        var file = shipped with
        {
            Feeds =
            [
                .. shipped.Feeds, new Feed { Id = FeedId.VolatilityIndexOf(Bitcoin), TickSize = 0.0001m },
                .. options.Select(o => new Feed { Id = o.MarkFeed, TickSize = o.TickSize }),
            ],
            Instruments = [.. shipped.Instruments, .. options],
        };
        var rules = StandardRules.Rules.Newest;
        var scenarios = ScenarioProfiles.Find(Profile).Rules;
        return file.Build(rules with
        {
            Rules = rules.Rules with
            {
                Portfolio = [new PortfolioTerms(Bitcoin, scenarios), new PortfolioTerms(Ether, scenarios)],
            },
        }, version: 1, FrameScenarios.Instance);
    }

    /// <summary>A smile as such markets show it: puts dearer than calls, wings dearer than the middle.</summary>
    internal static decimal Volatility(decimal moneyness, double years)
    {
        var k = Math.Log((double)moneyness) / Math.Sqrt(Math.Max(years, 7.0 / 365.0));
        return decimal.Round((decimal)(0.52 + 0.05 * Math.Exp(-4.0 * years) - 0.07 * k + 0.06 * k * k), 4);
    }

    private static IEnumerable<InstrumentTerms> Series(InstrumentFile shipped, AssetId coin, DateTimeOffset now,
        params IEnumerable<int>[] strikes)
    {
        var feed = new FeedId($"{coin.Value}-USD");
        var perpetual = shipped.Instruments.First(i => i.Id.Value == $"{coin.Value}-USD-PERP");
        var middle = coin == Bitcoin ? 88_000m : 3_000m;
        return from week in Weeks
               let expiry = Friday(now, week)
               from strike in strikes.SelectMany(s => s).Distinct()
               from right in Enum.GetValues<OptionRight>()
               let id = string.Create(CultureInfo.InvariantCulture, $"{coin.Value}-USD-{expiry:yyyyMMdd}-{strike}-")
                   + (right == OptionRight.Call ? "C" : "P")
               select perpetual with
               {
                   Id = new InstrumentId(id), Kind = InstrumentKind.Option, MarkFeed = new FeedId(id),
                   LotSize = 0.1m, PositionLimit = 10_000m, Expiry = expiry,
                   Option = new OptionTerms(new Price(strike), right)
                   {
                       Marking = new OptionMarking(feed,
                           Volatility(strike / middle, (expiry - now).TotalDays / 365.0)),
                   },
               };
    }

    private static IEnumerable<int> Strikes(int from, int below, int step)
    {
        for (var strike = from; strike < below; strike += step)
        {
            yield return strike;
        }
    }

    /// <summary>08:00 UTC of a Friday, at least so many weeks on.</summary>
    private static DateTimeOffset Friday(DateTimeOffset now, int weeks)
    {
        var day = now.UtcDateTime.Date.AddDays(7 * weeks);
        return new DateTimeOffset(day.AddDays((DayOfWeek.Friday - day.DayOfWeek + 7) % 7).AddHours(8), TimeSpan.Zero);
    }
}
