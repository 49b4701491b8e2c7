using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Grains.Transactions;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// One account. Decisions are made in turns, on the state as it will be when everything decided is durable; answers are
/// given when it is. The row in the silo's columns lives as long as the activation and follows the durable state in the
/// turn in which it becomes durable. Between commands only the stored bytes are in memory.
/// <para>
/// Placed anywhere, so that silos get equal parts of the rows: by what silos say of their load, which is some seconds
/// old, all that comes in such a time goes to the same ones, and accounts stay where they are.
/// </para>
/// </summary>
[KeepAlive]
[RandomPlacement]
[Reentrant]
[GrainType("account")]
public sealed partial class AccountGrain : TransactionPartyGrain, IAccountGrain, IDisposable
{
    /// <summary>Part of the stored state's layout.</summary>
    internal const string StateName = "account";

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private GroupWriter? _written;

    // as last made durable; replaced, never changed
    private byte[] _durable = [];
    private AccountBook? _book;
    private long _changes;

    // applied and not durable yet
    private List<AppliedRecord>? _applied;
    private RowTicket _row;
    private bool _isListed;
    private bool _isOpening;

    public AccountGrain([PersistentState(StateName, GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services)
    {
        _state = state;
        _services = services;
    }

    private AccountId Id => new(this.GetPrimaryKeyString());

    private SiloGrid Grid => _services.Grid;

    private AccountBook Book => _book ??= ReadBook();

    // most accounts are not written for most of their time
    private protected override GroupWriter Writer => _written ??= new GroupWriter(WriteStateAsync);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _durable = _state.State.Body;
        var book = Book;
        _isListed = book.Account is not null;
        if (Prepared is null)
        {
            Appear();
        }
        Resume();
        Grid.SetUndelivered(Id, this, book.Outbox.Count > 0);
        Grid.SetInsurance(Id, this, Insurance(book.House));
        Watch(book.Account);
        _book = book.Account is null ? _book : null;
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Grid.Leave(_row);
        if (_written is { IsBusy: true, Failure: null } writer)
        {
            await writer.WriteAsync().ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>The last thing in an activation's life, after state has moved on and the directory forgot it.</summary>
    public void Dispose()
    {
        if (_row.IsRow)
        {
            var book = ReadBook();
            Grid.Remove(_row, book.Account, book.Applied);
            _row = default;
        }
        Grid.Forget(Id, this);
    }

    public async Task<AccountMessage> ReadAsync()
    {
        if (!await CaughtUpAsync())
        {
            throw new StoreUnavailableException($"account {Id} is in a transaction whose end nobody can tell");
        }
        // what is decided and not yet durable is not shown
        var book = _changes == 0 ? Book : ReadBook();
        var message = book.ToMessage(AccountServices.Sink);
        Rest();
        return message;
    }

    public async Task<bool> TouchAsync()
    {
        await CaughtUpAsync();
        Rest();
        return _row.IsRow;
    }

    public Task MoveAsync()
    {
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    private AccountBook ReadBook() => AccountBook.Read(Id, _durable, _services.Universe,
        _services.Options.WindowCapacity, _services.NowMs);

    private async Task WriteStateAsync()
    {
        var (changes, records) = (_changes, _applied);
        _applied = null;
        var body = Book.Write(AccountServices.Sink);
        var (account, applied) = (Book.Account, Book.Applied);
        await _state.WriteAsync(body, _services.Options, GiveUp);
        Publish(body, account, applied);
        records?.ForEach(Tell);
        _changes -= changes;
        Rest();
    }

    /// <summary>The durable state, and with it the row, is from now on this.</summary>
    private void Publish(byte[] body, Account? account, long applied)
    {
        var before = ReadBook();
        _durable = body;
        _direct = null;
        if (account is not null && (_row.IsRow || Prepared is null))
        {
            _row = _row.IsRow ? Grid.Put(_row, before.Account, account, before.Applied, applied, body)
                : Grid.Put(_row, null, account, 0, applied, body);
        }
        Grid.SetInsurance(Id, this, Insurance(Book.House));
        Watch(account);
    }

    /// <summary>
    /// The row of an account that has come from the store: not before it is known what became of a part that an earlier
    /// activation prepared, because whoever asked for that may know that it was done.
    /// </summary>
    private void Appear()
    {
        if (!_row.IsRow && Book.Account is { } account)
        {
            _row = Grid.Put(_row, null, account, 0, Book.Applied, _durable);
        }
    }

    /// <summary>What is durable is remembered for whoever looks up what happened.</summary>
    private void Tell(AppliedRecord record)
    {
        foreach (var change in record.Changes)
        {
            Grid.Reads.Take(change.Account, new AppliedCommand(record.Id, change.Sequence, change.Sequence,
                record.Frame, Grid.TimeOf(record.Frame), change.Events));
        }
    }

    /// <summary>Nobody knows what is in the store: this activation ends, and the next reads it.</summary>
    private void GiveUp(Exception exception)
    {
        LogGivenUp(_services.Logger, Id, exception.Message);
        DeactivateOnIdle();
    }

    /// <summary>Lets go of the unpacked state where nothing of it is still to be written.</summary>
    private protected override void Rest()
    {
        if (_changes == 0 && _written is not { IsBusy: true } && !IsHeld)
        {
            _book = null;
            if (_durable.Length == 0 && !_isOpening)
            {
                // somebody asked for an account that is none
                DeactivateOnIdle();
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "account {Account} is read again: a write failed with {Message}")]
    private static partial void LogGivenUp(ILogger logger, AccountId account, string message);
}
