namespace OrleansLeverage.Contracts;

/// <summary>
/// Whoever takes part in transactions: kept for one at a time, its part durable before the record of the commit is, and
/// settled by what the journal says.
/// </summary>
[Alias("leverage.ITransactionPartyGrain")]
public interface ITransactionPartyGrain : IGrain
{
    /// <summary>Keeps the party for one transaction; others wait. Given up after a while unless prepared.</summary>
    [Alias("Hold")]
    Task<HoldMessage> HoldAsync(TransactionKey transaction, Ulid[] ids);

    /// <summary>Makes the party's part of a transaction durable without applying it; false where the hold was lost.
    /// </summary>
    [Alias("Prepare")]
    Task<bool> PrepareAsync(LegMessage leg);

    /// <summary>
    /// Applies or drops what was prepared, or lets go of the hold. Means nothing a second time. Funding that is applied
    /// is in force, and told to every silo, when this returns.
    /// </summary>
    [Alias("Settle")]
    Task SettleAsync(TransactionKey transaction, bool apply);

    /// <summary>Returns when what was settled needs no other record than the party's.</summary>
    [Alias("Settled")]
    Task SettledAsync(TransactionKey transaction);
}
