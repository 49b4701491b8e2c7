using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Venues;

/// <summary>One bracket; decimals are texts, null where the form has no such number.</summary>
internal sealed record TierRow(string FloorNotional, string? CapNotional, string MaintenanceRate,
    string MaintenanceAmount, string? MaxLeverage, string InitialRate);

/// <summary>One market of a venue and its brackets; a rate that grows with the size is shown at size 0.</summary>
internal sealed record MarketRow(string Market, string Schedule, string Form, IReadOnlyList<TierRow> Tiers)
{
    public static IReadOnlyList<MarketRow> Of(RuleFile file, string? market) => file.Venue is { } venue
        ? [.. venue.Markets.Where(m => market is null || m.Key == market)
            .Select(m => Of(m.Key, m.Value, venue.Schedules[m.Value]))]
        : [.. file.Schedules.Values.Where(s => market is null || s.Name == market)
            .Select(s => Of(s.Name, s.Name, s))];

    public static ReportTable Table(IEnumerable<MarketRow> markets)
    {
        var table = new ReportTable("market", "schedule", "form", "floor_notional", "cap_notional", "maintenance_rate",
            "maintenance_amount", "max_leverage", "initial_rate");
        foreach (var market in markets)
        {
            foreach (var tier in market.Tiers)
            {
                table.Add(market.Market, market.Schedule, market.Form, tier.FloorNotional,
                    tier.CapNotional, tier.MaintenanceRate, tier.MaintenanceAmount, tier.MaxLeverage, tier.InitialRate);
            }
        }
        return table;
    }

    public static void Tell(TextWriter output, IReadOnlyList<MarketRow> markets, bool withTiers)
    {
        if (!withTiers)
        {
            output.WriteLine($"markets: {string.Join(", ", markets.Take(12).Select(m => m.Market))} and "
                + $"{Math.Max(0, markets.Count - 12)} more; see one with --market, all with --csv -");
            return;
        }
        foreach (var market in markets)
        {
            output.WriteLine($"{market.Market} ({market.Form} {market.Schedule})");
            foreach (var tier in market.Tiers)
            {
                output.WriteLine($"  from {tier.FloorNotional} to {tier.CapNotional ?? "any"}: maintenance "
                    + $"{tier.MaintenanceRate} less {tier.MaintenanceAmount}, initial {tier.InitialRate}"
                    + (tier.MaxLeverage is { } leverage ? $", up to {leverage}x" : ""));
            }
        }
    }

    private static MarketRow Of(string market, string name, ScheduleTerms schedule)
    {
        if (schedule.Growing is { } growing)
        {
            return new MarketRow(market, name, "growing",
            [
                new TierRow("0", null, Decimals.Text(growing.MaintenanceBase), "0", null,
                    Decimals.Text(growing.InitialBase)),
            ]);
        }
        return schedule.Brackets is { } brackets
            ? new MarketRow(market, name, "brackets", [.. brackets.Tiers.Select(Of)])
            : new MarketRow(market, name, "flat", [.. schedule.FlatTiers.Select(Of)]);
    }

    private static TierRow Of(MarginTier tier) => new(Decimals.Text(tier.FloorNotional),
        tier.CapNotional is { } cap ? Decimals.Text(cap) : null, Decimals.Text(tier.MaintenanceRate),
        Decimals.Text(tier.MaintenanceAmount), Decimals.Text(decimal.Round(tier.MaxLeverage, 12)),
        Decimals.Text(decimal.Round(tier.InitialRate ?? 1m / tier.MaxLeverage, 12)));
}
