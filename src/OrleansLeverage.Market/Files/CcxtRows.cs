using System.Text;
using System.Text.Json;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// CCXT OHLCV JSON: <c>[[ms, open, high, low, close, volume], ...]</c>, numbers or strings. A candle has no length of
/// its own, so the interval is given. Read in pieces: the file may be larger than memory.
/// </summary>
internal sealed class CcxtRows(string path, FeedId feed, long intervalMs) : IPriceRows
{
    private const int BufferBytes = 1 << 16;
    private const int Columns = 6;

    public IEnumerable<PriceRow> Read(Stream stream)
    {
        foreach (var (number, fields) in Candles(path, stream))
        {
            yield return Row(number, fields);
        }
    }

    /// <summary>The values of each inner array as text, with the array's number from 1.</summary>
    public static IEnumerable<(long Number, string[] Fields)> Candles(string path, Stream stream)
    {
        var tokens = new CandleTokens(path);
        var buffer = new byte[BufferBytes];
        var held = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(held), 1, throwOnEndOfStream: false);
            held += read;
            var used = tokens.Feed(buffer.AsSpan(0, held), isFinal: read == 0);
            foreach (var candle in tokens.Take())
            {
                yield return candle;
            }
            if (read == 0)
            {
                yield break;
            }
            held -= used;
            if (held == BufferBytes)
            {
                throw new PriceFileException(path, $"a single value is longer than {BufferBytes} bytes");
            }
            Buffer.BlockCopy(buffer, used, buffer, 0, held);
        }
    }

    private PriceRow Row(long number, string[] fields)
    {
        if (fields.Length < Columns)
        {
            return PriceRow.Rejected(number, $"{fields.Length} values, {Columns} expected");
        }
        if (!TimeUnit.TryReadMs(path, number, "time", fields[0], milli: true, micro: false, out var startMs))
        {
            return PriceRow.Rejected(number, $"time '{PriceText.Shorten(fields[0])}' is no time");
        }
        if (!OhlcFields.TryRead(fields.AsSpan(1, 4), out var bar, out var reason)
            || !OhlcFields.TryVolume(fields[5], out var volume, out reason))
        {
            return PriceRow.Rejected(number, reason!);
        }
        return PriceRow.Of(number,
            new PriceBar(feed, startMs, startMs + intervalMs, bar.Open, bar.High, bar.Low, bar.Close, volume));
    }

    /// <summary>Collects arrays of scalars at depth 2 out of a token stream that arrives in pieces.</summary>
    private sealed class CandleTokens(string path)
    {
        private readonly List<string> _fields = [];
        private readonly List<(long, string[])> _ready = [];
        private JsonReaderState _state;
        private long _number;

        public int Feed(ReadOnlySpan<byte> bytes, bool isFinal)
        {
            try
            {
                var reader = new Utf8JsonReader(bytes, isFinal, _state);
                while (reader.Read())
                {
                    Token(ref reader);
                }
                _state = reader.CurrentState;
                return (int)reader.BytesConsumed;
            }
            catch (JsonException cause)
            {
                throw new PriceFileException(path, $"after candle {_number}: {cause.Message}", cause);
            }
        }

        public List<(long Number, string[] Fields)> Take()
        {
            var ready = _ready.ToList();
            _ready.Clear();
            return ready;
        }

        private void Token(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when reader.CurrentDepth <= 1:
                    break;
                case JsonTokenType.EndArray when reader.CurrentDepth == 1:
                    _ready.Add((++_number, [.. _fields]));
                    _fields.Clear();
                    break;
                case JsonTokenType.EndArray when reader.CurrentDepth == 0:
                    break;
                case JsonTokenType.Number when reader.CurrentDepth == 2:
                    _fields.Add(Encoding.ASCII.GetString(reader.ValueSpan));
                    break;
                case JsonTokenType.String when reader.CurrentDepth == 2:
                    _fields.Add(reader.GetString()!);
                    break;
                case JsonTokenType.Null or JsonTokenType.True or JsonTokenType.False when reader.CurrentDepth == 2:
                    _fields.Add("");
                    break;
                default:
                    throw new PriceFileException(path, $"after candle {_number}: {reader.TokenType} found; "
                        + "the form is [[ms, open, high, low, close, volume], ...]");
            }
        }
    }
}
