namespace OrleansLeverage.Domain.Lots;

/// <summary>
/// Share identification of the United Kingdom: what is disposed of on a day is matched with what is acquired on that
/// day, then with what is acquired within the 30 days after it, the earliest first, then with the pool at its average
/// cost. All acquisitions of a day are one, and all disposals. Source: HMRC Cryptoassets Manual CRYPTO22200 to 22255;
/// TCGA 1992 s104, s105, s106A. Fees are part of cost and proceeds. Earned units enter at their value.
/// </summary>
public static class Section104
{
    private const int DaysAfter = 30;

    /// <param name="roundCostUpTo">Allowable cost of a disposal is rounded up to it, 1 as the manual does; null keeps
    /// it.</param>
    /// <exception cref="LotException">More is disposed of than was ever held.</exception>
    public static LotLedger Run(IEnumerable<LotEvent> lines, decimal? roundCostUpTo = null)
    {
        var days = Days(lines);
        foreach (var day in days)
        {
            day.Match(day, "same day");
        }
        for (var i = 0; i < days.Count; i++)
        {
            for (var j = i + 1; j < days.Count && (days[j].Date.DayNumber - days[i].Date.DayNumber) <= DaysAfter; j++)
            {
                days[i].Match(days[j], "30 days");
            }
        }
        var (quantity, cost) = (0m, 0m);
        var matches = new List<LotMatch>();
        foreach (var day in days)
        {
            if (day.Sold - day.SoldMatched is > 0m and var rest)
            {
                if (rest > quantity)
                {
                    throw new LotException(LotFault.Oversold, day.SoldBy, $"{Decimals.Text(rest)} is more than the "
                        + $"{Decimals.Text(quantity)} in the pool; add the missing acquisition");
                }
                var share = rest == quantity ? cost : cost * rest / quantity;
                day.Add(rest, share, "pool");
                (quantity, cost) = (quantity - rest, cost - share);
            }
            // what rounding allowed a disposal beyond its share comes out of the pool
            cost -= day.Emit(matches, roundCostUpTo);
            // a pool ends with a day: what was acquired and not matched enters it after the day's disposals
            quantity += day.Bought - day.BoughtMatched;
            cost += day.Cost - day.CostMatched;
        }
        return new LotLedger(matches, [], quantity == 0m ? []
            : [("", new Lot("pool", days[0].Start, quantity, cost, null))]);
    }

    private static List<Day> Days(IEnumerable<LotEvent> lines)
    {
        var days = new SortedDictionary<DateOnly, Day>();
        foreach (var line in lines.OrderBy(line => line.Time).ThenBy(line => line.Id, StringComparer.Ordinal))
        {
            var date = DateOnly.FromDateTime(line.Time.DateTime);
            var needsPrice = line.Kind != LotEventKind.Transfer;
            if (line.Quantity <= 0m || (needsPrice && line.Price is null && line.Amount is null))
            {
                throw new LotException(LotFault.BadLine, line.Id, "a quantity above 0 and a price or an amount");
            }
            if (!days.TryGetValue(date, out var day))
            {
                days.Add(date, day = new Day(date, line.Time));
            }
            day.Take(line);
        }
        return [.. days.Values];
    }

    private sealed class Day(DateOnly date, DateTimeOffset start)
    {
        private readonly List<(decimal Quantity, decimal Cost, string Rule)> _parts = [];
        private decimal _proceeds;

        public DateOnly Date => date;

        public DateTimeOffset Start => start;

        public decimal Bought { get; private set; }

        public decimal Cost { get; private set; }

        public decimal BoughtMatched { get; private set; }

        public decimal CostMatched { get; private set; }

        public decimal Sold { get; private set; }

        public decimal SoldMatched { get; private set; }

        public string SoldBy { get; private set; } = "";

        public void Take(LotEvent line)
        {
            var value = line.Amount ?? (line.Quantity * (line.Price ?? 0m));
            switch (line.Kind)
            {
                case LotEventKind.Sell:
                    Sold += line.Quantity + line.FeeQuantity;
                    _proceeds += value - line.Fee;
                    SoldBy = line.Id;
                    break;
                case LotEventKind.Transfer when line.FeeQuantity > 0m:
                    Sold += line.FeeQuantity;
                    _proceeds += line.FeeQuantity * (line.Price ?? throw new LotException(LotFault.BadLine, line.Id,
                        "a fee in kind needs a price"));
                    SoldBy = line.Id;
                    break;
                case LotEventKind.Transfer:
                    break;
                default:
                    Bought += line.Quantity - line.FeeQuantity;
                    Cost += value + line.Fee;
                    break;
            }
        }

        /// <summary>Matches what is left of this day's disposals with what is left of a day's acquisitions.</summary>
        public void Match(Day other, string rule)
        {
            var quantity = Math.Min(Sold - SoldMatched, other.Bought - other.BoughtMatched);
            if (quantity <= 0m)
            {
                return;
            }
            var isRest = quantity == other.Bought - other.BoughtMatched;
            var cost = isRest ? other.Cost - other.CostMatched : other.Cost * quantity / other.Bought;
            other.BoughtMatched += quantity;
            other.CostMatched += cost;
            Add(quantity, cost, rule);
        }

        public void Add(decimal quantity, decimal cost, string rule)
        {
            _parts.Add((quantity, cost, rule));
            SoldMatched += quantity;
        }

        /// <summary>Writes the day's disposals and returns what rounding added to their cost.</summary>
        public decimal Emit(List<LotMatch> matches, decimal? roundCostUpTo)
        {
            var exact = _parts.Sum(part => part.Cost);
            var allowed = roundCostUpTo is { } unit ? Decimals.CeilingTo(exact, unit) : exact;
            var left = _proceeds;
            for (var i = 0; i < _parts.Count; i++)
            {
                var (quantity, cost, rule) = _parts[i];
                var isLast = i == _parts.Count - 1;
                var proceeds = isLast ? left : _proceeds * quantity / Sold;
                left -= proceeds;
                matches.Add(new LotMatch(MatchKind.Disposal, SoldBy, start, "SELL", quantity, proceeds,
                    isLast ? cost + allowed - exact : cost, _proceeds / Sold, null, rule));
            }
            return allowed - exact;
        }
    }
}
