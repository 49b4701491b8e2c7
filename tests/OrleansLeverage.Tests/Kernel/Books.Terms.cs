using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Kernel;

internal sealed partial class Books
{
    /// <summary>
    /// The same universe by the terms of a venue that has all of them: weights by size, tier and scale, debts that
    /// count for more, profit in part, rates that are flat, grow or rise with the root of the size, least and fixed
    /// margins, closing fees, reserves of orders; of odd seeds, isolated margin that stays that of the entry.
    /// </summary>
    private static Universe ByTerms(Universe plain, int seed)
    {
        var assets = plain.Assets.Select(a => a with { Terms = Collateral(a) }).ToArray();
        var instruments = plain.Instruments.Select((x, i) => x with
        {
            Base = assets[x.Base.Index], Quote = assets[x.Quote.Index], Settlement = assets[x.Settlement.Index],
            Terms = Schedule(x, i) is { IsPlain: false } terms ? terms : null,
            Margin = Schedule(x, i).Outline,
        }).ToArray();
        return new Universe(1, plain.Rules with
        {
            Profit = new ProfitTerms(0.8m, 0.9m, 0.001m, 1_000m), OrderReserve = 0.01m, IsolatedAtEntry = seed % 2 == 1,
        }, plain.Feeds, assets, instruments);
    }

    private static CollateralTerms? Collateral(Asset asset)
    {
        var whole = new CollateralTerms
        {
            Asset = asset.Id, Weight = asset.CollateralWeight,
            MaintenanceWeight = Math.Min(1m, asset.CollateralWeight * 1.05m),
        };
        return asset.Id.Value switch
        {
            "USD" => whole with { LiabilityWeight = 1.1m, LiabilityMaintenanceWeight = 1.05m },
            "BTC" => whole with { SizeFactor = 0.02m, LiabilityWeight = 1.2m, LiabilitySizeFactor = 0.03m },
            "ETH" => whole with { Tiers = [new(0m, 0.95m), new(1_000m, 0.8m), new(50_000m, 0.4m), new(1e6m, 0m)] },
            "TINY" => whole with { Discount = new DiscountTerms(1_000_000_000m, 2m, 0.02m, 0.7m) },
            "HUGE" => null,
            _ => whole,
        };
    }

    private static ScheduleTerms Schedule(Instrument instrument, int place)
    {
        var plain = new ScheduleTerms { Name = $"s{place}", Brackets = instrument.Margin };
        var one = new ScheduleTerms
        {
            Name = $"s{place}", Brackets = MarginSchedule.Fraction($"s{place}", 0.1m, 0.05m, instrument.Margin.Scaling),
        };
        return (place % 7) switch
        {
            0 => plain with { CloseRate = 0.0006m, LeastMargin = 25m },
            1 => one with { SizeFactor = 0.0001m },
            2 => new ScheduleTerms
            {
                Name = $"s{place}",
                Growing = new GrowingRates(0.02m, 0.00000001m, 0.01m, 0.00000001m), PerPosition = 10m,
            },
            3 => new ScheduleTerms { Name = $"s{place}", FlatTiers = Flat() },
            4 => new ScheduleTerms
            {
                Name = $"s{place}", SizeFactor = 0.00001m, CloseRate = 0.0005m,
                Growing = new GrowingRates(0.04m, 0.0000000001m, 0.02m, 0.0000000001m),
            },
            5 => plain,
            _ => one with { LeastMargin = 100m, PerPosition = 1m },
        };
    }

    private static MarginTier[] Flat() =>
    [
        new() { FloorNotional = 0m, CapNotional = 50_000m, MaintenanceRate = 0.01m, MaxLeverage = 50m },
        new() { FloorNotional = 50_000m, CapNotional = 1_000_000m, MaintenanceRate = 0.02m, MaxLeverage = 25m },
        new() { FloorNotional = 1_000_000m, MaintenanceRate = 0.1m, MaxLeverage = 5m },
    ];
}
