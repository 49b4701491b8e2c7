using System.Globalization;
using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Ledgers of lots; the inputs tell whose. Sheets and laws have files of their own.</summary>
internal static class TaxLotCases
{
    /// <summary>The day of the transactions in beancount's tests, which the cases leave out.</summary>
    private static readonly DateTimeOffset BookedOn = new(2015, 2, 22, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// What hledger's example (examples/lots) sold before the sale of a case: a case states the place in the sequence
    /// and not the sales before it.
    /// </summary>
    private static readonly decimal[] SoldBefore = [5m, 24m];

    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var method = inputs.TextOrNull("method") ?? "";
        return inputs switch
        {
            _ when inputs.Has("dataset") => SheetCases.Answer(inputs),
            _ when inputs.Has("reduce") => Booking(inputs),
            _ when inputs.Has("buys") => Sequence(inputs),
            _ when inputs.Has("basis") => Specific(inputs),
            _ when inputs.Has("txs") => LawCases.Canada(inputs),
            _ when inputs.Has("pool") => LawCases.UnitedKingdom(inputs),
            _ when inputs.Has("fees") => Fees(inputs, method),
            _ when inputs.Has("events") && method.StartsWith("ACB", StringComparison.Ordinal) => Running(inputs),
            _ when inputs.Has("events") => Remaining(inputs, method),
            _ => throw new UnmappedCase("no known group of inputs"),
        };
    }

    public static LotMethod Method(string name) => name switch
    {
        "FIFO" => LotMethod.Fifo,
        "LIFO" => LotMethod.Lifo,
        "HIFO" => LotMethod.Hifo,
        "LOFO" => LotMethod.Lofo,
        "AVERAGE" => LotMethod.Average,
        _ when name.StartsWith("ACB", StringComparison.Ordinal) => LotMethod.Average,
        _ => throw new UnmappedCase($"method '{name}'"),
    };

    /// <summary>Reductions of an inventory, with the merges an average needs before them.</summary>
    private static Answer Booking(CaseInputs inputs)
    {
        var book = new LotBook(Method(inputs.Text("method")));
        var names = new Dictionary<string, CaseInputs>();
        foreach (var lot in inputs.Items("lots"))
        {
            var id = names.Count.ToString(CultureInfo.InvariantCulture);
            names.Add(id, lot);
            book.Place(new Lot(id, Date(lot.Text("date")), lot.Decimal("units"),
                lot.Decimal("units") * lot.Decimal("cost"), null));
        }
        var asset = inputs.Items("lots")[0].Text("asset");
        var booked = new List<Answer>();
        LotException? refusal = null;
        try
        {
            foreach (var reduction in inputs.Items("reduce"))
            {
                Reduce(book, reduction, asset, booked);
            }
        }
        catch (LotException problem)
        {
            (refusal, booked) = (problem, []);
        }
        return new Answer()
            .With("outcome", () => refusal is null ? "booked" : throw new ProductRefusal(refusal.Fault.ToString()))
            .Beside("booked", () => booked)
            .Beside("remaining", () => book.Lots.Select(lot => Line(lot.Quantity, asset, lot)).ToList());
    }

    private static void Reduce(LotBook book, CaseInputs reduction, string asset, List<Answer> booked)
    {
        var units = reduction.Decimal("units");
        var before = book.Lots;
        var side = decimal.Sign(book.Quantity);
        var closes = Math.Min(Math.Abs(units), units * side < 0 && reduction.Has("cost")
            ? Math.Abs(book.Quantity) : Math.Abs(units));
        var parts = book.Take(closes, "reduce");
        if (parts.Count == 1 && before.Count > 1 && before.All(lot => lot.Quantity != parts[0].From.Quantity))
        {
            booked.AddRange(before.Select(lot => Line(-lot.Quantity, asset, lot).With("flag", () => "M")));
            booked.Add(Line(parts[0].From.Quantity, asset, parts[0].From).With("flag", () => "M"));
        }
        booked.AddRange(parts.Select(part => Line(-side * part.Quantity, asset, part.From)));
        if (closes < Math.Abs(units))
        {
            var rest = units + (side * closes);
            var lot = new Lot("rest", BookedOn, rest, rest * reduction.Decimal("cost"), null);
            book.Open(lot);
            booked.Add(Line(rest, asset, lot));
        }
    }

