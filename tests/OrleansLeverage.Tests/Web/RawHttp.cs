using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrleansLeverage.Tests.Web;

/// <summary>An answer as it came over the wire.</summary>
public sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The machine code of a problem or an answer, null where the body is empty.</summary>
    public string? Code => Body.Length > 0 && Json.TryGetProperty("code", out var code) ? code.GetString() : null;
}

/// <summary>Sends bytes that no well-behaved client would send.</summary>
public static class RawHttp
{
    /// <summary>One request on a connection of its own; the server is asked to close after it.</summary>
    public static async Task<RawAnswer> SendAsync(int port, string head, ReadOnlyMemory<byte> body = default)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head));
        try
        {
            await stream.WriteAsync(body);
        }
        catch (IOException)
        {
            // refused before all of it was read: the answer is what counts
        }
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // closed after the answer
        }
        return Parse(answer.ToArray());
    }

    /// <summary>A request in good order, with extra header lines.</summary>
    public static string Head(string method, string target, int? length = null, params string[] headers)
    {
        string[] body = length is null ? [] : [$"Content-Length: {length}", "Content-Type: application/json"];
        return string.Join("\r\n",
            [$"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", .. body, .. headers, "", ""]);
    }

    public static Task<RawAnswer> PostAsync(
        int port, string target, ReadOnlyMemory<byte> body, params string[] headers) =>
        SendAsync(port, Head("POST", target, body.Length, headers), body);

    public static Task<RawAnswer> PostAsync(int port, string target, string body, params string[] headers) =>
        PostAsync(port, target, Encoding.UTF8.GetBytes(body), headers);

    public static Task<RawAnswer> GetAsync(int port, string target, params string[] headers) =>
        SendAsync(port, Head("GET", target, null, headers));

    private static RawAnswer Parse(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        var head = Encoding.Latin1.GetString(bytes, 0, end < 0 ? bytes.Length : end).Split("\r\n");
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = end < 0 ? "" : Encoding.UTF8.GetString(bytes, end + 4, bytes.Length - end - 4);
        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            body = Unchunk(body);
        }
        return new RawAnswer(head[0].Length > 12 ? int.Parse(head[0].AsSpan(9, 3)) : 0, headers, body);
    }

    private static string Unchunk(string body)
    {
        var text = new StringBuilder();
        while (body.Length > 0)
        {
            var line = body.IndexOf("\r\n", StringComparison.Ordinal);
            var size = Convert.ToInt32(body[..line], 16);
            if (size == 0)
            {
                break;
            }
            var bytes = Encoding.UTF8.GetBytes(body[(line + 2)..]);
            text.Append(Encoding.UTF8.GetString(bytes, 0, size));
            body = Encoding.UTF8.GetString(bytes, size + 2, bytes.Length - size - 2);
        }
        return text.ToString();
    }
}
