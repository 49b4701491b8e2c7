namespace OrleansLeverage.Domain.Lots;

/// <summary>
/// Runs a ledger of one asset: what was disposed of, from which lots, with which gain, and what is left. Pure and
/// exact: the same lines give the same ledger, parts of a basis and of proceeds add up to the whole. Quant reference
/// §17.
/// </summary>
public sealed class LotEngine(LotOptions options)
{
    private readonly SortedDictionary<string, LotBook> _books = new(StringComparer.Ordinal);
    private readonly List<LotMatch> _matches = [];
    private readonly List<LotExpense> _expenses = [];

    /// <param name="lines">In any order; taken by time, then by id.</param>
    /// <exception cref="LotException">The first line that cannot be.</exception>
    public static LotLedger Run(IEnumerable<LotEvent> lines, LotOptions options)
    {
        var engine = new LotEngine(options);
        foreach (var line in lines.OrderBy(line => line.Time.UtcTicks).ThenBy(line => line.Id, StringComparer.Ordinal))
        {
            engine.Apply(line);
        }
        return engine.Ledger();
    }

    public LotLedger Ledger() => new([.. _matches], [.. _expenses],
        [.. _books.SelectMany(pair => pair.Value.Lots.Select(lot => (pair.Key, lot)))]);

    /// <summary>Takes one line; the caller keeps the order of time.</summary>
    public void Apply(LotEvent line)
    {
        Check(line);
        switch (line.Kind)
        {
            case LotEventKind.Buy:
                Acquire(line, ValueOf(line) + (line.FeeQuantity * PriceOf(line, line.FeeQuantity)));
                PayInKind(line);
                break;
            case LotEventKind.Income:
                Earn(line);
                break;
            case LotEventKind.Sell:
                var alone = line.Quantity == 0m;
                // a line that is nothing but a fee disposes of it at the market price
                Dispose(line, line.Quantity + line.FeeQuantity,
                    alone ? line.FeeQuantity * PriceOf(line, line.FeeQuantity) : ValueOf(line), line.Label);
                break;
            default:
                Transfer(line);
                break;
        }
    }

    private void Acquire(LotEvent line, decimal cost)
    {
        Expense(line);
        var book = Book(line.Wallet);
        var basis = cost + (options.Fees == FeeRule.InBasis ? line.Fee : 0m);
        var (quantity, total) = (line.Quantity, line.Quantity);
        if (book.Quantity < 0m)
        {
            var closing = Math.Min(quantity, -book.Quantity);
            var part = closing == quantity ? basis : basis * closing / quantity;
            Close(line, book, closing, part, line.Label, isShort: true);
            (quantity, basis) = (quantity - closing, basis - part);
        }
        if (quantity > 0m)
        {
            book.Open(new Lot(line.Id, line.Time, quantity, basis, line.Price ?? (ValueOf(line) / total)));
        }
    }

    private void PayInKind(LotEvent line)
    {
        if (line.FeeQuantity > 0m)
        {
            Dispose(line with { Fee = 0m, Lots = [line.Id] }, line.FeeQuantity,
                line.FeeQuantity * PriceOf(line, line.FeeQuantity), "FEE");
        }
    }

    private void Earn(LotEvent line)
    {
        if (options.Income == IncomeRule.TaxedAtSpot)
        {
            _matches.Add(new LotMatch(MatchKind.Income, line.Id, line.Time, line.Label, line.Quantity, ValueOf(line),
                0m, line.Price, null));
            Acquire(line, ValueOf(line));
        }
        else
        {
            Acquire(line, 0m);
        }
        PayInKind(line);
    }

