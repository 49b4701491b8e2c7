using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Benchmarks.Canonical;

/// <summary>
/// The workload of every sweep figure: accounts of three positions each in different ones of 128 perpetuals, drawn
/// with a popularity of 1/rank; notionals log-normal (median 4,900 USD), long or short by a coin, leverage log-normal
/// (median 3.3), all on one USD balance; margin in six brackets. Seeded.
/// </summary>
internal sealed class CanonicalMarket
{
    public const int AssetCount = 128;
    public const int PositionsPerAccount = 3;

    private readonly Random _random;
    private long _sequence;

    public CanonicalMarket(int accounts, int seed = 1)
    {
        _random = new Random(seed);
        Universe = MakeUniverse();
        for (var i = 0; i < AssetCount; i++)
        {
            Prices[i] = Math.Exp(_random.NextDouble() * 8d);
        }
        Instruments = new int[accounts * PositionsPerAccount];
        Quantities = new double[accounts * PositionsPerAccount];
        Cash = new double[accounts];
        Draw(accounts);
    }

    public Universe Universe { get; }

    public double[] Prices { get; } = new double[AssetCount];

    /// <summary>By account and position, ascending within an account.</summary>
    public int[] Instruments { get; }

    public double[] Quantities { get; }

    /// <summary>USD of an account: deposits less what its positions have cost.</summary>
    public double[] Cash { get; }

    public int Accounts => Cash.Length;

    /// <summary>Lower bound, maintenance rate and largest leverage of the brackets that all instruments have.</summary>
    public static IReadOnlyList<(decimal Floor, decimal Rate, decimal Leverage)> Brackets { get; } =
    [
        (0m, 0.004m, 125m), (50_000m, 0.005m, 100m), (600_000m, 0.01m, 50m), (3_000_000m, 0.025m, 20m),
        (12_000_000m, 0.05m, 10m), (70_000_000m, 0.1m, 5m),
    ];

    /// <summary>Moves the prices of a frame: one basis point, up or down, of the assets chosen.</summary>
    public PriceFrame Next(Func<int, bool> moves)
    {
        for (var i = 0; i < AssetCount; i++)
        {
            Prices[i] *= moves(i) ? _random.Next(2) == 0 ? 1.0001 : 0.9999 : 1d;
        }
        var prices = Array.ConvertAll(Prices,
            p => new FramePrice(new Price(Math.Round((decimal)p, 4)), PriceState.Fresh, _sequence));
        return new PriceFrame(new FrameNumber(1, ++_sequence), _sequence, Universe, prices);
    }

    /// <summary>The rows, laid out at a first frame, which these marks load, or without one.</summary>
    public AccountTable Table(MarkVector? marks = null)
    {
        var table = new AccountTable();
        var positions = new PositionEntry[PositionsPerAccount];
        for (var a = 0; a < Accounts; a++)
        {
            for (var p = 0; p < PositionsPerAccount; p++)
            {
                var at = a * PositionsPerAccount + p;
                positions[p] = new PositionEntry(Instruments[at], Quantities[at]);
            }
            table.Add(a, [new CollateralEntry(0, Cash[a])], positions);
        }
        marks?.Load(Next(_ => true));
        table.Arrange(marks);
        return table;
    }

    private void Draw(int accounts)
    {
        var cumulative = new double[AssetCount];
        var sum = 0d;
        for (var i = 0; i < AssetCount; i++)
        {
            cumulative[i] = sum += 1d / (i + 1);
        }
        for (var a = 0; a < accounts; a++)
        {
            var held = Instruments.AsSpan(a * PositionsPerAccount, PositionsPerAccount);
            for (var p = 0; p < PositionsPerAccount; p++)
            {
                do
                {
                    var found = Array.BinarySearch(cumulative, _random.NextDouble() * sum);
                    held[p] = Math.Min(found >= 0 ? found : ~found, AssetCount - 1);
                }
                while (held[..p].Contains(held[p]));
            }
            held.Sort();
            double gross = 0d, cost = 0d;
            for (var p = 0; p < PositionsPerAccount; p++)
            {
                var notional = Math.Exp(8.5 + 1.5 * Normal());
                var side = _random.Next(2) == 0 ? 1d : -1d;
                Quantities[a * PositionsPerAccount + p] = side * notional / Prices[held[p]];
                gross += notional;
                cost += side * notional;
            }
            Cash[a] = gross / Math.Exp(1.2 + 0.9 * Normal()) - cost;
        }
    }

    private double Normal() => Math.Sqrt(-2d * Math.Log(1d - _random.NextDouble()))
        * Math.Cos(2d * Math.PI * _random.NextDouble());

    private static Universe MakeUniverse()
    {
        var feeds = Enumerable.Range(0, AssetCount)
            .Select(i => new Feed { Id = new FeedId($"A{i}-USD"), TickSize = 0.0001m, Index = i }).ToArray();
        var usd = new Asset
        {
            Id = AssetId.Usd, Quantum = 0.00000001m, PriceFeed = null, CollateralWeight = 1m, Index = 0,
        };
        var coins = feeds.Select(f => new Asset
        {
            Id = new AssetId($"A{f.Index}"), Quantum = 0.00000001m, PriceFeed = f, CollateralWeight = 0.9m,
            Index = f.Index + 1,
        }).ToArray();
        var margin = Margin();
        var instruments = coins.Select((coin, i) => new Instrument
        {
            Id = new InstrumentId($"A{i}-USD-PERP"), Kind = InstrumentKind.Perpetual, Base = coin, Quote = usd,
            Settlement = usd, MarkFeed = feeds[i], Multiplier = 1m, TickSize = 0.0001m, LotSize = 0.001m,
            PositionLimit = 10_000_000m, PriceMax = 100_000m, Margin = margin, Index = i,
        }).ToArray();
        var rules = new RiskRules { Name = "canonical", Version = 1, EffectiveFrom = DateTimeOffset.UnixEpoch };
        return new Universe(1, rules, feeds, [usd, .. coins], instruments);
    }

    private static MarginSchedule Margin()
    {
        var tiers = new List<MarginTier>();
        foreach (var (floor, rate, leverage) in Brackets)
        {
            var last = tiers.Count == 0 ? null : tiers[^1];
            if (last is not null)
            {
                tiers[^1] = last with { CapNotional = floor };
            }
            tiers.Add(new MarginTier
            {
                FloorNotional = floor,
                MaintenanceRate = rate,
                MaintenanceAmount = last is null ? 0m
                    : MarginTier.CumulativeAmount(last.MaintenanceAmount, floor, rate, last.MaintenanceRate),
                MaxLeverage = leverage,
            });
        }
        return new MarginSchedule("canonical", tiers);
    }
}
