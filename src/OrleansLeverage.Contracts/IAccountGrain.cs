using Orleans.Concurrency;

namespace OrleansLeverage.Contracts;

/// <summary>
/// One account, the only writer of its state. The key is the account's id. Commands are answered when they are durable;
/// those that wait for the store join one write.
/// </summary>
[Alias("leverage.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey, ITransactionPartyGrain
{
    /// <summary>Applies a command of this account alone, or says why not.</summary>
    [Alias("Execute")]
    Task<AnswerMessage> ExecuteAsync(CommandMessage command);

    /// <summary>Applies all, in order, or none; every command is of this account.</summary>
    [Alias("ExecuteAll")]
    Task<AnswerMessage[]> ExecuteAllAsync(CommandMessage[] commands);

    /// <summary>The durable state; its account is null where there is none.</summary>
    [ReadOnly]
    [Alias("Read")]
    Task<AccountMessage> ReadAsync();

    /// <summary>
    /// Looks at the account exactly, at a frame that nominated it or the newest, and raises what is due.
    /// </summary>
    [Alias("Confirm")]
    Task ConfirmAsync(long epoch, long sequence);

    /// <summary>Closes what the rules ask for, where the account fails and the grid liquidates by itself.</summary>
    [Alias("Liquidate")]
    Task LiquidateAsync();

    /// <summary>Sends what waits in the outbox.</summary>
    [Alias("Deliver")]
    Task DeliverAsync();

    /// <summary>Activates the account and with it its row; true where there is such an account.</summary>
    [Alias("Touch")]
    Task<bool> TouchAsync();

    /// <summary>Leaves this silo for another as soon as nothing is under way.</summary>
    [Alias("Move")]
    Task MoveAsync();

    /// <summary>A new frame, in the mode in which every account is told of every frame.</summary>
    [OneWay]
    [Alias("OnFrame")]
    Task OnFrameAsync(long epoch, long sequence);

    /// <summary>
    /// Remembers the refusal of a held command, durably, and lets go; false where the hold was lost before.
    /// </summary>
    [Alias("Refuse")]
    Task<bool> RefuseAsync(TransactionKey transaction, RememberedMessage refusal);
}
