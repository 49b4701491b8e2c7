using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Something that somebody asked for or was refused: bounded words and ids, nothing that anybody wrote.
/// </summary>
/// <param name="Action">The endpoint as method and route, or what the server did by itself.</param>
/// <param name="Outcome">applied, done, or the code of a refusal.</param>
internal sealed record AuditEntry(string Action, string Outcome)
{
    public string Principal { get; init; } = "server";

    public string? KeyId { get; init; }

    /// <summary>The account, command, plan or key that it was about, where that is an id in good form.</summary>
    public string? Target { get; init; }

    public int? Status { get; init; }

    public string? RemoteAddress { get; init; }

    public string? RequestId { get; init; }

    /// <summary>Refusals before this one that were counted and not written down.</summary>
    public long Suppressed { get; init; }
}

/// <summary>An entry in its place: <paramref name="Prev"/> is the hash of the line before.</summary>
internal sealed record AuditRecord(long Seq, DateTimeOffset Time, AuditEntry Entry, string Prev, string Hash)
{
    public string Outcome => Entry.Outcome;

    public string Action => Entry.Action;
}

/// <summary>
/// Every command and every refusal, in order: a chain of lines of which each holds the hash of the one before, so that
/// none can be changed or taken out unseen. Kept in a file where there is one, the newest also in memory.
/// </summary>
internal sealed partial class AuditTrail : BackgroundService
{
    /// <summary>Records that are kept in memory.</summary>
    public const int Kept = 10_000;

    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>What nobody waits for, refusals above all, is on disk after this time at the latest.</summary>
    private static readonly TimeSpan SyncsEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _syncing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Queue<AuditRecord> _newest = new();
    private readonly AuditFile? _file;
    private readonly TimeProvider _clock;
    private readonly ILogger<AuditTrail> _log;
    private long _seq;
    private string _head = NoHash;
    private long _synced;
    private bool _isFaulted;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="FormatException">It holds what is no audit.</exception>
    public AuditTrail(GridServerOptions options, ILogger<AuditTrail> log)
    {
        (_clock, _log) = (options.Clock, log);
        if (options.AuditFile is { } path)
        {
            _file = new AuditFile(path, options.Limits.AuditFileBytes, options.Limits.AuditFiles);
            (_seq, _head) = _file.End;
            Record(new AuditEntry("audit.opened", "done"));
        }
    }

    /// <summary>The place and hash of the newest record.</summary>
    public (long Seq, string Hash) Head
    {
        get
        {
            lock (_gate)
            {
                return (_seq, _head);
            }
        }
    }

    /// <summary>What cannot be written to the file is lost there, and this says so.</summary>
    public bool IsFaulted => Volatile.Read(ref _isFaulted);

    /// <summary>Every record up to this one is on disk, where there is a file.</summary>
    public long Synced => Volatile.Read(ref _synced);

    public void Record(AuditEntry entry)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            var line = Line(++_seq, now, entry, _head);
            var hash = Convert.ToHexStringLower(SHA256.HashData(line));
            _newest.Enqueue(new AuditRecord(_seq, now, entry, _head, hash));
            if (_newest.Count > Kept)
            {
                _newest.Dequeue();
            }
            _head = hash;
            Try(() => _file?.Append(line, _seq));
        }
    }

    /// <summary>
    /// Completes when everything that was recorded so far is on disk, or cannot be written; at once where there is no
    /// file. Whoever comes while others are waited for is synced together with the rest.
    /// </summary>
    public async ValueTask SyncAsync()
    {
        if (_file is null)
        {
            return;
        }
        var (mine, _) = Head;
        if (Volatile.Read(ref _synced) >= mine)
        {
            return;
        }
        await _syncing.WaitAsync();
        try
        {
            if (Volatile.Read(ref _synced) < mine)
            {
                var (until, _) = Head;
                // outside the lock: who records does not wait for the disk
                Try(_file.Sync);
                Volatile.Write(ref _synced, until);
            }
        }
        finally
        {
            _syncing.Release();
        }
    }

    /// <summary>At most <paramref name="limit"/> kept records before <paramref name="before"/>, newest first.</summary>
    public IReadOnlyList<AuditRecord> Newest(int limit, long before = long.MaxValue)
    {
        lock (_gate)
        {
            return [.. _newest.Reverse().Where(record => record.Seq < before).Take(limit)];
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        lock (_gate)
        {
            _file?.Dispose();
        }
    }

    /// <summary>One line without its end. The order of members is part of the chain.</summary>
    internal static byte[] Line(long seq, DateTimeOffset time, AuditEntry entry, string prev)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("seq", seq);
            writer.WriteString("ts", time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            writer.WriteString("principal", entry.Principal);
            writer.WriteString("keyId", entry.KeyId);
            writer.WriteString("action", entry.Action);
            writer.WriteString("target", entry.Target);
            writer.WriteString("result", entry.Outcome);
            if (entry.Status is { } status)
            {
                writer.WriteNumber("status", status);
            }
            writer.WriteString("remoteAddress", entry.RemoteAddress);
            writer.WriteString("requestId", entry.RequestId);
            if (entry.Suppressed > 0)
            {
                writer.WriteNumber("suppressed", entry.Suppressed);
            }
            writer.WriteString("prev", prev);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SyncsEvery, _clock);
        try
        {
            while (_file is not null && await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SyncAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server stops
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!Interlocked.Exchange(ref _isFaulted, true))
            {
                LogFault(exception.Message);
            }
        }
    }

    [LoggerMessage(5, LogLevel.Critical, "the audit cannot be written: {Reason}")]
    private partial void LogFault(string reason);
}
