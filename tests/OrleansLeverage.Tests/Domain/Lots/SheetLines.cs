using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.Tests.Domain.Lots;

/// <summary>Rows of a sheet of rp2 as lines, without what reports need.</summary>
internal static class SheetLines
{
    public static List<LotEvent> Of(JsonElement sheet)
    {
        var lines = new List<LotEvent>();
        foreach (var row in Rows(sheet, "IN"))
        {
            lines.Add(Line(row, $"1-{lines.Count:D5}", LotEventKind.Buy, "Crypto In") with
            {
                Kind = Text(row, "Transaction Type") is "Interest" or "Staking"
                    ? LotEventKind.Income
                    : LotEventKind.Buy,
                FeeQuantity = Number(row, "Crypto Fee"), Fee = Number(row, "USD Fee"),
            });
        }
        foreach (var row in Rows(sheet, "OUT"))
        {
            lines.Add(Line(row, $"2-{lines.Count:D5}", LotEventKind.Sell, "Crypto Out") with
            {
                FeeQuantity = Number(row, "Crypto Fee"),
            });
        }
        foreach (var row in Rows(sheet, "INTRA"))
        {
            lines.Add(Line(row, $"3-{lines.Count:D5}", LotEventKind.Transfer, "Crypto Sent") with
            {
                FeeQuantity = Number(row, "Crypto Sent") - Number(row, "Crypto Received"),
            });
        }
        return lines;
    }

    private static LotEvent Line(JsonElement row, string id, LotEventKind kind, string quantity) => new(
        DateTimeOffset.Parse(Text(row, "Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), id,
        kind, Number(row, quantity)) { Price = Number(row, "Spot Price") };

    private static IEnumerable<JsonElement> Rows(JsonElement sheet, string name) =>
        sheet.TryGetProperty(name, out var rows) ? rows.EnumerateArray() : [];

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static decimal Number(JsonElement row, string name) =>
        Text(row, name) is { Length: > 0 } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : 0m;
}
