using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>
/// Clients that deposit and trade for as long as they are let, each on its own accounts, and know afterwards what every
/// account must hold: what was acknowledged, once. What has an unknown outcome is sent again under its id.
/// </summary>
internal sealed class LoadDriver(ILeverageGrid grid, int workers, int accountsPerWorker)
{
    private const long Series = 21;
    private static readonly InstrumentId Perpetual = new("BTC-USD-PERP");
    private static readonly FeedId Bitcoin = new("BTC-USD");
    private static readonly SourceId Source = new("load");

    private readonly ConcurrentDictionary<AccountId, (decimal Usd, decimal Contracts)> _expected = new();
    private readonly ConcurrentQueue<AccountCommand> _unresolved = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private long _ids;
    private long _acknowledged;
    private readonly Lock _slowest = new();
    private (long Ticks, string What) _longest = (0L, "nothing");

    public long Acknowledged => Volatile.Read(ref _acknowledged);

    public int Unresolved => _unresolved.Count;

    public int Accounts => workers * accountsPerWorker;

    /// <summary>The longest that any client has waited for one acknowledgement since this was last asked.</summary>
    public (TimeSpan Took, string What) SlowestSince()
    {
        lock (_slowest)
        {
            var (ticks, what) = _longest;
            _longest = (0L, "nothing");
            return (TimeSpan.FromSeconds(ticks / (double)Stopwatch.Frequency), what);
        }
    }

    public async Task StartAsync()
    {
        await PublishAsync(1, "the first price");
        _running.Add(Task.Run(PublishAsync));
        await Task.WhenAll(Enumerable.Range(0, workers).SelectMany(w => Names(w)).Select(async account =>
            await ApplyAsync(new Deposit(NextId(), account, AssetId.Usd, 1_000_000m))));
        _running.AddRange(Enumerable.Range(0, workers).Select(w => Task.Run(() => WorkAsync(w))));
    }

    /// <summary>Ends the load, and sends what is unresolved until it is.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        while (_unresolved.TryDequeue(out var command))
        {
            await ApplyAsync(command);
        }
    }

    /// <summary>Accounts that do not hold what they must, in words.</summary>
    public async Task<List<string>> DifferencesAsync()
    {
        var found = new List<string>();
        foreach (var (account, (usd, contracts)) in _expected.OrderBy(e => e.Key))
        {
            var snapshot = await grid.AccountAsync(account);
            var hasUsd = snapshot?.Balances.Where(b => b.Asset.Id == AssetId.Usd).Sum(b => b.Amount);
            var hasContracts = snapshot?.Positions.Sum(p => p.Position.Quantity.Value);
            if (hasUsd != usd || hasContracts != contracts)
            {
                found.Add($"{account}: {hasUsd} and {hasContracts} contracts, acknowledged were {usd} and {contracts}");
            }
        }
        return found;
    }

    private IEnumerable<AccountId> Names(int worker) =>
        Enumerable.Range(0, accountsPerWorker).Select(i => new AccountId($"w{worker}-{i}"));

    private async Task WorkAsync(int worker)
    {
        var random = new Random(worker);
        var names = Names(worker).ToArray();
        while (!_stop.IsCancellationRequested)
        {
            var account = names[random.Next(names.Length)];
            var other = names[random.Next(names.Length)];
            await ApplyAsync(account == other || random.Next(3) > 0
                ? new Deposit(NextId(), account, AssetId.Usd, 1m)
                : new ApplyFill(NextId(), Perpetual, new Price(60_000m), new FillLeg(account, new Quantity(0.001m), 0m),
                    new FillLeg(other, new Quantity(-0.001m), 0m)));
        }
    }

    private async Task ApplyAsync(AccountCommand command)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await grid.ExecuteAsync(command);
        var took = Stopwatch.GetTimestamp() - start;
        lock (_slowest)
        {
            _longest = took > _longest.Ticks ? (took, $"{command}: {result.Status}") : _longest;
        }
        if (result.IsApplied)
        {
            Interlocked.Increment(ref _acknowledged);
            Expect(command);
        }
        else if (result.Status is CommandStatus.OutcomeUnknown or CommandStatus.StorageUnavailable
            or CommandStatus.Overloaded)
        {
            _unresolved.Enqueue(command);
        }
        else if (result is not { Status: CommandStatus.OracleStale } and not { Original: CommandStatus.OracleStale })
        {
            // a trade is refused while an oracle that lost its silo proves itself again; nothing else is
            throw new InvalidOperationException($"{command}: {result}");
        }
    }

    private void Expect(AccountCommand command)
    {
        switch (command)
        {
            case Deposit deposit:
                Add(deposit.Account, deposit.Amount, 0m);
                break;
            case ApplyFill fill:
                Add(fill.First.Account, 0m, fill.First.Quantity.Value);
                Add(fill.Second.Account, 0m, fill.Second.Quantity.Value);
                break;
        }
    }

    private void Add(AccountId account, decimal usd, decimal contracts) => _expected.AddOrUpdate(account,
        (usd, contracts), (_, held) => (held.Usd + usd, held.Contracts + contracts));

    private CommandId NextId() => CommandId.Series(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Series,
        Interlocked.Increment(ref _ids));

    private async Task PublishAsync()
    {
        for (var sequence = 2; !_stop.IsCancellationRequested; sequence++)
        {
            await PublishAsync(sequence, "");
            await Task.Delay(200, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A price; waits for it to be in force where it has a name.</summary>
    private async Task PublishAsync(long sequence, string name)
    {
        do
        {
            try
            {
                var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                // time and count in one number, so that a restarted oracle finds it newer
                await grid.PublishAsync(
                    new PriceUpdate(Bitcoin, 60_000m, Source, 1, nowMs * 16 + sequence % 16, nowMs));
            }
            catch (Exception) when (name.Length == 0 || !_stop.IsCancellationRequested)
            {
                // the oracle's silo is gone for now: the next price is as good
            }
            if (name.Length > 0)
            {
                await Task.Delay(50);
            }
        }
        while (name.Length > 0 && grid.Frame[grid.Universe.Feed(Bitcoin)!].State != PriceState.Fresh);
    }
}
