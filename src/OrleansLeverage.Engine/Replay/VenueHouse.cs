using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// The accounts on the other side of a replayed venue, which are accounts like any other: the insurance fund, the desk
/// that takes positions over and sells them on at once, the book that buys, and who changes coins at the mark. They
/// are opened with money of their own, the book with several times the open interest, so that it never fails itself.
/// </summary>
internal sealed class VenueHouse
{
    /// <summary>
    /// As a market maker by its name, so that figures without market makers leave the book out.
    /// </summary>
    private const string BookPrefix = "mm-book-";
    private const int BooksMin = 4;
    private const long SeriesOfHouse = 0xB00C;

    /// <summary>Capital of book and desk against the notional of the start, USD per USD.</summary>
    private const decimal BookCapital = 6m;
    private const decimal DeskCapital = 3m;

    private readonly LockstepGrid _grid;
    private readonly AccountId[] _books;
    private readonly int[] _next;
    private readonly decimal[] _pieces;
    private readonly long _startMs;
    private long _commands;

    private VenueHouse(LockstepGrid grid, int books, decimal[] open, long startMs)
    {
        (_grid, _startMs) = (grid, startMs);
        // what one book takes at once: its part of all there is, twice
        _pieces = [.. grid.Frame.Universe.Instruments.Select(i =>
            Decimals.CeilingTo(Math.Max(i.LotSize, 2m * open[i.Index] / books), i.LotSize))];
        _books = [.. Enumerable.Range(1, books).Select(n => new AccountId($"{BookPrefix}{n}"))];
        _next = new int[grid.Frame.Universe.Instruments.Count];
    }

    public static AccountId Fund { get; } = new("insurance-fund");

    public static AccountId Desk { get; } = new("liquidation-desk");

    /// <summary>Gives USD for coins and coins for USD.</summary>
    public static AccountId Changer { get; } = new("coin-changer");

    public static bool IsHouse(AccountId id) =>
        id == Fund || id == Desk || id == Changer || id.Value.StartsWith(BookPrefix, StringComparison.Ordinal);

    /// <param name="prices">Start prices by feed; what the fund holds in coins is bought at them.</param>
    /// <param name="startMs">Time of the first frame: commands before it are dated with it.</param>
    public static VenueHouse Open(LockstepGrid grid, decimal fundUsd, IReadOnlyDictionary<FeedId, Price> prices,
        long startMs)
    {
        var universe = grid.Frame.Universe;
        var (open, notional) = OpenInterest(grid.State, prices);
        var books = BooksMin;
        foreach (var instrument in universe.Instruments)
        {
            books = Math.Max(books, BooksMin + (int)Math.Min(100_000m,
                decimal.Ceiling(4m * open[instrument.Index] / instrument.PositionLimit)));
        }
        var house = new VenueHouse(grid, books, open, startMs);
        var each = Decimals.FloorTo(1_000m + BookCapital * notional / books, 1m);
        foreach (var book in house._books)
        {
            house.Import(book, [new ImportedBalance(AssetId.Usd, each)]);
        }
        var capital = Decimals.FloorTo(1_000m + DeskCapital * notional, 1m);
        house.Import(Desk, [new ImportedBalance(AssetId.Usd, capital)]);
        house.Import(Changer, [new ImportedBalance(AssetId.Usd, capital),
            .. universe.Assets.Where(a => a.PriceFeed is { } feed && prices.ContainsKey(feed.Id)).Select(a =>
                new ImportedBalance(a.Id, Decimals.CeilingTo(capital / prices[a.PriceFeed!.Id].Value, a.Quantum)))]);
        house.Import(Fund, [.. FundOf(universe, fundUsd, prices)]);
        return house;
    }

    public CommandId NextId() =>
        CommandId.Series(Math.Max(_startMs, _grid.Frame.TimeMs), SeriesOfHouse, ++_commands);

    public decimal Balance(AccountId account, Asset asset) => _grid.State.Accounts.Read(account)!.Balance(asset);

