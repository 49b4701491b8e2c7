using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Analytics.Lots;
using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// Sheets of rp2: its rows as lines, its rules as options. It ranks lots by their market price, capitalises fees, and
/// knows no long term in the country of these sheets.
/// </summary>
internal static class SheetCases
{
    private const string File = "data/rp2_tax_inputs.json";
    private static readonly string[] Earned =
        ["airdrop", "hardfork", "income", "interest", "mining", "staking", "wages"];

    public static Answer Answer(CaseInputs inputs)
    {
        var sheet = Path.GetFileNameWithoutExtension(inputs.Text("dataset").Split('/')[^1]);
        var rows = JsonDocument.Parse(inputs.Tables.Text(File)).RootElement.GetProperty(sheet)
            .GetProperty(inputs.Text("asset"));
        var ledger = LotEngine.Run(Lines(rows), new LotOptions
        {
            Method = TaxLotCases.Method(inputs.Text("method")), Rank = LotRank.SpotPrice,
        });
        return new Answer()
            .With("total_gain", () => ledger.Gain)
            .With("summary", () => LotSummary.Of(ledger).Select(Row).ToList())
            .With("matches", () => ledger.Matches.Select(Match).ToList());
    }

    private static Answer Row(LotSummaryRow row) => new Answer()
        .With("year", () => row.Year)
        .With("gain", () => row.Gain)
        .With("term", () => row.Term)
        .With("type", () => row.Label)
        .With("crypto", () => row.Quantity)
        .With("proceeds", () => row.Proceeds)
        .With("cost_basis", () => row.Basis);

    private static Answer Match(LotMatch match) => new Answer()
        .With("amount", () => match.Quantity)
        .With("gain", () => match.Gain)
        .With("event_time", () => Time(match.Time))
        .With("event", () => $"{Sheet(match)} / {match.Label}")
        .With("proceeds", () => match.Proceeds)
        .With("event_spot", () => match.Price)
        .With("lot_time", () => match.Lot is { } lot ? Time(lot.Acquired) : null)
        .With("lot_cost_basis", () => match.Basis)
        .With("lot_spot", () => match.Lot?.Spot);

    private static string Sheet(LotMatch match) => match.Kind == MatchKind.Income ? "IN"
        : match.Label == "MOVE" ? "INTRA"
        : "OUT";

    /// <summary>As Python prints it: a fraction only where there is one.</summary>
    private static string Time(DateTimeOffset time) => time.ToString(
        time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:sszzz" : "yyyy-MM-dd HH:mm:ss.ffffffzzz",
        CultureInfo.InvariantCulture);

    private static IEnumerable<LotEvent> Lines(JsonElement rows)
    {
        foreach (var (i, row) in Rows(rows, "IN"))
        {
            var type = Text(row, "Transaction Type")!.ToLowerInvariant();
            var kind = Earned.Contains(type) ? LotEventKind.Income : LotEventKind.Buy;
            yield return new LotEvent(At(row), $"1-{i:D6}", kind, Number(row, "Crypto In")!.Value)
            {
                Price = Number(row, "Spot Price"), Amount = Number(row, "USD In (No Fee)"),
                Fee = Number(row, "USD In (With Fee)") - Number(row, "USD In (No Fee)") ?? Number(row, "USD Fee") ?? 0m,
                FeeQuantity = Number(row, "Crypto Fee") ?? 0m, Label = type.ToUpperInvariant(),
            };
        }
        foreach (var (i, row) in Rows(rows, "OUT"))
        {
            yield return new LotEvent(At(row), $"2-{i:D6}", LotEventKind.Sell, Number(row, "Crypto Out")!.Value)
            {
                Price = Number(row, "Spot Price"), Amount = Number(row, "USD Out (No Fee)"),
                FeeQuantity = Number(row, "Crypto Fee") ?? 0m,
                Label = Text(row, "Transaction Type")!.ToUpperInvariant(),
            };
        }
        foreach (var (i, row) in Rows(rows, "INTRA"))
        {
            var (sent, received) = (Number(row, "Crypto Sent")!.Value, Number(row, "Crypto Received")!.Value);
            yield return new LotEvent(At(row), $"3-{i:D6}", LotEventKind.Transfer, sent)
            {
                Price = Number(row, "Spot Price"), FeeQuantity = sent - received, Label = "MOVE",
            };
        }
    }

    private static IEnumerable<(int Index, JsonElement Row)> Rows(JsonElement sheet, string name) =>
        sheet.TryGetProperty(name, out var rows) ? rows.EnumerateArray().Index() : [];

    private static DateTimeOffset At(JsonElement row) => DateTimeOffset.Parse(Text(row, "Timestamp")!,
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal? Number(JsonElement row, string name) => Text(row, name) is { Length: > 0 } text
        ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
        : null;
}
