using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>
/// One kept-alive connection that asks and reads answers with a length, and costs the machine next to nothing: what is
/// measured is the server. It may come from any of the loopback addresses, so that one machine is several clients.
/// </summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _held;

    private RawClient(Socket socket) => _socket = socket;

    /// <param name="client">From 0: 127.0.0.1, 127.0.0.2 and so on.</param>
    /// <param name="receiveBytes">The system's receive buffer; 0 for its default.</param>
    public static async Task<RawClient> ConnectAsync(Uri server, int client, int receiveBytes = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBytes;
        }
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + client)]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return new RawClient(socket);
    }

    public static byte[] Get(Uri server, string key, string target) => Encoding.ASCII.GetBytes(
        $"GET {target} HTTP/1.1\r\nHost: {server.Authority}\r\nX-Api-Key: {key}\r\n\r\n");

    public static byte[] Post(Uri server, string key, string target, string body) => Encoding.ASCII.GetBytes(
        $"POST {target} HTTP/1.1\r\nHost: {server.Authority}\r\nX-Api-Key: {key}\r\n"
        + "Content-Type: application/json\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Sends a request and reads its answer to the end.</summary>
    public async Task<(int Status, int Bytes)> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        await SendAsync(request, cancellation);
        while (true)
        {
            var end = _buffer.AsSpan(0, _held).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var (status, length) = Head(_buffer.AsSpan(0, end));
                var rest = _held - end - 4 - length;
                if (rest >= 0)
                {
                    _buffer.AsSpan(_held - rest, rest).CopyTo(_buffer);
                    _held = rest;
                    return (status, length);
                }
                // a body larger than the buffer is counted and forgotten
                await SkipAsync(-rest, cancellation);
                _held = 0;
                return (status, length);
            }
            _held += await ReadAsync(_buffer.AsMemory(_held), cancellation);
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        while (!request.IsEmpty)
        {
            request = request[await _socket.SendAsync(request, cancellation)..];
        }
    }

    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var read = await _socket.ReceiveAsync(buffer, cancellation);
        return read > 0 ? read : throw new IOException("the server closed the connection");
    }

    public void Dispose() => _socket.Dispose();

    private async Task SkipAsync(int bytes, CancellationToken cancellation)
    {
        while (bytes > 0)
        {
            bytes -= await ReadAsync(_buffer.AsMemory(0, Math.Min(bytes, _buffer.Length)), cancellation);
        }
    }

    private static (int Status, int Length) Head(ReadOnlySpan<byte> head)
    {
        var text = Encoding.ASCII.GetString(head);
        var length = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (length < 0)
        {
            throw new FormatException($"an answer without a length: {text}");
        }
        var digits = text.AsSpan(length + "Content-Length: ".Length);
        var end = digits.IndexOf('\r');
        return (int.Parse(text.AsSpan(9, 3)), int.Parse(end < 0 ? digits : digits[..end]));
    }
}
