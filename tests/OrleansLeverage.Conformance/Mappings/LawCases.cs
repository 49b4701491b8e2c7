using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Share identification by the laws of two countries.</summary>
internal static class LawCases
{
    private const int Year = 2018;

    /// <summary>The example's year begins long before the days it names.</summary>
    private static readonly DateTimeOffset Earlier = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset SomeDay = new(Year, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static Answer UnitedKingdom(CaseInputs inputs)
    {
        var lines = new List<LotEvent>();
        void Add(LotEventKind kind, DateTimeOffset time, JsonElement quantity, JsonElement amount) =>
            lines.Add(new LotEvent(time, lines.Count.ToString("D4", CultureInfo.InvariantCulture), kind,
                CaseInputs.Number(quantity)) { Amount = CaseInputs.Number(amount) });
        foreach (var (i, item) in inputs.Elements("pool").Index())
        {
            Add(LotEventKind.Buy, Earlier.AddDays(100 * i), item[0], item[1]);
        }
        foreach (var item in inputs.Elements("same_day_acquisitions"))
        {
            Add(LotEventKind.Buy, SomeDay, item[0], item[1]);
        }
        foreach (var item in inputs.Elements("same_day_disposals"))
        {
            Add(LotEventKind.Sell, SomeDay, item[0], item[1]);
        }
        if (inputs.Elements("sell") is [var quantity, var amount])
        {
            Add(LotEventKind.Sell, SomeDay, quantity, amount);
        }
        foreach (var item in inputs.Elements("acquisitions"))
        {
            Add(LotEventKind.Buy, Day(item[0]), item[1], item[2]);
        }
        foreach (var item in inputs.Elements("disposals"))
        {
            Add(LotEventKind.Sell, Day(item[0]), item[1], item[2]);
        }
        var ledger = Section104.Run(lines, roundCostUpTo: 1m);
        var answer = new Answer()
            .With("allowable", () => ledger.Matches.Sum(match => match.Basis))
            .With("gain", () => ledger.Gain)
            .With("pool_qty", () => ledger.OpenQuantity)
            .With("pool_cost", () => ledger.OpenBasis);
        foreach (var day in ledger.Matches.GroupBy(match => match.Time.Date))
        {
            var name = day.Key.ToString("ddMMM", CultureInfo.InvariantCulture).ToLowerInvariant();
            answer.With($"gain_{name}", () => day.Sum(match => match.Gain));
        }
        return answer;
    }

    /// <summary>Prices are in another currency where the case states its rate; a commission may have its own.</summary>
    public static Answer Canada(CaseInputs inputs)
    {
        var rate = inputs.DecimalOr(1m, "fx");
        var commissionRate = inputs.DecimalOr(rate, "commission_fx");
        var opening = inputs.Decimals("position") is [var quantity, var basis]
            ? new Lot("opening", Earlier, quantity, basis, null)
            : null;
        var lines = inputs.Elements("txs").Select((item, i) =>
        {
            var at = item[0].ValueKind == JsonValueKind.Number ? 1 : 0;
            return new LotEvent(SomeDay.AddDays(at == 1 ? item[0].GetInt32() : 0),
                i.ToString("D4", CultureInfo.InvariantCulture),
                item[at].GetString() == "buy" ? LotEventKind.Buy : LotEventKind.Sell, CaseInputs.Number(item[at + 1]))
            {
                Price = CaseInputs.Number(item[at + 2]) * rate, Fee = CaseInputs.Number(item[at + 3]) * commissionRate,
            };
        });
        var result = CanadianCostBase.Run(lines, opening);
        return new Answer()
            .With("gains", () => result.Ledger.Matches.Select(match => match.Gain).ToList())
            .With("superficial", () => result.Ledger.Matches.Select(match => -match.Disallowed).ToList())
            .With("shares", () => result.Ledger.OpenQuantity)
            .With("acb", () => result.Ledger.OpenBasis)
            .With("acb_path", () => result.Steps.Select(step => step.CostBase).ToList());
    }

    private static DateTimeOffset Day(JsonElement dayAndMonth) => new(DateTime.ParseExact(
        $"{dayAndMonth.GetString()}-{Year}", "dd-MM-yyyy", CultureInfo.InvariantCulture), TimeSpan.Zero);
}
