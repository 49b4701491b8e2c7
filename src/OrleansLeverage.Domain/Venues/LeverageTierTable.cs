using System.Globalization;
using System.Text.Json;

namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Reads leverage tiers as exchanges' clients store them: an object of symbols, each a list of
/// <c>{minNotional, maxNotional, maintenanceMarginRate, maxLeverage, info: {cum}}</c> (or <c>maintAmt</c> beside the
/// others). Numbers stand as numbers or as text and are read as decimals, never through a double.
/// </summary>
public static class LeverageTierTable
{
    /// <summary>
    /// Every symbol's schedule. Gaps between tiers and cumulative amounts that do not follow from the rates are
    /// refused.
    /// </summary>
    /// <exception cref="FormatException">Names the symbol, the tier, what is expected and what was found.</exception>
    public static IReadOnlyDictionary<string, MarginSchedule> Parse(string json)
    {
        var schedules = new SortedDictionary<string, MarginSchedule>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        foreach (var symbol in document.RootElement.EnumerateObject())
        {
            var tiers = symbol.Value.EnumerateArray().Select((row, i) => Tier(symbol.Name, i, row)).ToArray();
            schedules.Add(symbol.Name, new MarginSchedule(symbol.Name, tiers));
        }
        return schedules;
    }

    /// <summary>The tiers of one symbol as printed; whether they fit together is not checked.</summary>
    public static IReadOnlyList<MarginTier> ParseTiers(string symbol, IEnumerable<JsonElement> rows) =>
        [.. rows.Select((row, i) => Tier(symbol, i, row))];

    /// <summary>
    /// Tiers of which only floors and rates are printed: the rate is on the whole notional, no amount.
    /// </summary>
    public static IReadOnlyList<MarginTier> FlatTiers(IEnumerable<(decimal Floor, decimal Rate)> rows) =>
    [
        .. rows.Select(row => new MarginTier
        {
            FloorNotional = row.Floor,
            MaintenanceRate = row.Rate,
            MaxLeverage = 1m / row.Rate,
        }),
    ];

    private static MarginTier Tier(string symbol, int index, JsonElement row)
    {
        var place = $"margin schedule {symbol}: bracket {index + 1}";
        var amount = row.TryGetProperty("info", out var info)
            ? Number(place, info, "cum")
            : Number(place, row, "maintAmt");
        return new MarginTier
        {
            FloorNotional = Required(place, row, "minNotional"),
            CapNotional = Number(place, row, "maxNotional"),
            MaintenanceRate = Required(place, row, "maintenanceMarginRate"),
            MaintenanceAmount = amount ?? 0m,
            MaxLeverage = Required(place, row, "maxLeverage"),
        };
    }

    private static decimal Required(string place, JsonElement row, string name) =>
        Number(place, row, name) ?? throw new FormatException($"{place}: no {name} was found");

    private static decimal? Number(string place, JsonElement row, string name)
    {
        if (!row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{place}: {name} '{text}' is not a decimal");
    }
}
