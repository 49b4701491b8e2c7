using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// A grain that takes part in commands of several: held in memory, by one transaction at a time, its part prepared
/// durably, settled by the journal's word. A part that is prepared is never given up by the grain itself: it asks.
/// </summary>
public abstract partial class TransactionPartyGrain : Grain
{
    /// <summary>A transaction takes some writes; one that takes longer is asked about, for its journal may be gone.
    /// </summary>
    private static readonly TimeSpan AskAfter = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private TransactionHold? _hold;

    private protected bool IsHeld => _hold is not null;

    private protected TimeSpan Patience => TimeSpan.FromMilliseconds(Services.Options.HoldMs);

    private protected abstract AccountServices Services { get; }

    private protected abstract GroupWriter Writer { get; }

    /// <summary>Something is decided and not durable yet.</summary>
    private protected virtual bool IsDirty => Writer.IsBusy;

    /// <summary>What is done if a transaction commits, part of the state; nothing else happens here until it has.
    /// </summary>
    private protected abstract LegMessage? Prepared { get; set; }

    public async Task<HoldMessage> HoldAsync(TransactionKey transaction, Ulid[] ids)
    {
        if (Writer.Failure is not null || !await FreeAsync())
        {
            return new HoldMessage(false, null, 0L, []);
        }
        // answers are given on what is found here, so it has to last
        var hold = _hold = new TransactionHold(transaction, Now());
        try
        {
            if (IsDirty)
            {
                await Writer.WriteAsync();
            }
        }
        catch (Exception)
        {
            Release(hold);
            return new HoldMessage(false, null, 0L, []);
        }
        return Shown(ids);
    }

    public async Task<bool> PrepareAsync(LegMessage leg)
    {
        await PreparingAsync();
        if (_hold is not { IsPrepared: false } hold || hold.Key != leg.Transaction || Writer.Failure is not null)
        {
            return false;
        }
        hold.IsPrepared = true;
        hold.Since = Now();
        Prepared = leg;
        Changed();
        await Writer.WriteAsync();
        return true;
    }

    public virtual Task SettleAsync(TransactionKey transaction, bool apply)
    {
        if (_hold is { } hold && hold.Key == transaction && Writer.Failure is null)
        {
            Settle(hold, apply);
        }
        return Task.CompletedTask;
    }

    public async Task SettledAsync(TransactionKey transaction)
    {
        if (_hold?.Key == transaction)
        {
            throw new InvalidOperationException(
                $"{GrainContext.GrainId} has not been told how {transaction} ended");
        }
        if (IsDirty)
        {
            await Writer.WriteAsync();
        }
    }

    /// <summary>The state as the next command would find it.</summary>
    private protected abstract HoldMessage Shown(Ulid[] ids);

    /// <summary>Before a part is prepared here.</summary>
    private protected virtual Task PreparingAsync() => Task.CompletedTask;

    /// <summary>Does what was prepared: durable by its preparation and the journal's record.</summary>
    private protected abstract void Apply(List<(bool Counts, JournalRecord Record)> records);

    /// <summary>What was prepared has been done, or dropped.</summary>
    private protected virtual void Told()
    {
    }

    /// <summary>The state is to be written.</summary>
    private protected virtual void Changed()
    {
    }

    /// <summary>Nothing is under way here any more, perhaps.</summary>
    private protected virtual void Rest()
    {
    }

    /// <summary>At activation: what an earlier one prepared is asked about.</summary>
    private protected void Resume()
    {
        if (Prepared is { } prepared)
        {
            _hold = new TransactionHold(prepared.Transaction, since: 0L) { IsPrepared = true };
            _ = ResolveAsync(_hold);
        }
    }

    /// <summary>Lets go of a hold that has prepared nothing; false where it was lost before.</summary>
    private protected bool TryRelease(TransactionKey transaction, Action before)
    {
        if (_hold is not { IsPrepared: false } hold || hold.Key != transaction)
        {
            return false;
        }
        before();
        Release(hold);
        return true;
    }

