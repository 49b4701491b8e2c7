using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Venues;

/// <summary>What a venue's rules say beside its markets; decimals are texts.</summary>
internal sealed record VenueSections(
    IReadOnlyList<CollateralShown> Collateral, string? Funding, int? FundingIntervalSeconds, string Isolation,
    bool CustomLeverage, LiquidationShown? Liquidation, WithdrawalShown? Withdrawal)
{
    public static VenueSections Of(RuleFile file)
    {
        var venue = file.Venue;
        return new VenueSections(
            venue is null
                ? [.. file.CollateralWeights.Select(c => new CollateralShown(c.Key.Value, Decimals.Text(c.Value),
                    Decimals.Text(c.Value), "1", "1"))]
                : [.. venue.Collateral.Values.Select(c => new CollateralShown(c.Asset.Value, Decimals.Text(c.Weight),
                    Decimals.Text(c.MaintenanceWeight), Decimals.Text(c.LiabilityWeight),
                    Decimals.Text(c.LiabilityMaintenanceWeight)))],
            venue?.Funding is { } funding ? Words.Camel(funding.Style.ToString()) : null,
            venue?.Funding?.IntervalSeconds,
            Words.Camel((venue?.Isolation ?? IsolationTerms.Offered).ToString()),
            venue?.CustomLeverage ?? true,
            venue?.Liquidation is { } l ? new LiquidationShown(Words.Camel(l.Order.ToString()),
                Words.Camel(l.Scope.ToString()), Words.Camel(l.Pricing.ToString()), Decimals.Text(l.TargetRatio),
                Decimals.Text(l.CloseShareMax), Decimals.Text(l.FeeRate), Decimals.Text(l.BackstopShare)) : null,
            venue?.Withdrawal is { } w ? new WithdrawalShown(w.ProfitCounts, Decimals.Text(w.NotionalShare),
                w.ClosedWhileNegative) : null);
    }

    public static void Tell(TextWriter output, RuleFile file)
    {
        var shown = Of(file);
        output.WriteLine("collateral: " + string.Join(", ", shown.Collateral.Select(c =>
            c.Asset + " " + c.Weight + (c.Weight == c.MaintenanceWeight ? "" : $"/{c.MaintenanceWeight}"))));
        if (shown.Funding is { } funding)
        {
            output.WriteLine($"funding: {funding}, every {shown.FundingIntervalSeconds} s");
        }
        if (shown.Liquidation is { } l)
        {
            output.WriteLine($"liquidation: {l.Scope} at {l.Pricing}, order {l.Order}, target ratio {l.TargetRatio}, "
                + $"at most {l.CloseShareMax} of a position, fee {l.FeeRate}, backstop below {l.BackstopShare}");
        }
        if (shown.Withdrawal is { } w)
        {
            output.WriteLine($"withdrawal: profit {(w.ProfitCounts ? "counts" : "does not count")}, "
                + $"{w.NotionalShare} of notional stays"
                + (w.ClosedWhileNegative ? ", closed while an account is negative" : ""));
        }
    }
}

internal sealed record CollateralShown(string Asset, string Weight, string MaintenanceWeight, string LiabilityWeight,
    string LiabilityMaintenanceWeight);

internal sealed record LiquidationShown(string Order, string Scope, string Pricing, string TargetRatio,
    string CloseShareMax, string FeeRate, string BackstopShare);

internal sealed record WithdrawalShown(bool ProfitCounts, string NotionalShare, bool ClosedWhileNegative);
