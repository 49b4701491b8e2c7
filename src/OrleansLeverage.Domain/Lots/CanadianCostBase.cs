namespace OrleansLeverage.Domain.Lots;

/// <summary>What the adjusted cost base was after a step.</summary>
/// <param name="IsAddition">True where the step adds a superficial loss back, false for the line itself.</param>
public readonly record struct CostBaseStep(string Event, bool IsAddition, decimal Quantity, decimal CostBase);

/// <summary>
/// Adjusted cost base of Canada, with superficial losses: of a loss, the share min(sold, acquired, held) / sold is
/// denied and added to the base, where acquired counts the 61 days around the sale and held is what is left at their
/// end. Source: Income Tax Act s54 "superficial loss"; the proportion as in tsiemens/acb. Amounts are in Canadian
/// dollars: convert lines first.
/// </summary>
/// <param name="Steps">The base after every line and every addition.</param>
public sealed record CanadianCostBase(LotLedger Ledger, IReadOnlyList<CostBaseStep> Steps)
{
    private const int DaysAround = 30;

    /// <param name="opening">What is held before the first line; acquired too long ago to matter for a loss.</param>
    /// <exception cref="LotException">More is sold than is held.</exception>
    public static CanadianCostBase Run(IEnumerable<LotEvent> lines, Lot? opening = null)
    {
        var ordered = lines.Where(line => line.Kind != LotEventKind.Transfer).OrderBy(line => line.Time)
            .ThenBy(line => line.Id, StringComparer.Ordinal).ToList();
        var (quantity, cost) = (opening?.Quantity ?? 0m, opening?.Basis ?? 0m);
        var (matches, steps) = (new List<LotMatch>(), new List<CostBaseStep>());
        for (var i = 0; i < ordered.Count; i++)
        {
            var line = ordered[i];
            if (line.Quantity <= 0m || (line.Price is null && line.Amount is null))
            {
                throw new LotException(LotFault.BadLine, line.Id, "a quantity above 0 and a price or an amount");
            }
            var value = line.Amount ?? (line.Quantity * line.Price!.Value);
            if (line.Kind != LotEventKind.Sell)
            {
                (quantity, cost) = (quantity + line.Quantity, cost + value + line.Fee);
                steps.Add(new CostBaseStep(line.Id, false, quantity, cost));
                continue;
            }
            if (line.Quantity > quantity)
            {
                throw new LotException(LotFault.Oversold, line.Id, $"{Decimals.Text(line.Quantity)} is more than the "
                    + $"{Decimals.Text(quantity)} held; add the missing acquisition");
            }
            var share = line.Quantity == quantity ? cost : cost * line.Quantity / quantity;
            var proceeds = value - line.Fee;
            (quantity, cost) = (quantity - line.Quantity, cost - share);
            steps.Add(new CostBaseStep(line.Id, false, quantity, cost));
            var denied = Denied(ordered, i, share - proceeds, quantity);
            matches.Add(new LotMatch(MatchKind.Disposal, line.Id, line.Time, line.Label, line.Quantity, proceeds,
                share - denied, line.Price, null, denied > 0m ? "superficial loss" : "cost base")
            {
                Disallowed = denied,
            });
            if (denied > 0m)
            {
                cost += denied;
                steps.Add(new CostBaseStep(line.Id, true, quantity, cost));
            }
        }
        var open = quantity == 0m ? [] : new[] { ("", new Lot("cost base", default, quantity, cost, null)) };
        return new CanadianCostBase(new LotLedger(matches, [], open), steps);
    }

    /// <summary>The part of a loss (positive) that is denied.</summary>
    private static decimal Denied(List<LotEvent> lines, int at, decimal loss, decimal left)
    {
        if (loss <= 0m)
        {
            return 0m;
        }
        var day = lines[at].Time.Date;
        var (first, last) = (day.AddDays(-DaysAround), day.AddDays(DaysAround));
        var acquired = lines.Where(line => line.Kind != LotEventKind.Sell && line.Time.Date >= first
            && line.Time.Date <= last).Sum(line => line.Quantity);
        var held = left + lines.Skip(at + 1).Where(line => line.Time.Date <= last)
            .Sum(line => line.Kind == LotEventKind.Sell ? -line.Quantity : line.Quantity);
        var sold = lines[at].Quantity;
        return loss * Math.Max(0m, Math.Min(sold, Math.Min(acquired, held))) / sold;
    }
}
