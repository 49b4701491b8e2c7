using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// The insurance fund's books in one asset. Payments in cost an account nothing but its own write, because they stay
/// with it; a claim that the books here cannot pay has them gathered first, the largest first, by transactions of the
/// journal.
/// <code>
/// version, balance, prepared part of a transaction?
/// </code>
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("insurance-fund")]
public sealed partial class InsuranceFundGrain : TransactionPartyGrain, IInsuranceFundGrain
{
    private const byte Version = 1;

    /// <summary>Accounts that one transaction gathers from.</summary>
    private const int GatheredAtOnce = 64;

    private static readonly TimeSpan SiloPatience = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<StoredState> _state;
    private readonly GridServiceClient _silos;
    private readonly ISiloStatusOracle _statuses;
    private decimal _balance;
    private decimal _wanted;
    private Task _gathering = Task.CompletedTask;
    private Task? _next;

    public InsuranceFundGrain([PersistentState("insurance-fund", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services, GridServiceClient silos, ISiloStatusOracle statuses)
    {
        (_state, Services, _silos, _statuses) = (state, services, silos, statuses);
        Writer = new GroupWriter(WriteStateAsync);
    }

    private protected override AccountServices Services { get; }

    private protected override GroupWriter Writer { get; }

    private protected override LegMessage? Prepared { get; set; }

    private AssetId Asset => new(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Read(_state.State.Body);
        Resume();
        return Task.CompletedTask;
    }

    public async Task<decimal> ReadAsync() => await ToldAsync() ? _balance
        : throw new StoreUnavailableException($"the insurance fund of {Asset} waits for a transaction");

    public async Task<decimal> AvailableAsync(decimal wanted)
    {
        if (_balance >= wanted)
        {
            return _balance;
        }
        _wanted = Math.Max(_wanted, wanted);
        // an activation that ends is not over before its calls are, and what gathers waits for the next
        return await Writer.UnlessFailedAsync(GatheredAsync());
    }

    private protected override HoldMessage Shown(Ulid[] ids) => new(true, null, 0L, new IdAnswer[ids.Length])
    {
        Insurance = [new HouseAmount((byte)HouseAccount.Insurance, Asset.Value, _balance)],
    };

    private protected override void Apply(List<(bool Counts, JournalRecord Record)> records) => _balance += records
        .SelectMany(r => ((AppliedRecord)r.Record).House)
        .Where(e => e.Account == HouseAccount.Insurance && e.Asset.Id == Asset).Sum(e => e.Delta);

    private async Task<decimal> GatheredAsync()
    {
        await GatherAsync();
        return _balance;
    }

    /// <summary>One gathering at a time; one that is under way may have passed by what came in since.</summary>
    private Task GatherAsync() => _next ?? (_gathering.IsCompleted ? _gathering = GatherOnceAsync()
        : _next = GatherAfterAsync(_gathering));

    private async Task GatherAfterAsync(Task before)
    {
        await before.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _next = null;
        await (_gathering = GatherOnceAsync());
    }

    private async Task GatherOnceAsync()
    {
        var wanted = _wanted;
        _wanted = 0m;
        var asked = (await Task.WhenAll(_statuses.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()
            .Select(AskAsync))).OfType<SharesMessage>().ToArray();
        if (await GatherAsync(asked.SelectMany(a => a.Shares), wanted))
        {
            return;
        }
        // an account may be in no row: its silo is lost, or does not answer
        var counts = await Task.WhenAll(Enumerable.Range(0, GrainKeys.RosterBuckets)
            .Select(b => GrainFactory.GetGrain<IAccountRosterGrain>(b).CountAsync()));
        foreach (var listed in counts.Where(c => !c.IsWhole([.. asked.Select(a => a.Buckets[c.Bucket])])))
        {
            if (await GatherAsync(await OneByOneAsync(listed.Bucket), wanted))
            {
                return;
            }
        }
    }

    /// <summary>The largest first, until there is as much as is wanted; false where there is not.</summary>
    private async Task<bool> GatherAsync(IEnumerable<ShareMessage> shares, decimal wanted)
    {
        foreach (var some in shares.OrderByDescending(s => s.Amount).ThenBy(s => s.Account, StringComparer.Ordinal)
            .Chunk(GatheredAtOnce))
        {
            if (_balance < wanted && !await GrainFactory.Journal(some[0].Account).GatherAsync(Asset.Value,
                [.. some.Select(s => s.Account)]))
            {
                throw new StoreUnavailableException($"what accounts have of {Asset} could not all be gathered");
            }
        }
        return _balance >= wanted;
    }

    private async Task<List<ShareMessage>> OneByOneAsync(int bucket)
    {
        var shares = new List<ShareMessage>();
        var listed = await GrainFactory.GetGrain<IAccountRosterGrain>(bucket).ListAsync();
        foreach (var some in listed.Chunk(GatheredAtOnce))
        {
            var messages = await Task.WhenAll(some.Select(id => GrainFactory.GetGrain<IAccountGrain>(id).ReadAsync()));
            shares.AddRange(some.Zip(messages, (id, message) => new ShareMessage(id, message.House
                .Where(h => (HouseAccount)h.Account == HouseAccount.Insurance && h.Asset == Asset.Value)
                .Sum(h => h.Amount))).Where(s => s.Amount > 0m));
        }
        return shares;
    }

    private async Task<SharesMessage?> AskAsync(SiloAddress silo)
    {
        try
        {
            return await _silos.At(silo).InsuranceAsync(Asset.Value).WaitAsync(SiloPatience);
        }
        catch (Exception exception)
        {
            // its rows are missing from the counts: their accounts are asked one by one
            LogSilent(Services.Logger, silo, Asset, exception.Message);
            return null;
        }
    }

    private Task WriteStateAsync()
    {
        var sink = AccountServices.Sink;
        sink.Clear();
        sink.Byte(Version);
        sink.Decimal(_balance);
        BodyCodec.WritePrepared(sink, Prepared);
        return _state.WriteAsync(sink.ToArray(), Services.Options, _ => DeactivateOnIdle());
    }

    private void Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return;
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, Version, $"the insurance fund of {Asset}");
        _balance = source.Decimal();
        Prepared = BodyCodec.ReadPrepared(ref source);
        source.End();
    }

    [LoggerMessage(LogLevel.Warning, "{Silo} does not say who has something for the fund of {Asset}: {Message}")]
    private static partial void LogSilent(ILogger logger, SiloAddress silo, AssetId asset, string message);
}
