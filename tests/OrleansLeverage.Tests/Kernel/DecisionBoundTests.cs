using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// How long a tier may be left undecided, where the bound has least to spare: collateral that falls while what was sold
/// against it rises, margined in full.
/// </summary>
public sealed class DecisionBoundTests
{
    public static TheoryData<string> Variants => [.. SweepVariant.Supported];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_row_that_loses_as_fast_as_can_be_is_decided_before_it_crosses(string variant)
    {
        var universe = MakeUniverse();
        var (left, steps) = (0, 0);
        foreach (var collateral in new[] { 1.45, 1.6, 2d, 3d, 5d })
        {
            using var table = new AccountTable();
            using var sweep = new LeverageSweep(table, variant: variant);
            // 100 contracts sold at 1,000, and coins worth so many times as much
            var row = table.Add(1, [new CollateralEntry(1, 100d * collateral), new CollateralEntry(0, 100_000d, true)],
                [new PositionEntry(0, -100d)]);
            var marks = new MarkVector();
            var (rise, fall, tier) = (1_000d, 1_000d, RiskTier.Healthy);
            for (var step = 1; tier < RiskTier.Liquidation; step++)
            {
                marks.Load(new PriceFrame(new FrameNumber(1, step), step, universe,
                    [Fresh(rise), Fresh(fall)]));
                sweep.Run(marks);
                // valued anew whenever it is asked for
                tier = table.Figures(row)!.Value.Tier;
                Assert.True(sweep.Summary.Count(tier) == 1, $"{variant}, {collateral}, step {step}: {tier} not seen");
                left += sweep.RowsDecided == 0 ? 1 : 0;
                steps++;
                (rise, fall) = (rise * 1.0005, fall * 0.9995);
            }
        }
        Assert.True(variant == "scalar" ? left == 0 : left > steps / 2, $"{left} of {steps} were left undecided");
    }

    /// <summary>A price that nobody knew says nothing of how far it moved when it comes.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void A_row_whose_price_comes_is_decided(string variant)
    {
        var books = new Books(21);
        var frame = books.Frame();
        var (unit, dead) = (Index(books, "UNIT-USD-PERP"), Index(books, "DEAD-USD-PERP"));
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table, variant: variant);
        table.Add(1, [new CollateralEntry(0, 1_000d), new CollateralEntry(0, -1_000d, true)],
            [new PositionEntry(unit, 1_000d)]);
        var row = table.Add(2, [new CollateralEntry(0, 1_000d), new CollateralEntry(0, -18_000d, true)],
            [new PositionEntry(dead, 18_000d)]);
        var marks = new MarkVector();
        void Sweep(long sequence, decimal? price)
        {
            var prices = frame.Prices.ToArray();
            var feed = books.Universe.Feeds.Single(f => f.Id.Value == "DEAD-USD").Index;
            prices[feed] = price is { } known ? new FramePrice(new Price(known), PriceState.Fresh, 1) : prices[feed];
            marks.Load(new PriceFrame(new FrameNumber(1, sequence), sequence, books.Universe, prices));
            sweep.Run(marks);
        }
        Sweep(1, null);
        Assert.Equal((1, 1), (sweep.Summary.Count(RiskTier.Healthy), sweep.Summary.Count(RiskTier.Unknown)));
        Sweep(2, null);
        Sweep(3, 1m);
        // 5 % of 18,000 on 1,000
        Assert.Equal((1, 1), (sweep.Summary.Count(RiskTier.Healthy), sweep.Summary.Count(RiskTier.MarginCall)));
        Assert.Equal(row, Assert.Single(sweep.Nominations.Items.ToArray()).Row);
    }

    private static int Index(Books books, string instrument) =>
        books.Universe.Instruments.First(i => i.Id.Value == instrument).Index;

    private static FramePrice Fresh(double price) =>
        new(new Price(Math.Round((decimal)price, 4)), PriceState.Fresh, 1);

    private static Universe MakeUniverse()
    {
        Feed[] feeds =
        [
            new Feed { Id = new FeedId("RISE-USD"), TickSize = 0.0001m, Index = 0 },
            new Feed { Id = new FeedId("FALL-USD"), TickSize = 0.0001m, Index = 1 },
        ];
        Asset[] assets =
        [
            new Asset { Id = AssetId.Usd, Quantum = 0.00000001m, Index = 0 },
            new Asset { Id = new AssetId("FALL"), Quantum = 0.00000001m, PriceFeed = feeds[1], Index = 1 },
            new Asset { Id = new AssetId("RISE"), Quantum = 0.00000001m, PriceFeed = feeds[0], Index = 2 },
        ];
        var perpetual = new Instrument
        {
            Id = new InstrumentId("RISE-USD-PERP"), Kind = InstrumentKind.Perpetual, Base = assets[2],
            Quote = assets[0], Settlement = assets[0], MarkFeed = feeds[0], Multiplier = 1m, TickSize = 0.0001m,
            LotSize = 0.001m, PositionLimit = 10_000_000m, PriceMax = 100_000m,
            Margin = MarginSchedule.Fraction("full", 1m, 1m), Index = 0,
        };
        return new Universe(1, new RiskRules { Name = "full", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch },
            feeds, assets, [perpetual]);
    }
}
