using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// This account's part in commands of several accounts: held in memory, prepared durably, settled by the journal's
/// word. A part that is prepared is never given up by the account itself: it asks.
/// </summary>
public sealed partial class AccountGrain
{
    /// <summary>A transaction takes some writes; one that takes longer is asked about, for its journal may be gone.
    /// </summary>
    private static readonly TimeSpan AskAfter = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private TimeSpan Patience => TimeSpan.FromMilliseconds(_services.Options.HoldMs);

    public async Task<HoldMessage> HoldAsync(TransactionKey transaction, Ulid[] ids)
    {
        if (Writer.Failure is not null || !await FreeAsync())
        {
            return new HoldMessage(false, null, 0L, []);
        }
        // answers are given on what is found here, so it has to last
        var hold = _hold = new AccountHold(transaction, Now());
        try
        {
            if (_changes > 0 || Writer.IsBusy)
            {
                await Writer.WriteAsync();
            }
        }
        catch (Exception)
        {
            Release(hold);
            return new HoldMessage(false, null, 0L, []);
        }
        var book = Book;
        byte[]? bytes = null;
        if (book.Account is { } account)
        {
            var sink = AccountServices.Sink;
            sink.Clear();
            AccountCodec.Write(sink, account, names: true);
            bytes = sink.ToArray();
        }
        return new HoldMessage(true, bytes, book.Applied, [.. ids.Select(Standing)]);
    }

    public async Task<bool> PrepareAsync(LegMessage leg)
    {
        if (!_isListed && Book.Account is null)
        {
            await GrainFactory.Roster(Id.Value).EnlistAsync(Id.Value);
            _isListed = true;
        }
        if (_hold is not { IsPrepared: false } hold || hold.Key != leg.Transaction || Writer.Failure is not null)
        {
            return false;
        }
        hold.IsPrepared = true;
        hold.Since = Now();
        Book.Prepared = leg;
        Changed();
        await Writer.WriteAsync();
        return true;
    }

    public Task SettleAsync(TransactionKey transaction, bool apply)
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
            throw new InvalidOperationException($"account {Id} has not been told how {transaction} ended");
        }
        if (_changes > 0 || Writer.IsBusy)
        {
            await Writer.WriteAsync();
        }
    }

    public async Task<bool> RefuseAsync(TransactionKey transaction, RememberedMessage refusal)
    {
        if (_hold is not { IsPrepared: false } hold || hold.Key != transaction)
        {
            return false;
        }
        var id = refusal.Command.ToId();
        if (!Book.Window.TryGet(id, out _))
        {
            Book.Refused++;
            Book.Window.Add(id, new RememberedCommand(new PayloadDigest(refusal.Whole, refusal.Fields),
                (CommandStatus)refusal.Status, refusal.Sequence), _services.NowMs);
            Changed();
        }
        Release(hold);
        await Writer.WriteAsync();
        return true;
    }

    private void Settle(AccountHold hold, bool apply)
    {
        if (hold.IsPrepared)
        {
            var prepared = Book.Prepared!;
            Book.Prepared = null;
            if (apply)
            {
                var records = LegCodec.Read(prepared.Records, _services.Universe);
                foreach (var (counts, record) in records)
                {
                    Book.Book(counts, record, _services.NowMs);
                }
                // durable by its preparation and the journal's record: the write only brings both into one place
                Publish(Book.Write(AccountServices.Sink), Book.Account, Book.Applied);
                records.ForEach(r => Tell(r.Record));
            }
            Changed();
            _ = WriteQuietlyAsync();
        }
        Release(hold);
    }

    private void Release(AccountHold hold)
    {
        if (ReferenceEquals(_hold, hold))
        {
            _hold = null;
        }
        hold.End();
        Rest();
    }

    private async Task WriteQuietlyAsync() => await Writer.WriteAsync().ConfigureAwait(
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private IdAnswer Standing(Ulid ulid)
    {
        var id = ulid.ToId();
        return Book.Window.TryGet(id, out var known)
            ? new IdAnswer(IdStanding.Remembered, new RememberedMessage(ulid, known.Digest.Whole, known.Digest.Fields,
                (byte)known.Status, known.Sequence))
            : new IdAnswer(Book.Window.IsTooOld(id) ? IdStanding.TooOld
                : Book.Window.HasNoRoomFor(id, _services.NowMs) ? IdStanding.NoRoom : IdStanding.New, default);
    }

    /// <summary>
    /// Waits until no transaction keeps the account; false where that takes longer than anybody waits.
    /// </summary>
    private async Task<bool> FreeAsync()
    {
        var start = Now();
        while (_hold is { } hold && Writer.Failure is null)
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

    /// <summary>
    /// Asks the journal how a transaction ended, until it knows. A journal that was lost is another by then, in which
    /// what it had not committed never will be.
    /// </summary>
    private async Task ResolveAsync(AccountHold hold)
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
                LogUnresolved(_services.Logger, Id, exception.Message);
            }
            await Task.Delay(AskAgain);
        }
    }

    private long Now() => _services.Options.Time.GetTimestamp();

    private TimeSpan Since(long timestamp) => timestamp == 0L ? TimeSpan.MaxValue
        : _services.Options.Time.GetElapsedTime(timestamp);

    [Microsoft.Extensions.Logging.LoggerMessage(Microsoft.Extensions.Logging.LogLevel.Warning,
        "account {Account} waits for a transaction that nobody can tell the end of: {Message}")]
    private static partial void LogUnresolved(Microsoft.Extensions.Logging.ILogger logger, AccountId account,
        string message);
}
