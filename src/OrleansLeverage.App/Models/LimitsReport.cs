using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Models;

/// <summary>Policies over one feed's days, as <c>limits</c> shows them.</summary>
internal sealed record LimitsReport(
    string Schema, string Feed, string Source, string From, string To, IReadOnlyList<PolicyReport> Policies,
    IReadOnlyList<CrashRow> Crashes)
{
    public ReportTable Rows()
    {
        var table = new ReportTable("date", "policy", "volatility", "target", "addOn", "margin", "maxLeverage",
            "binding");
        foreach (var policy in Policies)
        {
            foreach (var limit in policy.Days)
            {
                table.Add(Day(limit.Date), policy.Policy, limit.Volatility, limit.Target, limit.AddOn,
                    limit.Margin, limit.MaxLeverage, limit.Binding.ToString());
            }
        }
        return table;
    }

    public ReportTable[] Summary()
    {
        var now = new ReportTable("policy", "maxLeverage", "margin", "addOn", "volatility", "binding",
            "marginPeakToTrough", "largest1d", "largest5d", "largest20d")
        {
            Title = $"{Feed}: limit for {Day(Policies[0].Now.Date)}, and how margin moved since {From}",
        };
        foreach (var p in Policies)
        {
            now.Add(p.Policy, p.Now.MaxLeverage, p.Now.Margin, p.Now.AddOn, p.Now.Volatility, p.Now.Binding.ToString(),
                p.Procyclicality.PeakToTrough, p.Procyclicality.LargestRises[0].Ratio,
                p.Procyclicality.LargestRises[1].Ratio, p.Procyclicality.LargestRises[2].Ratio);
        }
        var crashes = new ReportTable("day", "policy", "dayBefore", "onTheDay", "dayAfter", "survivable", "survived",
            "why") { Title = "Leverage allowed around the worst days, and what outlives their lows" };
        foreach (var c in Crashes)
        {
            crashes.Add(c.Date, c.Policy, c.DayBefore, c.OnTheDay, c.DayAfter, c.Surviving,
                c.Survives ? "yes" : "no", c.Explanation);
        }
        return [now, crashes];
    }

    internal static string Day(DateOnly date) => date.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}

/// <param name="LeverageLimits">What a rule file takes, so that orders are tested against it.</param>
internal sealed record PolicyReport(
    string Policy, LeveragePolicy Settings, DailyLimit Now, RuleLimits LeverageLimits, Procyclicality Procyclicality,
    IReadOnlyList<DailyLimit> Days);

/// <summary>The member <c>leverageLimits</c> of a rule file.</summary>
internal sealed record RuleLimits(IReadOnlyList<RuleLimit> Assets)
{
    public static RuleLimits Of(string feed, DailyLimit limit)
    {
        var asset = new AssetId(feed.Split('-')[0]);
        var table = LimitTable.Of(new Dictionary<AssetId, DailyLimit> { [asset] = limit });
        return new RuleLimits([new RuleLimit(asset.Value, Decimals.Text(table.Assets[asset].MaxLeverage!.Value))]);
    }
}

internal sealed record RuleLimit(string Asset, string MaxLeverage);

/// <param name="DayBefore">In force when a position was opened at the close before.</param>
internal sealed record CrashRow(
    string Date, string Policy, double DayBefore, double OnTheDay, double DayAfter, double Surviving, double LowMove,
    double WorstBefore, bool Survives, string Explanation);
