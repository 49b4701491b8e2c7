using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Series;
using OrleansLeverage.Domain.Lots;

namespace OrleansLeverage.App.Lots;

/// <summary>
/// A ledger from a file: time, kind (buy, income, sell, transfer), quantity, and asset, id, price, amount, fee,
/// feeQuantity, label, wallet, toWallet, lots (ids, separated by spaces) where they matter. Times without a zone are
/// UTC; a row without an id is named by its place.
/// </summary>
internal static class LotFile
{
    public static IReadOnlyList<(string Asset, LotEvent Line)> Read(string path)
    {
        var file = TableFile.Read(path);
        foreach (var needed in new[] { "time", "kind", "quantity" })
        {
            if (!file.Columns.Contains(needed, StringComparer.OrdinalIgnoreCase))
            {
                throw new InputException($"{file.Name} has no column '{needed}'; it needs time, kind and quantity");
            }
        }
        return [.. file.Rows.Select((row, i) => (Asset(file, row), Line(file, row, i + 1)))];
    }

    private static string Asset(TableFile file, string[] row) => file.Field(row, "asset") is { Length: > 0 } asset
        ? asset
        : "asset";

    private static LotEvent Line(TableFile file, string[] row, int place)
    {
        string Field(string column) => file.Field(row, column);
        decimal? Number(string column) => Field(column) is not { Length: > 0 } text ? null
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
            : throw new InputException($"{file.Name} row {place}: {column} '{text}' is no number");
        var time = DateTimeOffset.TryParse(Field("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var parsed) ? parsed
            : throw new InputException($"{file.Name} row {place}: time '{Field("time")}' is no time");
        var kind = Enum.TryParse<LotEventKind>(Field("kind"), ignoreCase: true, out var known)
            && Enum.IsDefined(known) && !int.TryParse(Field("kind"), out _) ? known
            : throw new InputException(
                $"{file.Name} row {place}: kind '{Field("kind")}' is none of buy, income, sell, transfer");
        var id = Field("id") is { Length: > 0 } named ? named : place.ToString("D9", CultureInfo.InvariantCulture);
        return new LotEvent(time, id, kind, Number("quantity") ?? 0m)
        {
            Price = Number("price"), Amount = Number("amount"), Fee = Number("fee") ?? 0m,
            FeeQuantity = Number("feeQuantity") ?? 0m,
            Label = Field("label") is { Length: > 0 } label ? label : kind.ToString().ToUpperInvariant(),
            Wallet = Field("wallet"), ToWallet = Field("toWallet"),
            Lots = Field("lots").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
    }
}
