namespace OrleansLeverage.Domain.Lots;

/// <summary>
/// Open lots of one stock of one asset, all of one side. Taking is decided before anything changes: a refusal leaves
/// the book as it was. Not thread-safe.
/// <code>
/// Σ basis taken + Σ basis left = Σ basis opened      exactly: the last part of a lot takes what its basis has left
/// </code>
/// </summary>
public sealed class LotBook
{
    private readonly LotMethod _method;
    private readonly SortedDictionary<Rank, Lot> _open;
    private long _opened;

    public LotBook(LotMethod method = LotMethod.Fifo, LotRank rank = LotRank.UnitCost)
    {
        _method = method;
        RankBy = rank;
        _open = new SortedDictionary<Rank, Lot>(Comparer<Rank>.Create(Compare));
    }

    public LotRank RankBy { get; }

    /// <summary>Below zero where the book is short.</summary>
    public decimal Quantity { get; private set; }

    public decimal Basis { get; private set; }

    /// <summary>In the order in which they were opened.</summary>
    public IReadOnlyList<Lot> Lots => [.. _open.OrderBy(pair => pair.Key.Opened).Select(pair => pair.Value)];

    /// <summary>Opens a lot on the book's side.</summary>
    public void Open(Lot lot)
    {
        if (lot.Quantity == 0m || decimal.Sign(lot.Quantity) * decimal.Sign(Quantity) < 0
            || decimal.Sign(lot.Basis) * decimal.Sign(lot.Quantity) < 0)
        {
            throw new LotException(LotFault.BadLine, lot.Id,
                $"a lot of {Decimals.Text(lot.Quantity)} at {Decimals.Text(lot.Basis)} does not fit a book of "
                + $"{Decimals.Text(Quantity)}; close what is open first");
        }
        Put(new Rank(Dearness(lot), lot.Acquired, _opened++), lot);
        if (_method == LotMethod.Average)
        {
            Merge();
        }
    }

    /// <summary>
    /// Opens a lot beside the others even where the method averages, as a ledger that merges only when it must.
    /// </summary>
    public void Place(Lot lot) => Put(new Rank(Dearness(lot), lot.Acquired, _opened++), lot);

    /// <summary>
    /// All lots become one at their common cost, acquired when the first was. Nothing changes where there is one.
    /// </summary>
    public Lot? Merge()
    {
        if (_open.Count == 0)
        {
            return null;
        }
        if (_open.Count > 1)
        {
            var lots = Lots;
            var first = lots.MinBy(lot => lot.Acquired)!;
            var merged = new Lot(first.Id, first.Acquired, Quantity, Basis, null);
            _open.Clear();
            (Quantity, Basis) = (0m, 0m);
            Put(new Rank(0m, merged.Acquired, _opened++), merged);
        }
        return _open.First().Value;
    }

    /// <summary>Takes a quantity (positive) by the method, or from the lots named, in that order.</summary>
    /// <param name="line">Named in a refusal.</param>
    /// <exception cref="LotException">More than is open, or a lot that is not.</exception>
    public IReadOnlyList<LotPart> Take(decimal quantity, string line, IReadOnlyList<string>? named = null)
    {
        if (quantity <= 0m)
        {
            throw new LotException(LotFault.BadLine, line, $"a quantity is above 0, not {Decimals.Text(quantity)}");
        }
        if (quantity > Math.Abs(Quantity))
        {
            throw new LotException(LotFault.Oversold, line, $"{Decimals.Text(quantity)} is more than the "
                + $"{Decimals.Text(Math.Abs(Quantity))} held; add the missing acquisition, or choose what an oversell "
                + "means (zero basis, or a short)");
        }
        if (_method == LotMethod.Average)
        {
            Merge();
        }
        var parts = new List<(Rank Rank, LotPart Part)>();
        var left = quantity;
        foreach (var (rank, lot) in _method == LotMethod.Specific ? Named(named ?? [], line) : _open)
        {
            if (left == 0m)
            {
                break;
            }
            var whole = Math.Abs(lot.Quantity);
            var taken = Math.Min(left, whole);
            var basis = taken == whole ? Math.Abs(lot.Basis) : Math.Abs(lot.Basis) * taken / whole;
            parts.Add((rank, new LotPart(lot, taken, basis)));
            left -= taken;
        }
        if (left > 0m)
        {
            throw new LotException(LotFault.LotNotOpen, line,
                $"the lots named hold {Decimals.Text(left)} too little; name more of them");
        }
        foreach (var (rank, part) in parts)
        {
            Reduce(rank, part);
        }
        return [.. parts.Select(part => part.Part)];
    }

    private IEnumerable<KeyValuePair<Rank, Lot>> Named(IReadOnlyList<string> names, string line)
    {
        if (names.Count == 0)
        {
            throw new LotException(LotFault.LotNotOpen, line, "the method is specific, so a disposal names its lots");
        }
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var found = _open.Where(pair => pair.Value.Id == name).ToList();
            if (found.Count == 0)
            {
                throw new LotException(LotFault.LotNotOpen, line, $"lot '{name}' is not open");
            }
            foreach (var pair in found)
            {
                yield return pair;
            }
        }
    }

    private void Reduce(Rank rank, LotPart part)
    {
        var side = decimal.Sign(part.From.Quantity);
        var after = part.From with
        {
            Quantity = part.From.Quantity - (side * part.Quantity), Basis = part.From.Basis - (side * part.Basis),
        };
        Quantity -= side * part.Quantity;
        Basis -= side * part.Basis;
        if (after.Quantity == 0m)
        {
            _open.Remove(rank);
        }
        else
        {
            _open[rank] = after;
        }
    }

    private void Put(Rank rank, Lot lot)
    {
        _open.Add(rank, lot);
        Quantity += lot.Quantity;
        Basis += lot.Basis;
    }

    private decimal Dearness(Lot lot) => RankBy == LotRank.SpotPrice && lot.Spot is { } spot ? spot : lot.UnitCost;

    /// <summary>
    /// Dearest, cheapest, earliest or latest first; then the earliest, then as opened. The latest acquired is also the
    /// latest opened.
    /// </summary>
    private int Compare(Rank left, Rank right)
    {
        var order = _method switch
        {
            LotMethod.Hifo => right.Dearness.CompareTo(left.Dearness),
            LotMethod.Lofo => left.Dearness.CompareTo(right.Dearness),
            LotMethod.Lifo => right.Acquired.UtcTicks.CompareTo(left.Acquired.UtcTicks),
            _ => 0,
        };
        order = order != 0 ? order : left.Acquired.UtcTicks.CompareTo(right.Acquired.UtcTicks);
        return order != 0 ? order
            : _method == LotMethod.Lifo ? right.Opened.CompareTo(left.Opened)
            : left.Opened.CompareTo(right.Opened);
    }

    private readonly record struct Rank(decimal Dearness, DateTimeOffset Acquired, long Opened);
}
