using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// The newest state of a channel as JSON, with the place of every member in it, so that a delta is what differs from an
/// event seen before. Texts are made once and shared by all readers, most of which stand at the same place.
/// </summary>
internal sealed class ChannelState
{
    private readonly byte[] _json;
    private readonly Range[] _members;
    private readonly (long Seq, Range Text)[]? _rows;
    private readonly int _rowsMember;
    private Change? _last;

    private ChannelState(long seq, byte[] json, Range[] members, (long Seq, Range Text)[]? rows, int rowsMember)
    {
        (_json, _members, _rows, _rowsMember) = (json, members, rows, rowsMember);
        Event = new ChannelEvent(seq, Array.ConvertAll(members, member => Hash(json.AsSpan()[member])),
            rows is [var newest, ..] ? newest.Seq : long.MinValue);
    }

    public ChannelEvent Event { get; }

    public long Seq => Event.Seq;

    /// <summary>All members as one JSON object, UTF-8.</summary>
    public byte[] Whole => _json;

    /// <param name="view">An object, or one that is JSON already, as UTF-8.</param>
    /// <param name="isLog">
    /// Its <c>items</c> only ever get more, newest first and numbered by their <c>seq</c>: a delta holds the new ones.
    /// </param>
    public static ChannelState Of(long seq, object view, bool isLog)
    {
        var json = view as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(view, view.GetType(), Answer.Json);
        var members = new List<Range>();
        (long, Range)[]? rows = null;
        var rowsMember = -1;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var from = (int)reader.TokenStartIndex;
            var isRows = isLog && reader.ValueTextEquals("items"u8);
            reader.Read();
            if (isRows)
            {
                (rows, rowsMember) = (Rows(ref reader), members.Count);
            }
            else
            {
                reader.Skip();
            }
            members.Add(from..(int)reader.BytesConsumed);
        }
        return new ChannelState(seq, json, [.. members], rows, rowsMember);
    }

    /// <summary>The members that differ from <paramref name="seen"/>, each whole, as one JSON object, UTF-8.</summary>
    public byte[] Since(ChannelEvent seen)
    {
        if (seen.Seq == Seq - 1 && Event.Delta is { } next)
        {
            return next;
        }
        if (_last is { } last && last.From == seen.Seq)
        {
            return last.Text;
        }
        var change = new Change(seen.Seq, Changed(seen));
        _last = change;
        return change.Text;
    }

    public bool SaysTheSameAs(ChannelState other) => _json.AsSpan().SequenceEqual(other._json);

    private static (long, Range)[] Rows(ref Utf8JsonReader reader)
    {
        var rows = new List<(long, Range)>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (from, seq) = ((int)reader.TokenStartIndex, 0L);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSeq = reader.ValueTextEquals("seq"u8);
                reader.Read();
                seq = isSeq ? reader.GetInt64() : seq;
                reader.Skip();
            }
            rows.Add((seq, from..(int)reader.BytesConsumed));
        }
        return [.. rows];
    }

    private byte[] Changed(ChannelEvent seen)
    {
        var text = new MemoryStream();
        text.WriteByte((byte)'{');
        for (var place = 0; place < _members.Length; place++)
        {
            if (seen.Had(place, Event.Hashes[place]))
            {
                continue;
            }
            Separate(text, (byte)'{');
            if (place == _rowsMember)
            {
                WriteNewRows(text, seen);
            }
            else
            {
                text.Write(_json.AsSpan()[_members[place]]);
            }
        }
        text.WriteByte((byte)'}');
        return text.ToArray();
    }

    private void WriteNewRows(MemoryStream text, ChannelEvent seen)
    {
        text.Write("\"items\":["u8);
        foreach (var (seq, row) in _rows!)
        {
            if (seq <= seen.NewestRow)
            {
                break;
            }
            Separate(text, (byte)'[');
            text.Write(_json.AsSpan()[row]);
        }
        text.WriteByte((byte)']');
    }

    /// <summary>A comma, but for the first after what opened it.</summary>
    private static void Separate(MemoryStream text, byte opened)
    {
        if (text.GetBuffer()[text.Length - 1] != opened)
        {
            text.WriteByte((byte)',');
        }
    }

    /// <summary>Two values with the same hash are taken for equal, so it is one that nobody finds two for.</summary>
    private static UInt128 Hash(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private sealed record Change(long From, byte[] Text);
}
