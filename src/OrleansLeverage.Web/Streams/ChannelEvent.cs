using System.Text;
using System.Text.Json;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// One state of a channel: its members as JSON, so that a delta is what differs from a state seen before. Texts are
/// made once and shared by all readers, most of which stand at the same place.
/// </summary>
internal sealed class ChannelEvent
{
    private const string Items = "items";

    private readonly IReadOnlyList<KeyValuePair<string, string>> _members;
    private readonly IReadOnlyList<(long Seq, string Text)>? _rows;
    private readonly Lazy<byte[]> _whole;
    private Change? _last;

    private ChannelEvent(long seq, IReadOnlyList<KeyValuePair<string, string>> members,
        IReadOnlyList<(long Seq, string Text)>? rows)
    {
        (Seq, _members, _rows) = (seq, members, rows);
        _whole = new Lazy<byte[]>(() => Object(_members));
    }

    public long Seq { get; }

    /// <summary>All members as one JSON object, UTF-8.</summary>
    public byte[] Whole => _whole.Value;

    /// <param name="isLog">
    /// Its <c>items</c> only ever get more, newest first and numbered by their <c>seq</c>: a delta holds the new ones.
    /// </param>
    public static ChannelEvent Of(long seq, object view, bool isLog)
    {
        var json = view is JsonElement read ? read
            : JsonSerializer.SerializeToElement(view, view.GetType(), Answer.Json);
        var rows = isLog && json.TryGetProperty(Items, out var items)
            ? items.EnumerateArray().Select(row => (row.GetProperty("seq").GetInt64(), row.GetRawText())).ToList()
            : null;
        return new ChannelEvent(seq, [.. json.EnumerateObject()
            .Select(member => KeyValuePair.Create(member.Name, member.Value.GetRawText()))], rows);
    }

    /// <summary>The members that differ from <paramref name="seen"/>, each whole, as one JSON object, UTF-8.</summary>
    public byte[] Since(ChannelEvent seen)
    {
        if (_last is { } last && last.From == seen.Seq)
        {
            return last.Text;
        }
        var before = seen._members.ToDictionary();
        var changed = _members.Where(member => before.GetValueOrDefault(member.Key) != member.Value)
            .Select(member => member.Key == Items && _rows is not null
                ? KeyValuePair.Create(Items, $"[{string.Join(',', NewRows(seen))}]")
                : member);
        var change = new Change(seen.Seq, Object(changed));
        _last = change;
        return change.Text;
    }

    public bool SaysTheSameAs(ChannelEvent other) => _members.SequenceEqual(other._members);

    private IEnumerable<string> NewRows(ChannelEvent seen)
    {
        var newest = seen._rows is [var first, ..] ? first.Seq : long.MinValue;
        return _rows!.TakeWhile(row => row.Seq > newest).Select(row => row.Text);
    }

    private static byte[] Object(IEnumerable<KeyValuePair<string, string>> members) => Encoding.UTF8.GetBytes(
        $"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}");

    private sealed record Change(long From, byte[] Text);
}