    private protected static IdAnswer Standing(CommandWindow window, Ulid ulid, long nowMs)
    {
        var id = ulid.ToId();
        return window.TryGet(id, out var known)
            ? new IdAnswer(IdStanding.Remembered, new RememberedMessage(ulid, known.Digest.Whole, known.Digest.Fields,
                (byte)known.Status, known.Sequence))
            : new IdAnswer(window.IsTooOld(id) ? IdStanding.TooOld
                : window.HasNoRoomFor(id, nowMs) ? IdStanding.NoRoom : IdStanding.New, default);
    }

    /// <summary>Waits until no transaction keeps the grain; false where that takes longer than anybody waits.
    /// </summary>
    private protected Task<bool> FreeAsync() => WaitAsync(until: null);

    /// <summary>
    /// Waits for the end of what was prepared by an earlier activation, or so long ago that its journal may have
    /// answered without having reached this grain: whoever asked for it may know that it was done.
    /// </summary>
    private protected async Task<bool> CaughtUpAsync()
    {
        if (_hold is not { IsPrepared: true } hold || Since(hold.Since) <= AskAfter)
        {
            return true;
        }
        await WaitAsync(hold);
        return !ReferenceEquals(_hold, hold);
    }

    /// <summary>Waits until what is prepared here now has been done or dropped.</summary>
    private protected Task<bool> ToldAsync() => _hold is { IsPrepared: true } hold ? WaitAsync(hold)
        : Task.FromResult(Writer.Failure is null);

    /// <summary>Until a hold has ended, or there is none.</summary>
    private async Task<bool> WaitAsync(TransactionHold? until)
    {
        var start = Now();
        while (_hold is { } hold && (until is null || ReferenceEquals(hold, until)) && Writer.Failure is null)
        {
            var held = Since(hold.Since);
            if (held > Patience && !hold.IsPrepared)
            {
                // whoever held it is gone, or will find that it lost it
                Release(hold);
                continue;
            }
            if (held > AskAfter)
            {
                _ = ResolveAsync(hold);
            }
            if (Since(start) > Patience + Patience)
            {
                return false;
            }
            await Task.WhenAny(hold.Ended, Writer.Failed, Task.Delay(AskAgain));
        }
        return Writer.Failure is null;
    }

    private protected async Task WriteQuietlyAsync() => await Writer.WriteAsync().ConfigureAwait(
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private void Settle(TransactionHold hold, bool apply)
    {
        if (hold.IsPrepared)
        {
            var prepared = Prepared!;
            Prepared = null;
            if (apply)
            {
                // durable already: the write only brings it into one place
                Apply(LegCodec.Read(prepared.Records, Services.Universe));
            }
            Told();
            Changed();
            _ = WriteQuietlyAsync();
        }
        Release(hold);
    }

    private void Release(TransactionHold hold)
    {
        if (ReferenceEquals(_hold, hold))
        {
            _hold = null;
        }
        hold.End();
        Rest();
    }

    /// <summary>
    /// Asks the journal how a transaction ended, until it knows. A journal that was lost is another by then, in which
    /// what it had not committed never will be.
    /// </summary>
    private async Task ResolveAsync(TransactionHold hold)
    {
        if (hold.IsAsking)
        {
            return;
        }
        hold.IsAsking = true;
        while (ReferenceEquals(_hold, hold) && Writer.Failure is null)
        {
            try
            {
                var outcome = await GrainFactory.GetGrain<IFillJournalGrain>(hold.Key.Bucket).OutcomeAsync(hold.Key);
                if (outcome != TransactionOutcome.Open && ReferenceEquals(_hold, hold))
                {
                    Settle(hold, outcome == TransactionOutcome.Committed);
                    return;
                }
            }
            catch (Exception exception)
            {
                LogUnresolved(Services.Logger, GrainContext.GrainId, exception.Message);
            }
            await Task.Delay(AskAgain);
        }
    }

    private long Now() => Services.Options.Time.GetTimestamp();

    private TimeSpan Since(long timestamp) => timestamp == 0L ? TimeSpan.MaxValue
        : Services.Options.Time.GetElapsedTime(timestamp);

    [LoggerMessage(LogLevel.Warning, "{Party} waits for a transaction that nobody can tell the end of: {Message}")]
    private static partial void LogUnresolved(ILogger logger, GrainId party, string message);
}
