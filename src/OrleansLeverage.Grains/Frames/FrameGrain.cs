using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Grains.Transactions;

namespace OrleansLeverage.Grains.Frames;

/// <summary>
/// Numbers frames and publishes them, and decides on funding, which is part of them. The epoch is one more than the
/// last that was written, and is claimed by writing it before the first frame.
/// </summary>
[KeepAlive]
[Reentrant]
[GrainType("frame")]
public sealed partial class FrameGrain : TransactionPartyGrain, IFrameGrain
{
    private static readonly TimeSpan SiloPatience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongsEvery = TimeSpan.FromMilliseconds(250);

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private readonly SiloFeed _silos;
    private readonly FeedQuotes _quotes;
    private readonly SemaphoreSlim _making = new(1);
    private FundingBook _funding = null!;
    private FrameMaker _maker = null!;
    private PriceFrame _frame = null!;
    private FrameReading? _published;
    private Task _longs = Task.CompletedTask;
    private long _longsAt;
    private int _sinceReported;

    public FrameGrain([PersistentState("frame", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services, GridServiceClient silos, ISiloStatusOracle statuses)
    {
        _state = state;
        _services = services;
        _silos = new SiloFeed(silos, statuses, services.Universe);
        _quotes = new FeedQuotes(services.Universe, GrainFactory, services.Options.Time);
        Writer = new GroupWriter(WriteStateAsync);
    }

    private Universe Universe => _services.Universe;

    private protected override AccountServices Services => _services;

    private protected override GroupWriter Writer { get; }

    private protected override LegMessage? Prepared
    {
        get => _funding.Prepared;
        set => _funding.Prepared = value;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _funding = FundingBook.Read(_state.State.Body, Universe, _services.Options.WindowCapacity, _services.NowMs);
        _funding.Epoch++;
        await Writer.WriteAsync();
        _maker = new FrameMaker(Universe, _funding.Epoch, () => _funding.Indices,
            prices => LongContracts.OpenInterest(Universe, _silos.Longs(), prices));
        _frame = _maker.Next(0L, await _silos.LastKnownAsync(SiloPatience));
        Resume();
        if (_services.Options.MakesFrames)
        {
            var interval = TimeSpan.FromMilliseconds(_services.Options.FrameIntervalMs);
            this.RegisterGrainTimer(OnTickAsync,
                new GrainTimerCreationOptions(interval, interval) { Interleave = true });
        }
    }

    public Task WakeAsync() => Task.CompletedTask;

    public Task<FrameReading?> ReadAsync(long epoch, long sequence, bool quotes)
    {
        var published = _published;
        return Task.FromResult(published is null
            || published.Frame.Number().CompareTo(new FrameNumber((int)epoch, sequence)) <= 0 ? null
            : quotes ? published : published with { Quotes = [] });
    }

    public async Task<FrameReading> StepAsync(long timeMs)
    {
        await _making.WaitAsync();
        try
        {
            await _silos.AskLongsAsync(StepPatience);
            await NextAsync(timeMs, StepPatience);
            await _silos.SettleAsync(_frame.Number);
            // one after the other over all silos, as in one process
            foreach (var account in _services.Options.Liquidation is null ? [] : await _silos.FailingAsync())
            {
                await GrainFactory.GetGrain<IAccountGrain>(account).LiquidateAsync().ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
            return _published!;
        }
        finally
        {
            _making.Release();
        }
    }

    public async Task<AnswerMessage> PublishFundingAsync(CommandMessage command)
    {
        var funding = (PublishFunding)command.ToCommand();
        var claims = await IdClaims.MakeAsync(GrainFactory, [funding]);
        if (!await MakeAsync())
        {
            return Refused(funding, claims);
        }
        try
        {
            var (result, isNew) = _funding.Decide(funding, claims.Reused(0), _frame, _services.NowMs);
            claims.Settle(result, isList: false);
            try
            {
                if (isNew)
                {
                    await Writer.WriteAsync();
                }
            }
            catch (Exception exception)
            {
                return (result with { Sequence = 0L, Original = null, Status = exception is StoreUnavailableException
                    ? CommandStatus.StorageUnavailable : CommandStatus.OutcomeUnknown }).ToMessage();
            }
            if (isNew && result.Status == CommandStatus.Applied)
            {
                await RepeatAsync();
            }
            return result.ToMessage();
        }
        finally
        {
            _making.Release();
        }
    }

    public override async Task SettleAsync(TransactionKey transaction, bool apply)
    {
        var before = _funding.Indices;
        await base.SettleAsync(transaction, apply);
        if (ReferenceEquals(before, _funding.Indices))
        {
            return;
        }
        await _making.WaitAsync();
        try
        {
            await RepeatAsync();
        }
        finally
        {
            _making.Release();
        }
    }

    public Task<FundingBooks> BooksAsync() => Task.FromResult(_funding.ToMessage());

    private protected override HoldMessage Shown(Ulid[] ids)
    {
        var books = _funding.ToMessage();
        return new HoldMessage(true, null, books.Applied,
            [.. ids.Select(id => Standing(_funding.Window, id, _services.NowMs))])
        {
            Funding = books.Indices,
        };
    }

    private protected override void Apply(List<(bool Counts, JournalRecord Record)> records) =>
        records.ForEach(r => _funding.Book(r.Record, _services.NowMs));

    private AnswerMessage Refused(PublishFunding funding, IdClaims claims)
    {
        var answer = new CommandResult(funding.Id, CommandStatus.StorageUnavailable, 0L, _frame.Number);
        claims.Settle(answer, isList: false);
        return answer.ToMessage();
    }

    /// <summary>Waits for its turn to make a frame while no list keeps funding; false where that does not come about.
    /// </summary>
    private async Task<bool> MakeAsync()
    {
        while (await FreeAsync())
        {
            await _making.WaitAsync();
            if (!IsHeld)
            {
                return true;
            }
            _making.Release();
        }
        return false;
    }

    /// <summary>What funding is now in force at once, at the same prices.</summary>
    private async Task RepeatAsync()
    {
        if (!_services.Options.MakesFrames)
        {
            await _silos.AskLongsAsync(StepPatience);
        }
        _frame = _maker.Next(_frame.TimeMs, [.. _frame.Prices]);
        await PublishAsync(_services.Options.MakesFrames ? SiloPatience : StepPatience, isRepeated: true);
    }

    private async Task OnTickAsync()
    {
        if (!await _making.WaitAsync(0))
        {
            return;
        }
        try
        {
            if (_longs.IsCompleted && _services.Options.Time.GetElapsedTime(_longsAt) > LongsEvery)
            {
                _longsAt = _services.Options.Time.GetTimestamp();
                _longs = _silos.AskLongsAsync(SiloPatience);
            }
            await NextAsync(_services.NowMs, SiloPatience);
        }
        catch (Exception exception)
        {
            // figures stand still and grow old until a frame succeeds
            LogNoFrame(_services.Logger, _frame.Number, exception.Message);
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task NextAsync(long timeMs, TimeSpan patience)
    {
        await _quotes.AskAsync(timeMs, patience);
        _frame = _maker.Next(timeMs, _quotes.Prices(_frame));
        await PublishAsync(patience, isRepeated: false);
    }

    private async Task PublishAsync(TimeSpan patience, bool isRepeated)
    {
        var isReported = !isRepeated && (!_services.Options.MakesFrames
            || ++_sinceReported >= _services.Options.ReportEveryFrames);
        _sinceReported = isReported ? 0 : _sinceReported;
        var message = _frame.ToMessage(isReported) with { IsRepeated = isRepeated };
        await _silos.PublishAsync(message, patience);
        // shown to clients once the silos decide by it
        _published = new FrameReading(message, _quotes.Newest);
    }

    private Task WriteStateAsync() => _state.WriteAsync(_funding.Write(AccountServices.Sink), _services.Options,
        _ => DeactivateOnIdle());

    [LoggerMessage(LogLevel.Warning, "no frame after {Frame}: {Message}")]
    private static partial void LogNoFrame(ILogger logger, FrameNumber frame, string message);
}
