using System.Globalization;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// A row whose fields have names: of CSV under a header, without quotes, or of a JSON list of objects. Names are
/// compared without regard to case, underscores and blanks: <c>markIv</c>, <c>mark_iv</c> and <c>Mark IV</c> are one
/// column. An empty field is an absent one. <see cref="NamedRows"/> reads them.
/// </summary>
public sealed class NamedRow
{
    private readonly Dictionary<string, int> _places;
    private readonly IReadOnlyList<string?> _fields;

    internal NamedRow(long line, IReadOnlyList<string> names, IReadOnlyList<string?> fields)
        : this(line, names, Places(names), fields)
    {
    }

    internal NamedRow(long line, IReadOnlyList<string> names, Dictionary<string, int> places,
        IReadOnlyList<string?> fields)
    {
        (Line, Names, _places, _fields) = (line, names, places, fields);
    }

    /// <summary>Line of the file, from 1; the object's place in a JSON list.</summary>
    public long Line { get; }

    /// <summary>As the file writes them.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool Has(params string[] columns) => columns.All(column => _places.ContainsKey(Key(column)));

    public string? Text(string column) =>
        _places.TryGetValue(Key(column), out var place) && place < _fields.Count && _fields[place] is { } text
            && text.Trim() is { Length: > 0 } shown
                ? shown
                : null;

    /// <exception cref="FormatException">The field is absent.</exception>
    public string Required(string column) => Text(column) ?? throw new FormatException($"{column} is missing");

    /// <summary>Null where the field is absent; NaN and infinity are read, for whoever uses them to refuse.</summary>
    /// <exception cref="FormatException">It is there and no number.</exception>
    public double? Number(string column) => Text(column) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new FormatException($"{column} '{PriceText.Shorten(text)}' is no number");

    /// <exception cref="FormatException">The field is absent, or no number.</exception>
    public double RequiredNumber(string column) =>
        Number(column) ?? throw new FormatException($"{column} is missing");

    /// <summary>Null where the field is absent.</summary>
    /// <exception cref="FormatException">It is there and no finite number.</exception>
    public double? FiniteNumber(string column) => Number(column) is not { } value ? null
        : double.IsFinite(value) ? value
        : throw new FormatException($"{column} '{PriceText.Shorten(Text(column)!)}' is no finite number");

    /// <summary>Of names that are one column the first counts.</summary>
    internal static Dictionary<string, int> Places(IReadOnlyList<string> names)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            places.TryAdd(Key(names[i]), i);
        }
        return places;
    }

    private static string Key(string name)
    {
        Span<char> kept = stackalloc char[Math.Min(name.Length, 256)];
        var length = 0;
        foreach (var c in name.AsSpan(0, kept.Length))
        {
            if (c is not ('_' or '#' or '\uFEFF') && !char.IsWhiteSpace(c))
            {
                kept[length++] = char.ToLowerInvariant(c);
            }
        }
        return kept[..length].ToString();
    }
}
