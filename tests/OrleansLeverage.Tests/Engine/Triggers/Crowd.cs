using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;

namespace OrleansLeverage.Tests.Engine.Triggers;

/// <summary>
/// Some hundred accounts near their thresholds, cross and isolated, linear and inverse, with debts and with orders:
/// brought in at the prices of a first frame.
/// </summary>
internal static class Crowd
{
    public const long StartMs = 1_700_000_000_000;
    public const long FrameMs = 1_000;

    public static IReadOnlyList<OracleProfile> Profiles { get; } =
        [.. Books.Universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, FrameMs))];

    public static LockstepGrid Grid(int workers = 1, int nominationsMax = 4096) =>
        new(Books.Universe, Profiles, workers, nominationsMax);

    /// <summary>Feeds' prices at the start, by the universe's order.</summary>
    public static IReadOnlyList<KeyValuePair<FeedId, Price>> StartPrices { get; } =
        [.. new[] { 60_000m, 3_000m, 150m, 1m, 60_000m, 3_000m }
            .Select((p, i) => KeyValuePair.Create(Books.Universe.Feeds[i].Id, new Price(p)))];

    public static IEnumerable<AccountCommand> Commands(int seed, int accounts)
    {
        var random = new Random(seed);
        var start = Books.Frame();
        for (var i = 0; i < accounts; i++)
        {
            var account = new AccountId($"c-{i}");
            var equity = Math.Exp(4.0 + random.NextDouble() * 9.0);
            var positions = new List<ImportedPosition>();
            var isolated = 0m;
            foreach (var instrument in Books.Universe.Instruments.OrderBy(_ => random.Next()).Take(random.Next(1, 4)))
            {
                var quantity = Quantity(random, instrument, start, equity * Math.Exp(random.NextDouble() * 3.0));
                var margin = random.Next(5) == 0 && instrument.Settlement.Id == AssetId.Usd
                    ? Math.Round((decimal)equity / 4m, 2) : 0m;
                isolated += margin;
                positions.Add(new ImportedPosition(instrument.Id, quantity, start.Mark(instrument)!.Value,
                    IsolatedMargin: margin));
            }
            var balances = new List<ImportedBalance> { new(AssetId.Usd, Math.Round((decimal)equity, 2) + isolated) };
            if (random.Next(3) == 0)
            {
                balances.Add(new ImportedBalance(new AssetId("BTC"), Math.Round((decimal)(equity / 60_000.0), 6)
                    + 0.000001m));
                balances.Add(new ImportedBalance(new AssetId("USDC"), -Math.Round((decimal)equity / 2m, 2)));
            }
            yield return new ImportAccount(CommandId.Series(StartMs, 1, i + 1), account, balances, positions);
            if (random.Next(4) == 0)
            {
                var instrument = Books.Universe.Instruments[random.Next(Books.Universe.Instruments.Count)];
                yield return new ReserveOrder(CommandId.Series(StartMs, 2, i + 1), account, instrument.Id,
                    Quantity(random, instrument, start, equity / 4.0), start.Mark(instrument)!.Value);
            }
        }
    }

    private static Quantity Quantity(Random random, Instrument instrument, PriceFrame frame, double usd)
    {
        var (mark, settlement) = (frame.Mark(instrument)!.Value.Value, frame.UsdPrice(instrument.Settlement)!.Value);
        var unit = instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? mark * settlement
            : settlement / mark);
        var lots = Math.Max(1m, Math.Floor((decimal)usd / unit / instrument.LotSize));
        return new Quantity((random.Next(2) * 2 - 1) * Math.Min(lots * instrument.LotSize, instrument.PositionLimit));
    }
}
