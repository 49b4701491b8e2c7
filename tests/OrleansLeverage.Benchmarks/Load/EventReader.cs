namespace OrleansLeverage.Benchmarks.Load;

/// <summary>One stream, read as fast as it comes, or a kilobyte now and then.</summary>
internal sealed class EventReader(ServeProcess serve, int client, bool isSlow)
{
    private const int SlowBytes = 1024;
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(250);

    public bool IsSlow => isSlow;

    /// <summary>Events that were read.</summary>
    public long Events { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Why it ended before it was told to; null where it did not.</summary>
    public string? Ended { get; private set; }

    public async Task RunAsync(string target, CancellationToken cancellation)
    {
        try
        {
            using var connection = await RawClient.ConnectAsync(serve.Address, client, isSlow ? 4096 : 0);
            await connection.SendAsync(RawClient.Get(serve.Address, serve.Keys.Readers[client], target), cancellation);
            var buffer = new byte[isSlow ? SlowBytes : 32 * 1024];
            var last = (byte)0;
            while (true)
            {
                var read = await connection.ReadAsync(buffer, cancellation);
                Bytes += read;
                Events += Count(buffer.AsSpan(0, read), ref last);
                if (isSlow)
                {
                    await Task.Delay(SlowPause, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // enough
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            Ended = fault.Message;
        }
    }

    /// <summary>An event ends with an empty line; chunks of HTTP have carriage returns, events have none.</summary>
    private static long Count(ReadOnlySpan<byte> bytes, ref byte last)
    {
        var events = 0L;
        foreach (var value in bytes)
        {
            events += value == '\n' && last == '\n' ? 1 : 0;
            last = value;
        }
        return events;
    }
}