    private static Answer Line(decimal units, string asset, Lot lot) => new Answer()
        .With("units", () => units)
        .With("asset", () => asset)
        .With("cost", () => lot.UnitCost)
        .With("date", () => lot.Acquired.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static Answer Running(CaseInputs inputs)
    {
        var ledger = LotEngine.Run(Lines(inputs), new LotOptions
        {
            Method = LotMethod.Average, Oversell = OversellRule.ZeroBasis,
        });
        var last = Last(inputs.Elements("events").Count);
        return new Answer()
            .With("pnl", () => ledger.Matches.Where(match => match.Event == last).Sum(match => match.Gain))
            .With("total_acb", () => ledger.OpenBasis)
            .With("amount", () => ledger.OpenQuantity);
    }

    /// <summary>An event is a word, a quantity, its whole price, and a fee.</summary>
    private static Answer Fees(CaseInputs inputs, string method)
    {
        var isExpense = inputs.Text("fees").StartsWith("separate", StringComparison.Ordinal);
        var events = inputs.Elements("events");
        var lines = events.Select((item, i) => new LotEvent(Day(i), Last(i + 1),
            item[0].GetString() == "buy" ? LotEventKind.Buy : LotEventKind.Sell, CaseInputs.Number(item[1]))
        {
            Amount = CaseInputs.Number(item[2]), Fee = CaseInputs.Number(item[3]),
        });
        var ledger = LotEngine.Run(lines, new LotOptions
        {
            Method = Method(method), Fees = isExpense ? FeeRule.Expense : FeeRule.InBasis,
        });
        decimal Gain(int i) => ledger.Matches.Where(match => match.Event == Last(i + 1)).Sum(match => match.Gain);
        decimal Expense(int i) => ledger.Expenses.Where(e => e.Event == Last(i + 1)).Sum(e => e.Amount);
        // a purchase spends, pays the fee and receives; a sale spends, receives and pays the fee
        var parts = events.SelectMany((item, i) => item[0].GetString() == "buy"
            ? new[] { 0m, -Expense(i), 0m }
            : [Gain(i), 0m, -Expense(i)]).ToList();
        var answer = new Answer().With("pnl", () => parts);
        var sales = events.Index().Where(item => item.Item[0].GetString() == "sell").ToList();
        for (var i = 0; i < sales.Count; i++)
        {
            var at = sales[i].Index;
            answer.With($"pnl_sell{i + 1}", () => Gain(at));
        }
        return answer;
    }

    private static Answer Remaining(CaseInputs inputs, string method)
    {
        var book = new LotBook(Method(method));
        var after = new List<List<decimal>>();
        foreach (var (i, item) in inputs.Elements("events").Index())
        {
            var quantity = CaseInputs.Number(item[1]);
            if (item[0].GetString() == "in")
            {
                book.Open(new Lot(Last(i), Day((int)CaseInputs.Number(item[3])), quantity,
                    quantity * CaseInputs.Number(item[2]), null));
                continue;
            }
            book.Take(quantity, Last(i));
            after.Add([.. book.Lots.Select(lot => lot.Quantity)]);
        }
        return new Answer().With("remaining_after_each_out", () => after);
    }

    private static Answer Sequence(CaseInputs inputs)
    {
        var (buys, place) = (inputs.Elements("buys"), (int)inputs.Integer("sequence"));
        var lines = buys.Select((item, i) => new LotEvent(Day(i), Last(i), LotEventKind.Buy, CaseInputs.Number(item[0]))
        {
            Price = CaseInputs.Number(item[1]),
        }).ToList();
        lines.AddRange(SoldBefore.Take(place - 1).Select((sold, i) =>
            new LotEvent(Day(buys.Count + i), "earlier", LotEventKind.Sell, sold) { Price = 0m }));
        lines.Add(new LotEvent(Day(100), "sale", LotEventKind.Sell, CaseInputs.Number(inputs.Elements("sell")[0]))
        {
            Price = CaseInputs.Number(inputs.Elements("sell")[1]),
        });
        var matches = LotEngine.Run(lines, new LotOptions { Method = Method(inputs.Text("method")) }).Matches
            .Where(match => match.Event == "sale").ToList();
        return new Answer()
            .With("gain", () => matches.Sum(match => match.Gain))
            .With("lots", () => matches.Select(match => new List<decimal> { match.Quantity, match.Lot!.UnitCost })
                .ToList());
    }

    private static Answer Specific(CaseInputs inputs)
    {
        var quantity = inputs.Decimal("qty");
        LotEvent[] lines =
        [
            new(Day(0), "1", LotEventKind.Buy, quantity) { Price = inputs.Decimal("basis") + 1m },
            new(Day(1), "2", LotEventKind.Buy, quantity) { Price = inputs.Decimal("basis") },
            new(Day(2), "3", LotEventKind.Sell, quantity)
            {
                Price = inputs.Decimal("price"), Fee = inputs.DecimalOr(0m, "usd_fee_separate_expense"), Lots = ["2"],
            },
        ];
        var ledger = LotEngine.Run(lines, new LotOptions { Method = LotMethod.Specific, Fees = FeeRule.Expense });
        return new Answer().With("gain", () => ledger.Gain);
    }

    private static IEnumerable<LotEvent> Lines(CaseInputs inputs) => inputs.Elements("events").Select((item, i) =>
        new LotEvent(Day(i), Last(i + 1), item[0].GetString() == "in" ? LotEventKind.Buy : LotEventKind.Sell,
            CaseInputs.Number(item[1])) { Price = CaseInputs.Number(item[2]) });

    private static string Last(int place) => place.ToString("D4", CultureInfo.InvariantCulture);

    private static DateTimeOffset Day(int day) => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);

    private static DateTimeOffset Date(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
