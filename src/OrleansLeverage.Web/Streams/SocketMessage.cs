using System.Text.Json;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// What the WebSocket sends, in the shape of the dYdX v4 indexer's messages. Names that a type does not have are left
/// out.
/// </summary>
/// <param name="Type">
/// connected, subscribed, channel_data, channel_batch_data, unsubscribed, pong, error.
/// </param>
/// <param name="ConnectionId">Names the connection.</param>
/// <param name="MessageId">Counts the connection's messages from 0.</param>
/// <param name="Version">Of the contents' shape.</param>
/// <param name="Seq">As of the stream.</param>
/// <param name="Dropped">As of the stream.</param>
/// <param name="Contents">
/// Of subscribed: the snapshot, null where there are no figures yet; of channel_data: the members that changed; of
/// channel_batch_data: a list of those.
/// </param>
/// <param name="Id">Of a pong: the ping's.</param>
/// <param name="Code">Of an error, as of a problem.</param>
/// <param name="Message">Of an error, in words.</param>
internal sealed record SocketMessage(string Type, string ConnectionId, long MessageId, string? Channel, string? Version,
    long? Seq, long? Dropped, object? Contents, long? Id, string? Code, string? Message)
{
    public const string ContentsVersion = "1.0.0";

    public static byte[] Plain(string type, string connection, long message, string? channel = null, long? id = null) =>
        Write(type, connection, message, writer =>
        {
            if (channel is not null)
            {
                writer.WriteString("channel", channel);
            }
            if (id is { } number)
            {
                writer.WriteNumber("id", number);
            }
        });

    public static byte[] Error(string connection, long message, string code) =>
        Write("error", connection, message, writer =>
        {
            writer.WriteString("code", code);
            writer.WriteString("message", RefusalCodes.Find(code).Title);
        });

    public static byte[] Of(StreamMessage news, string connection, long message) =>
        Write(news.Type switch
        {
            StreamMessageType.Snapshot or StreamMessageType.Empty => "subscribed",
            StreamMessageType.Batch => "channel_batch_data",
            _ => "channel_data",
        }, connection, message, writer =>
        {
            writer.WriteString("channel", news.Channel.Name);
            writer.WriteString("version", ContentsVersion);
            writer.WriteNumber("seq", news.Seq);
            writer.WriteNumber("dropped", news.Dropped);
            writer.WritePropertyName("contents");
            if (news.Type == StreamMessageType.Batch)
            {
                writer.WriteStartArray();
                foreach (var one in news.Contents)
                {
                    writer.WriteRawValue(one, skipInputValidation: true);
                }
                writer.WriteEndArray();
            }
            else if (news.Contents is [var contents])
            {
                writer.WriteRawValue(contents, skipInputValidation: true);
            }
            else
            {
                writer.WriteNullValue();
            }
        });

    private static byte[] Write(string type, string connection, long message, Action<Utf8JsonWriter> rest)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("connection_id", connection);
            writer.WriteNumber("message_id", message);
            rest(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
