using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Analytics.Scenarios;

/// <summary>Looks at rules and market before anything is valued, so that no bad input becomes a number.</summary>
internal static class ScenarioChecks
{
    // the smile of an expiry of hours can say 2500; what is beyond these is a unit gone wrong
    private const decimal VolatilityMin = 0.000_000_001m;
    private const decimal VolatilityMax = 10_000m;
    private const decimal RateMax = 100m;
    private const decimal RateForYearsMax = 100m;
    private const decimal YearsMax = 100m;
    private const decimal SecondsPerYear = 31_536_000m;

    public static void Check(ScenarioRules rules, ScenarioMarket market)
    {
        foreach (var scenario in rules.Scenarios)
        {
            Require(scenario.PriceFactor > 0m && scenario.Weight >= 0m && scenario.Dampening >= 0m
                && scenario.EdgeFactor is not <= 0m, ScenarioStatus.BadRules,
                $"scenario {Named(scenario.Name)}: price factor {Decimals.Text(scenario.PriceFactor)}, weight "
                    + $"{Decimals.Text(scenario.Weight)}: the factor is above 0, the weight from 0");
            Require(!scenario.IsSkew || rules.Skew is not null, ScenarioStatus.BadRules,
                $"scenario {Named(scenario.Name)} turns the smile and the rules have no skew");
        }
        Price("spot", market.Spot);
        Share("spot confidence", market.SpotConfidence);
        Price("stablecoin", market.StablePrice);
        Expiries(market);
        Series(market);
        foreach (var future in market.Futures)
        {
            Price(future.Name, future.Price);
            Share(future.Name, future.Confidence);
        }
        foreach (var asset in market.Collateral)
        {
            Price(asset.Name, asset.Price);
            Share(asset.Name, asset.Confidence);
            Share($"haircuts of {asset.Name}", asset.MaintenanceHaircut);
            Share($"haircuts of {asset.Name}", asset.InitialHaircut);
            Share($"haircuts of {asset.Name}", asset.MaintenanceHaircut + asset.InitialHaircut);
        }
        Unique(market);
    }

    private static void Expiries(ScenarioMarket market)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var expiry in market.Expiries)
        {
            Require(seen.Add(expiry.Name), ScenarioStatus.Duplicate, $"expiry {Named(expiry.Name)} is there twice");
            Price($"forward of {expiry.Name}", expiry.Forward);
            Share($"confidence of {expiry.Name}", expiry.Confidence);
            Require(Math.Abs(expiry.Rate) <= RateMax, ScenarioStatus.TooLarge,
                $"rate {Decimals.Text(expiry.Rate)} of {Named(expiry.Name)} is not within ±{RateMax}");
            Require(Math.Abs(expiry.Rate) * expiry.Seconds <= RateForYearsMax * SecondsPerYear
                && Math.Abs((decimal)expiry.Seconds) <= YearsMax * SecondsPerYear, ScenarioStatus.TooLarge,
                $"{expiry.Seconds} s to {Named(expiry.Name)} at a rate of {Decimals.Text(expiry.Rate)} are too long");
        }
    }

    private static void Series(ScenarioMarket market)
    {
        var expiries = market.Expiries.Select(expiry => expiry.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var series in market.Options)
        {
            Require(expiries.Contains(series.Expiry), ScenarioStatus.UnknownExpiry,
                $"{Named(series.Name)} expires {Named(series.Expiry)}, for which there is no forward");
            Price($"strike of {series.Name}", series.Strike);
            Require(series.Volatility is >= VolatilityMin and <= VolatilityMax, ScenarioStatus.BadVolatility,
                $"volatility {Decimals.Text(series.Volatility)} of {Named(series.Name)} is not above 0 and at most "
                    + $"{VolatilityMax}");
            Share(series.Name, series.Confidence);
        }
    }

    private static void Unique(ScenarioMarket market)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in market.Options.Select(series => series.Name)
            .Concat(market.Futures.Select(future => future.Name))
            .Concat(market.Collateral.Select(asset => asset.Name)))
        {
            Require(seen.Add(name), ScenarioStatus.Duplicate, $"{Named(name)} is there twice");
        }
    }

    private static void Price(string what, decimal price) => Require(price is > 0m and <= Domain.Price.Max,
        ScenarioStatus.BadPrice, $"{Named(what)} {Decimals.Text(price)} is not above 0 and at most {Domain.Price.Max}");

    private static void Share(string what, decimal share) => Require(share is >= 0m and <= 1m,
        ScenarioStatus.BadShare, $"{Named(what)} {Decimals.Text(share)} is not within 0 and 1");

    /// <summary>A name from outside, bounded and printable.</summary>
    private static string Named(string name) =>
        string.Concat(name.Take(64).Select(c => char.IsControl(c) ? '?' : c));

    private static void Require(bool condition, ScenarioStatus status, string message)
    {
        if (!condition)
        {
            throw new ScenarioException(status, message);
        }
    }
}
