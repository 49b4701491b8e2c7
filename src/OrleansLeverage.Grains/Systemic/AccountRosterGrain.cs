using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// One bucket of the roster. The list is durable before an account's first command is answered; the last known risk is
/// kept with it now and then, for the order and the size of what is missing after a silo is lost.
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("account-roster")]
public sealed partial class AccountRosterGrain : Grain, IAccountRosterGrain
{
    private const long KeepRiskEveryMs = 30_000;

    /// <summary>
    /// After this long a recovery begins nothing more and answers: what is left is looked at anew, in the order that it
    /// has by then.
    /// </summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly GridServiceClient _silos;
    private readonly ISiloStatusOracle _statuses;
    private readonly GroupWriter _writer;
    private readonly RecoveryPace _pace;
    private readonly SortedDictionary<string, KnownRisk> _accounts = new(StringComparer.Ordinal);
    private ulong _hashSum;
    private long _revision;
    private long _riskKeptAtMs;
    private bool _isRecovering;

    public AccountRosterGrain([PersistentState("account-roster", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services, GridServiceClient silos, ISiloStatusOracle statuses)
    {
        (_state, _services, _silos, _statuses) = (state, services, silos, statuses);
        _writer = new GroupWriter(WriteStateAsync);
        _pace = new RecoveryPace(services.Options.RecoveriesAtOnce,
            TimeSpan.FromMilliseconds(services.Options.StorageTimeoutMs / 8d), services.Options.Time);
    }

    private int Bucket => (int)this.GetPrimaryKeyLong();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Read(_state.State.Body);
        return Task.CompletedTask;
    }

    public async Task EnlistAsync(string account)
    {
        if (!AccountId.IsValid(account) || GrainKeys.RosterBucket(account) != Bucket)
        {
            throw new ArgumentException($"'{account}' is no account of roster bucket {Bucket}");
        }
        if (_accounts.TryAdd(account, default))
        {
            _hashSum = unchecked(_hashSum + GrainKeys.Hash(account));
            _revision++;
        }
        else if (!_writer.IsBusy)
        {
            return;
        }
        await _writer.WriteAsync();
        GrainFactory.Systemic().RosterAsync(Count()).Ignore();
    }

    public Task<string[]> ListAsync() => Task.FromResult<string[]>([.. _accounts.Keys]);

    public Task<RosterCount> CountAsync() => Task.FromResult(Count());

    public Task ReportAsync(RiskMessage[] accounts, long nowMs)
    {
        foreach (var (account, notional, ratio) in accounts)
        {
            if (_accounts.ContainsKey(account))
            {
                _accounts[account] = new KnownRisk(notional, ratio ?? double.PositiveInfinity, nowMs);
            }
        }
        if (nowMs - _riskKeptAtMs >= KeepRiskEveryMs && !_writer.IsBusy && _writer.Failure is null)
        {
            _riskKeptAtMs = nowMs;
            _ = WriteQuietlyAsync();
        }
        return Task.CompletedTask;
    }

    public async Task<RecoveryReport> MissingAsync() => Report(await WithoutRowsAsync(), reactivated: 0);

    public async Task<RecoveryReport> RecoverAsync()
    {
        if (_isRecovering)
        {
            return await MissingAsync();
        }
        _isRecovering = true;
        try
        {
            var missing = await WithoutRowsAsync();
            if (missing.Length == 0)
            {
                return Report(missing, reactivated: 0);
            }
            LogRecovering(_services.Logger, Bucket, missing.Length);
            return Report(missing, await _pace.RunAsync([.. missing.Select(m => m.Key)], Slice,
                account => GrainFactory.GetGrain<IAccountGrain>(account).TouchAsync(),
                (account, exception) => LogUntouched(_services.Logger, account, exception.Message)));
        }
        finally
        {
            _isRecovering = false;
        }
    }

    /// <summary>Who is listed and has no row on any silo, worst first: least is known where it is least.</summary>
    private async Task<KeyValuePair<string, KnownRisk>[]> WithoutRowsAsync()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var silo in _statuses.GetApproximateSiloStatuses(onlyActive: true).Keys)
        {
            seen.UnionWith(await _silos.At(silo).RowsAsync(Bucket));
        }
        return [.. _accounts.Where(a => !seen.Contains(a.Key)).OrderByDescending(a => a.Value.Ratio)
            .ThenByDescending(a => a.Value.Notional).ThenBy(a => a.Key, StringComparer.Ordinal)];
    }

    private RecoveryReport Report(KeyValuePair<string, KnownRisk>[] missing, long reactivated) => new(Bucket,
        missing.Length, missing.Sum(m => m.Value.Notional),
        missing.Where(m => m.Value.KnownAtMs > 0L).Select(m => m.Value.KnownAtMs).DefaultIfEmpty(0L).Min(),
        reactivated, missing.Select(m => m.Value.Ratio).DefaultIfEmpty(0d).Max());

    private RosterCount Count() => new(Bucket, _revision, _accounts.Count, _hashSum);

    private async Task WriteQuietlyAsync() => await _writer.WriteAsync().ConfigureAwait(
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private Task WriteStateAsync() => _state.WriteAsync(RosterCodec.Write(_revision, _accounts), _services.Options,
        _ => DeactivateOnIdle());

    private void Read(ReadOnlySpan<byte> body)
    {
        (_revision, var accounts) = RosterCodec.Read(body, $"roster bucket {Bucket}");
        foreach (var (account, risk) in accounts)
        {
            _accounts.Add(account, risk);
            _hashSum = unchecked(_hashSum + GrainKeys.Hash(account));
        }
    }

    [LoggerMessage(LogLevel.Warning, "roster bucket {Bucket}: {Count} accounts have no row and are reactivated")]
    private static partial void LogRecovering(ILogger logger, int bucket, int count);

    [LoggerMessage(LogLevel.Warning, "account {Account} was not reactivated: {Message}")]
    private static partial void LogUntouched(ILogger logger, string account, string message);
}
