using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLeverage.Cluster.Tests.Processes;

internal enum StorageFault
{
    None,

    /// <summary>Every request waits.</summary>
    Slow,

    /// <summary>Connections are cut as soon as something is asked.</summary>
    Cut,

    /// <summary>The request is carried out, the answer is lost.</summary>
    LoseAnswer,

    /// <summary>Answered as busy, and not carried out.</summary>
    Busy,

    /// <summary>Answered as if somebody else had written, and not carried out.</summary>
    Conflict,
}

/// <summary>
/// Between the silos and the storage emulator: passes bytes, or does to them what storage does on a bad day. One
/// request at a time and connection, as the storage client sends them.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _hit;

    public FaultProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public StorageFault Fault { get; set; }

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Of so many requests one meets the fault; 1 for every request.</summary>
    public int OneIn { get; set; } = 1;

    /// <summary>
    /// Asked with the first line of every write; where it says so the write is carried out, its answer is lost, and
    /// <see cref="Carried"/> is called.
    /// </summary>
    public Func<string, bool> Watch { get; set; } = static _ => false;

    public Action Carried { get; set; } = static () => { };

    /// <summary>Requests that met a fault.</summary>
    public long Hit => Volatile.Read(ref _hit);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                var (up, down) = (client.GetStream(), server.GetStream());
                var lost = new StrongBox();
                var asked = AskAsync(up, down, lost);
                var answered = AnswerAsync(down, up, lost);
                await Task.WhenAny(asked, answered);
            }
            catch (Exception exception) when (exception is IOException or SocketException
                or OperationCanceledException or ObjectDisposedException)
            {
                // an end went away: so does the other
            }
        }
    }

    private async Task AskAsync(NetworkStream client, NetworkStream server, StrongBox lost)
    {
        var buffer = new byte[64 << 10];
        while (await client.ReadAsync(buffer, _stop.Token) is var count and > 0)
        {
            // a request begins with its verb; its body follows in the same or another piece
            var isBegin = buffer.AsSpan(0, count).StartsWith("PUT "u8) || buffer.AsSpan(0, count).StartsWith("GET "u8)
                || buffer.AsSpan(0, count).StartsWith("HEAD "u8);
            // what is watched is carried out, whatever others meet from then on
            var isWatched = isBegin && Watch(FirstLine(buffer.AsSpan(0, count)));
            if (isWatched)
            {
                lost.IsWatched = lost.Value = true;
            }
            var fault = isBegin && !isWatched && Random.Next(OneIn) == 0 ? Fault : StorageFault.None;
            if (fault != StorageFault.None)
            {
                Interlocked.Increment(ref _hit);
            }
            switch (fault)
            {
                case StorageFault.Slow:
                    await Task.Delay(Delay, _stop.Token);
                    break;
                case StorageFault.Cut:
                    return;
                case StorageFault.Busy:
                    await RefuseAsync(client, "503 Server Busy", "ServerBusy");
                    return;
                case StorageFault.Conflict when buffer.AsSpan(0, count).StartsWith("PUT "u8):
                    await RefuseAsync(client, "412 Precondition Failed", "ConditionNotMet");
                    return;
                case StorageFault.LoseAnswer:
                    lost.Value = true;
                    break;
            }
            await server.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client, StrongBox lost)
    {
        var buffer = new byte[64 << 10];
        while (await server.ReadAsync(buffer, _stop.Token) is var count and > 0)
        {
            if (lost.Value)
            {
                if (lost.IsWatched)
                {
                    Carried();
                }
                return;
            }
            await client.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private static async Task RefuseAsync(NetworkStream client, string status, string code) =>
        await client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nx-ms-error-code: {code}\r\n"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n"));

    private static string FirstLine(ReadOnlySpan<byte> request) =>
        Encoding.ASCII.GetString(request[..Math.Max(0, request.IndexOf((byte)'\r'))]);

    private static readonly Lottery Random = new(seed: 11);

    private sealed class StrongBox
    {
        public volatile bool Value;
        public volatile bool IsWatched;
    }

    /// <summary>A seeded random for many threads.</summary>
    private sealed class Lottery(int seed)
    {
        private readonly Lock _lock = new();
        private readonly Random _random = new(seed);

        public int Next(int count)
        {
            lock (_lock)
            {
                return _random.Next(count);
            }
        }
    }
}
