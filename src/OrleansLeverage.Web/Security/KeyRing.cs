using System.Collections.Frozen;
using System.Text.Json;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// The keys in force, read from their file again whenever it changes, at the latest after <see cref="LooksEvery"/>. A
/// key that is taken back ends what its holder has open. A file that cannot be read changes nothing, and is said.
/// </summary>
internal sealed partial class KeyRing : BackgroundService
{
    public static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    private static readonly byte[] NoHash = new byte[32];

    private readonly string? _path;
    private readonly TimeProvider _clock;
    private readonly AuditTrail _audit;
    private readonly ILogger<KeyRing> _log;
    private FrozenDictionary<string, Held> _keys = FrozenDictionary<string, Held>.Empty;
    private (DateTime Written, long Length) _seen;

    public KeyRing(GridServerOptions options, AuditTrail audit, ILogger<KeyRing> log)
    {
        (_path, _clock, _audit, _log) = (options.Access?.KeyFile, options.Clock, audit, log);
        if (_path is not null)
        {
            _seen = Stamp(_path);
            Replace(KeyFile.Read(_path));
        }
    }

    /// <summary>The holder of a key, or the code of why there is none.</summary>
    public (Principal? Principal, string? Fault) Find(string text)
    {
        var held = ApiKey.IdOf(text) is { } id ? _keys.GetValueOrDefault(id) : null;
        // an id that nobody has costs as much as a wrong secret
        if (!ApiKey.IsHashOf(held?.Hash ?? NoHash, text) || held is null)
        {
            return (null, "unauthenticated");
        }
        return held.Principal.IsOver(_clock.GetUtcNow()) ? (null, "revoked") : (held.Principal, null);
    }

    /// <summary>The holder of the key with an id, for what proves itself in another way.</summary>
    public Principal? Named(string id) =>
        _keys.GetValueOrDefault(id)?.Principal is { } held && !held.IsOver(_clock.GetUtcNow()) ? held : null;

    /// <summary>Looks whether the file changed, and takes it over if so.</summary>
    public void Refresh()
    {
        if (_path is null)
        {
            return;
        }
        try
        {
            var stamp = Stamp(_path);
            if (stamp == _seen)
            {
                return;
            }
            Replace(KeyFile.Read(_path));
            _seen = stamp;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            LogUnreadable(exception.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Refresh();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server stops
        }
    }

    private static (DateTime Written, long Length) Stamp(string path)
    {
        var file = new FileInfo(path);
        return (file.LastWriteTimeUtc, file.Length);
    }

    private void Replace(IReadOnlyList<KeyRecord> records)
    {
        var before = _keys;
        var next = records.ToDictionary(record => record.Id, record =>
        {
            var row = JsonSerializer.Serialize(record);
            return before.GetValueOrDefault(record.Id) is { } same && same.Row == row ? same : Held.Of(record, row);
        });
        _keys = next.ToFrozenDictionary();
        foreach (var key in next.Values.Where(key => before.Count > 0 && !before.Values.Contains(key)))
        {
            _audit.Record(new AuditEntry("keys.changed", "applied") { Target = key.Principal.KeyId });
        }
        foreach (var (id, gone) in before.Where(row => next.GetValueOrDefault(row.Key) != row.Value))
        {
            if (!next.ContainsKey(id))
            {
                _audit.Record(new AuditEntry("keys.removed", "applied") { Target = id });
            }
            gone.TakeBack();
        }
    }

    [LoggerMessage(4, LogLevel.Error, "the file of keys cannot be read, those before stay in force: {Reason}")]
    private partial void LogUnreadable(string reason);

    private sealed class Held(string row, byte[] hash, Principal principal, CancellationTokenSource revoked)
    {
        public string Row => row;

        public byte[] Hash => hash;

        public Principal Principal => principal;

        public static Held Of(KeyRecord record, string row)
        {
            var revoked = new CancellationTokenSource();
            if (record.Revoked is not null)
            {
                revoked.Cancel();
            }
            return new Held(row, Convert.FromHexString(record.Hash), new Principal(record.Name, PrincipalKind.Key,
                record.Scopes.Aggregate(Scope.None, (all, scope) => all | ScopeNames.Parse(scope)))
            {
                KeyId = record.Id,
                Source = record.Source,
                Feeds = record.Feeds,
                PublicKey = record.PublicKey is { } pem ? KeyFile.P256(pem) : null,
                Accounts = record.Accounts,
                RequestsPerSecond = record.RequestsPerSecond,
                ExpiresMs = record.Expires?.ToUnixTimeMilliseconds(),
                Revoked = revoked.Token,
            }, revoked);
        }

        public void TakeBack() => revoked.Cancel();
    }
}