    /// <summary>A book with room for a quantity, in turn.</summary>
    /// <exception cref="InvalidOperationException">None has: the book was opened too small.</exception>
    public AccountId Book(Instrument instrument, Quantity quantity)
    {
        for (var tried = 0; tried < _books.Length; tried++)
        {
            var book = _books[(_next[instrument.Index] + tried) % _books.Length];
            var held = _grid.State.Accounts.Read(book)!.Position(instrument).Quantity;
            if ((held + quantity).Abs.Value <= instrument.PositionLimit)
            {
                _next[instrument.Index] = (_next[instrument.Index] + tried + 1) % _books.Length;
                return book;
            }
        }
        throw new InvalidOperationException($"no book has room for {quantity} of {instrument}");
    }

    /// <summary>A quantity in the pieces that single books take.</summary>
    public IEnumerable<Quantity> Pieces(Instrument instrument, Quantity quantity)
    {
        var (left, sign) = (quantity.Abs.Value, quantity.IsLong ? 1m : -1m);
        while (left > 0m)
        {
            var piece = Math.Min(left, _pieces[instrument.Index]);
            yield return new Quantity(sign * piece);
            left -= piece;
        }
    }

    public void Fill(Instrument instrument, Price price, AccountId account, Quantity quantity, AccountId other,
        FillReason reason) => Must(new ApplyFill(NextId(), instrument.Id, price, new FillLeg(account, quantity, 0m),
            new FillLeg(other, -quantity, 0m), reason));

    /// <summary>Nothing where the amount is 0.</summary>
    public void Move(AccountId from, AccountId to, Asset asset, decimal amount)
    {
        if (amount > 0m)
        {
            Must(new Transfer(NextId(), from, to, asset.Id, amount));
        }
    }

    /// <summary>What the venue itself orders is never refused, or the replay is wrong and says so.</summary>
    private void Must(AccountCommand command)
    {
        var result = _grid.Execute(command);
        if (!result.IsApplied)
        {
            throw new InvalidOperationException($"the venue's {command} is refused: {result.Status} {result.Detail}");
        }
    }

    private void Import(AccountId account, IReadOnlyList<ImportedBalance> balances)
    {
        if (balances.Count > 0)
        {
            Must(new ImportAccount(NextId(), account, balances, []));
        }
    }

    /// <summary>
    /// A fund per asset that contracts settle in, as coin-margined venues keep them: four fifths in USD, the rest in
    /// equal parts.
    /// </summary>
    private static IEnumerable<ImportedBalance> FundOf(Universe universe, decimal fundUsd,
        IReadOnlyDictionary<FeedId, Price> prices)
    {
        var coins = universe.Instruments.Where(i => i.IsOpen).Select(i => i.Settlement)
            .Where(a => a.PriceFeed is { } feed && prices.ContainsKey(feed.Id)).Distinct().ToArray();
        var usd = coins.Length == 0 ? fundUsd : Decimals.FloorTo(fundUsd * 0.8m, universe.Usd.Quantum);
        // an account of nothing cannot be imported; a quantum is as good as nothing
        yield return new ImportedBalance(AssetId.Usd, Math.Max(usd, universe.Usd.Quantum));
        foreach (var coin in coins)
        {
            var units = Decimals.FloorTo((fundUsd - usd) / coins.Length / prices[coin.PriceFeed!.Id].Value,
                coin.Quantum);
            if (units > 0m)
            {
                yield return new ImportedBalance(coin.Id, units);
            }
        }
    }

    /// <summary>The larger side of every instrument in contracts, and all of them in USD.</summary>
    private static (decimal[] Open, decimal Notional) OpenInterest(GridState state,
        IReadOnlyDictionary<FeedId, Price> prices)
    {
        var universe = state.Accounts.Universe;
        var (longs, shorts) = (new decimal[universe.Instruments.Count], new decimal[universe.Instruments.Count]);
        for (var number = 0; number < state.Accounts.Count; number++)
        {
            foreach (var position in state.Accounts.Read(number).Positions)
            {
                longs[position.Instrument.Index] += Math.Max(0m, position.Quantity.Value);
                shorts[position.Instrument.Index] += Math.Max(0m, -position.Quantity.Value);
            }
        }
        decimal[] open = [.. longs.Zip(shorts, Math.Max)];
        return (open, universe.Instruments.Where(i => open[i.Index] > 0m).Sum(i => open[i.Index] * i.Multiplier
            * (i.Style == ContractStyle.Inverse ? 1m : prices[i.MarkFeed.Id].Value * Usd(i.Settlement))));

        decimal Usd(Asset asset) => asset.PriceFeed is { } feed ? prices[feed.Id].Value : 1m;
    }
}
