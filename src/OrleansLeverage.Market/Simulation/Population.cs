using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// A seeded population over the perpetuals of a universe. Every account is a function of (seed, its number) and draws
/// from its own stream, so accounts can be made in any order, by any number of threads, without holding them all. What
/// the others leave unmatched in an instrument is summed once, in whole lots, and shared among the market makers to
/// the last lot: long open interest equals short open interest exactly. <para> Popularity falls with rank as 1/rank,
/// in the order of the universe. At the start prices every account's maintenance margin is at most <see
/// cref="PopulationOptions.StartRatioMax"/> of its margin balance, and its initial margin fits. </para>
/// </summary>
public sealed class Population
{
    /// <summary>Ids of market makers begin with it, so that figures can be shown with and without them.</summary>
    public const string MarketMakerPrefix = "mm-";

    private const int AccountsPerBatch = 4_096;

    private readonly AccountDraw _draw;
    private readonly TradedInstrument[] _instruments;
    private readonly MarketMakers _makers;
    private readonly long[] _longLots;

    private Population(AccountDraw draw, MarketMakers makers, TradedInstrument[] instruments, long[] longLots)
    {
        _draw = draw;
        _makers = makers;
        _instruments = instruments;
        _longLots = longLots;
    }

    public int Count => _makers.Accounts;

    /// <summary>
    /// Draws every account once to sum up what the market makers must hold; about a microsecond each.
    /// </summary>
    /// <param name="prices">Start price of every feed of the universe that an instrument or a collateral depends
    /// on.</param>
    /// <param name="workers">Threads to sum with; the result does not depend on it.</param>
    /// <exception cref="FormatException">Options out of range, a missing price, too few market makers for the
    /// limits.</exception>
    public static Population Create(
        Universe universe, IReadOnlyDictionary<FeedId, Price> prices, PopulationOptions options, int workers = 1)
    {
        options.Check();
        var instruments = universe.Instruments
            .Where(i => i is { IsOpen: true, Kind: InstrumentKind.Perpetual })
            .Select(i => new TradedInstrument(i, PriceOf(i.MarkFeed.Id), UsdOf(i.Settlement)))
            .ToArray();
        if (instruments.Length == 0)
        {
            throw new FormatException("population: the universe has no open perpetual");
        }
        var collateral = universe.Assets.Where(a => a.CollateralWeight > 0m)
            .Select(a => new CollateralAsset(a, UsdOf(a))).ToArray();
        var draw = new AccountDraw(options, instruments, collateral);
        var makers = new MarketMakers(options.Accounts, options.MarketMakerShare, options.Seed);
        var (longs, shorts) = OpenLots(draw, makers, instruments.Length, workers);
        var longLots = makers.Take(longs, shorts, instruments);
        return new Population(draw, makers, instruments, longLots);

        Price PriceOf(FeedId feed) => prices.TryGetValue(feed, out var price)
            ? price
            : throw new FormatException($"population: {feed} has no start price");
        double UsdOf(Asset asset) => asset.PriceFeed is { } feed ? (double)PriceOf(feed.Id).Value : 1.0;
    }

    /// <summary>The account at a place; safe to call from several threads.</summary>
    public PopulationAccount Account(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
        return _makers.PlaceOf(number) is { } place
            ? _draw.MarketMaker(number, new AccountId($"{MarketMakerPrefix}{place + 1}"), _makers.LotsOf(place))
            : _draw.Account(number, new AccountId($"acct-{number + 1:D8}"));
    }

    /// <summary>All accounts in order, made as they are asked for.</summary>
    public IEnumerable<PopulationAccount> Accounts() => Enumerable.Range(0, Count).Select(Account);

    /// <summary>Open interest on either side, contracts; 0 for an instrument that nobody holds.</summary>
    public Quantity OpenInterest(InstrumentId instrument)
    {
        var index = Array.FindIndex(_instruments, i => i.Id == instrument);
        return index < 0 ? Quantity.Zero : _instruments[index].Quantity(_longLots[index]);
    }

    private static (long[] Longs, long[] Shorts) OpenLots(
        AccountDraw draw, MarketMakers makers, int instruments, int workers)
    {
        var longs = new long[instruments];
        var shorts = new long[instruments];
        var batches = (makers.Accounts + AccountsPerBatch - 1) / AccountsPerBatch;
        // sums of integers: the order in which threads finish cannot matter
        Parallel.For(0, batches, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers) }, batch =>
        {
            var lots = new long[instruments];
            var (batchLongs, batchShorts) = (new long[instruments], new long[instruments]);
            var end = Math.Min(makers.Accounts, (batch + 1) * AccountsPerBatch);
            for (var number = batch * AccountsPerBatch; number < end; number++)
            {
                if (makers.PlaceOf(number) is null)
                {
                    draw.AddLots(number, lots, batchLongs, batchShorts);
                }
            }
            lock (longs)
            {
                for (var i = 0; i < instruments; i++)
                {
                    longs[i] += batchLongs[i];
                    shorts[i] += batchShorts[i];
                }
            }
        });
        return (longs, shorts);
    }
}
