using System.Globalization;
using System.Text.Json;

namespace OrleansLeverage.Domain;

/// <summary>
/// One JSON object of a rule file, read strictly: a member that is unknown, missing, repeated, of another type or out
/// of range is refused with its path, value and bound. Decimals are canonical strings, so that nothing is rounded on
/// the way in.
/// </summary>
public sealed class StrictObject
{
    /// <summary>Most entries of one array: a file is bounded before it is believed.</summary>
    public const int EntriesMax = 100_000;

    public const int TextLengthMax = 256;

    private const int DepthMax = 8;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private readonly string _file;
    private readonly string _path;
    private readonly Dictionary<string, JsonElement> _unread = [];

    private StrictObject(string file, string path, JsonElement element)
    {
        _file = file;
        _path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new RuleFileException(file, path, RuleFileStatus.WrongType,
                $"{element.ValueKind} where an object is expected");
        }
        foreach (var member in element.EnumerateObject())
        {
            if (!_unread.TryAdd(member.Name, member.Value))
            {
                throw Bad(member.Name, "the member is repeated", RuleFileStatus.MemberRepeated);
            }
        }
    }

    /// <summary>Reads a whole text; <paramref name="file"/> is what messages call it.</summary>
    public static T Read<T>(string text, string file, Func<StrictObject, T> read)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DepthMax });
        }
        catch (JsonException error)
        {
            throw new RuleFileException(file, $"line {error.LineNumber + 1}", RuleFileStatus.Malformed, error.Message);
        }
        using (document)
        {
            return Read(document.RootElement, file, "$", read);
        }
    }

    /// <summary>Reads one object and refuses what <paramref name="read"/> did not ask for.</summary>
    public static T Read<T>(JsonElement element, string file, string path, Func<StrictObject, T> read)
    {
        var members = new StrictObject(file, path, element);
        T value;
        try
        {
            value = read(members);
        }
        catch (FormatException error) when (error is not RuleFileException)
        {
            throw new RuleFileException(file, path, (error as RuleException)?.Status ?? RuleFileStatus.OutOfRange,
                error.Message);
        }
        return members._unread.Count == 0
            ? value
            : throw members.Bad(members._unread.Keys.Order(StringComparer.Ordinal).First(), "the member is unknown",
                RuleFileStatus.MemberUnknown);
    }

    public bool Has(string name) => _unread.ContainsKey(name);

    /// <summary>A member as it is, with its path, for a reader of its own.</summary>
    public (JsonElement Element, string Path) Element(string name) => (Take(name), PathOf(name));

    public T Object<T>(string name, Func<StrictObject, T> read) => Read(Take(name), _file, PathOf(name), read);

    public IReadOnlyList<T> List<T>(string name, Func<StrictObject, T> read)
    {
        var array = Take(name, JsonValueKind.Array);
        var count = array.GetArrayLength();
        if (count > EntriesMax)
        {
            throw Bad(name, $"{count} entries, at most {EntriesMax}");
        }
        var list = new List<T>(count);
        foreach (var entry in array.EnumerateArray())
        {
            list.Add(Read(entry, _file, $"{PathOf(name)}[{list.Count}]", read));
        }
        return list;
    }

    public string Text(string name)
    {
        var text = Take(name, JsonValueKind.String).GetString()!;
        return text.Length is > 0 and <= TextLengthMax && !text.Any(char.IsControl)
            ? text
            : throw Bad(name,
                $"'{Shown.Text(text)}' has {text.Length} characters, 1 to {TextLengthMax} printable ones are possible");
    }

    /// <summary>A name that <paramref name="parse"/> refuses with a <see cref="FormatException"/>.</summary>
    public T Id<T>(string name, Func<string, T> parse)
    {
        var text = Take(name, JsonValueKind.String).GetString()!;
        try
        {
            return parse(text);
        }
        catch (FormatException error)
        {
            throw Bad(name, error.Message, (error as RuleException)?.Status ?? RuleFileStatus.BadName);
        }
    }

    /// <summary>One of the words of an enum: its names, beginning in lower case.</summary>
    public T Word<T>(string name)
        where T : struct, Enum
    {
        var text = Take(name, JsonValueKind.String).GetString()!;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Camel(value.ToString()) == text)
            {
                return value;
            }
        }
        throw Bad(name, $"'{Shown.Text(text)}' is none of {string.Join(", ", Enum.GetNames<T>().Select(Camel))}",
            RuleFileStatus.BadName);
    }

    /// <summary>A decimal above <paramref name="above"/> and at most <paramref name="most"/>.</summary>
    public decimal Above(string name, decimal above, decimal most)
    {
        var value = Decimal(name);
        return value > above && value <= most
            ? value
            : throw Bad(name,
                $"{Decimals.Text(value)} is not above {Decimals.Text(above)} and at most {Decimals.Text(most)}");
    }

    /// <summary>A decimal from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    /// <param name="name">Of the member.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value.</param>
    /// <param name="above">What is wrong with a larger one.</param>
    public decimal Within(string name, decimal least, decimal most,
        RuleFileStatus above = RuleFileStatus.OutOfRange)
    {
        var value = Decimal(name);
        return value >= least && value <= most
            ? value
            : throw Bad(name,
                $"{Decimals.Text(value)} is not within {Decimals.Text(least)} and {Decimals.Text(most)}",
                value > most ? above : RuleFileStatus.OutOfRange);
    }

    /// <summary>The member, or a value where it is absent.</summary>
    public decimal WithinOr(decimal otherwise, string name, decimal least, decimal most) =>
        Has(name) ? Within(name, least, most) : otherwise;

    public T WordOr<T>(T otherwise, string name)
        where T : struct, Enum => Has(name) ? Word<T>(name) : otherwise;

    public bool FlagOr(bool otherwise, string name) => Has(name) ? Flag(name) : otherwise;

    public T? ObjectOrNull<T>(string name, Func<StrictObject, T> read)
        where T : class => Has(name) ? Object(name, read) : null;

    /// <summary>The parts of one long text.</summary>
    public IReadOnlyList<string> Lines(string name, char separator)
    {
        var text = Take(name, JsonValueKind.String).GetString()!;
        return text.Length > EntriesMax
            ? throw Bad(name, $"{text.Length} characters, at most {EntriesMax}")
            : text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var array = Take(name, JsonValueKind.Array);
        if (array.GetArrayLength() is var count && count > EntriesMax)
        {
            throw Bad(name, $"{count} entries, at most {EntriesMax}");
        }
        return [.. array.EnumerateArray().Select((entry, i) =>
            entry.ValueKind == JsonValueKind.String && entry.GetString() is { Length: > 0 and <= TextLengthMax } text
                && !text.Any(char.IsControl)
                ? text
                : throw Bad($"{name}[{i}]", $"{entry.ValueKind} where a text of 1 to {TextLengthMax} characters is",
                    RuleFileStatus.WrongType))];
    }

    public int Number(string name, int least, int most)
    {
        var element = Take(name, JsonValueKind.Number);
        return element.TryGetInt32(out var value) && value >= least && value <= most
            ? value
            : throw Bad(name, $"{Shown.Text(element.GetRawText())} is not a whole number within {least} and {most}");
    }

    public bool Flag(string name) => Take(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        var other => throw Bad(name, $"{other.ValueKind} where true or false is expected", RuleFileStatus.WrongType),
    };

    public DateTimeOffset Time(string name)
    {
        var text = Take(name, JsonValueKind.String).GetString()!;
        return DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Bad(name, $"'{Shown.Text(text)}' is not a time in UTC such as 2026-01-31T08:00:00Z",
                RuleFileStatus.BadTime);
    }

    public RuleFileException Bad(string name, string reason, RuleFileStatus status = RuleFileStatus.OutOfRange) =>
        new(_file, PathOf(name), status, reason);

    private static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];

    private decimal Decimal(string name)
    {
        var text = Take(name, JsonValueKind.String).GetString()!;
        return Decimals.TryParseCanonical(text, out var value)
            ? value
            : throw Bad(name,
                $"'{Shown.Text(text)}' is not a decimal of at most {Decimals.IntegerDigitsMax} digits before the point "
                + $"and {Decimals.ScaleMax} after it, without sign +, exponent or leading zeros");
    }

    private JsonElement Take(string name, JsonValueKind kind)
    {
        var element = Take(name);
        return element.ValueKind == kind ? element
            : throw Bad(name, $"{element.ValueKind} where a {kind} is expected", RuleFileStatus.WrongType);
    }

    private JsonElement Take(string name) =>
        _unread.Remove(name, out var element) ? element
            : throw Bad(name, "the member is missing", RuleFileStatus.MemberMissing);

    private string PathOf(string name) => $"{_path}.{Shown.Text(name)}";
}