    private void Dispose(LotEvent line, decimal quantity, decimal value, string label)
    {
        Expense(line);
        var book = Book(line.Wallet);
        var proceeds = value - (options.Fees == FeeRule.InBasis ? line.Fee : 0m);
        var held = Math.Max(0m, book.Quantity);
        var closing = options.Oversell == OversellRule.Refuse ? quantity : Math.Min(quantity, held);
        var part = closing == quantity ? proceeds : proceeds * closing / quantity;
        if (closing > 0m)
        {
            Close(line, book, closing, part, label, isShort: false);
        }
        var missing = quantity - closing;
        if (missing > 0m && options.Oversell == OversellRule.OpenShort)
        {
            book.Open(new Lot(line.Id, line.Time, -missing, -(proceeds - part), line.Price));
        }
        else if (missing > 0m)
        {
            _matches.Add(new LotMatch(MatchKind.Shortage, line.Id, line.Time, label, missing, proceeds - part, 0m,
                line.Price, null));
        }
    }

    /// <summary>Shares an amount out over the parts taken; the last part takes what is left of it.</summary>
    private void Close(LotEvent line, LotBook book, decimal quantity, decimal amount, string label, bool isShort)
    {
        var parts = book.Take(quantity, line.Id, line.Lots);
        var left = amount;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            var share = i == parts.Count - 1 ? left : amount * part.Quantity / quantity;
            left -= share;
            var (proceeds, basis) = isShort ? (part.Basis, share) : (share, part.Basis);
            var held = line.Time - part.From.Acquired;
            _matches.Add(new LotMatch(MatchKind.Disposal, line.Id, line.Time, label, part.Quantity, proceeds, basis,
                line.Price, part.From)
            {
                IsLongTerm = options.LongTermAfterDays is { } days && held > TimeSpan.FromDays(days),
                IsTaxFree = options.TaxFreeAfterDays is { } free && held > TimeSpan.FromDays(free),
            });
        }
    }

    private void Transfer(LotEvent line)
    {
        if (line.FeeQuantity > 0m && options.TransferFees == TransferFeeRule.Disposal)
        {
            Dispose(line, line.FeeQuantity, line.FeeQuantity * PriceOf(line, line.FeeQuantity), line.Label);
        }
        var arrives = line.Quantity - line.FeeQuantity;
        var isLost = line.FeeQuantity > 0m && options.TransferFees == TransferFeeRule.IntoBasis;
        if (options.Pooling == LotPooling.Universal && !isLost)
        {
            return;
        }
        var (from, to) = (Book(line.Wallet), Book(line.ToWallet));
        var parts = from.Take(isLost ? line.Quantity : arrives, line.Id, line.Lots);
        var (left, total) = (arrives, isLost ? line.Quantity : arrives);
        for (var i = 0; i < parts.Count; i++)
        {
            var quantity = i == parts.Count - 1 ? left : parts[i].Quantity * arrives / total;
            left -= quantity;
            to.Open(parts[i].From with { Quantity = quantity, Basis = parts[i].Basis });
        }
    }

    private void Expense(LotEvent line)
    {
        if (options.Fees == FeeRule.Expense && line.Fee != 0m)
        {
            _expenses.Add(new LotExpense(line.Id, line.Time, line.Fee));
        }
    }

    private LotBook Book(string wallet)
    {
        var name = options.Pooling == LotPooling.PerWallet ? wallet : "";
        if (!_books.TryGetValue(name, out var book))
        {
            _books.Add(name, book = new LotBook(options.Method, options.Rank));
        }
        return book;
    }

    private static void Check(LotEvent line)
    {
        var isFee = line.Kind == LotEventKind.Sell && line.FeeQuantity > 0m;
        if (line.Quantity < 0m || (line.Quantity == 0m && !isFee) || line.FeeQuantity < 0m || line.Price < 0m
            || line.Amount < 0m)
        {
            throw new LotException(LotFault.BadLine, line.Id,
                "quantity is above 0; fee in kind, price and amount are at least 0");
        }
        if (line.Kind == LotEventKind.Transfer && line.FeeQuantity >= line.Quantity)
        {
            throw new LotException(LotFault.BadLine, line.Id, "a transfer loses less than it sends");
        }
    }

    private static decimal ValueOf(LotEvent line) => line.Amount ?? (line.Quantity * PriceOf(line, line.Quantity));

    private static decimal PriceOf(LotEvent line, decimal quantity) => line.Price ?? (quantity == 0m ? 0m
        : throw new LotException(LotFault.BadLine, line.Id, "it has neither a price nor an amount; state one"));
}
