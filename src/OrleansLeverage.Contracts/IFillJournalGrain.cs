namespace OrleansLeverage.Contracts;

/// <summary>What became of a transaction.</summary>
public enum TransactionOutcome
{
    /// <summary>Not committed, and never will be.</summary>
    Dropped,
    Committed,

    /// <summary>Not decided yet: ask again.</summary>
    Open,
}

/// <summary>
/// A bucket of the journal of commands that touch several accounts, or an account and what all share: fills,
/// transfers, lists, claims from the insurance fund. A command's bucket is given by its id. The record of a commit is
/// what decides; what it left unfinished is taken up again by itself.
/// </summary>
[Alias("leverage.IFillJournalGrain")]
public interface IFillJournalGrain : IGrainWithIntegerKey
{
    [Alias("Execute")]
    Task<AnswerMessage> ExecuteAsync(CommandMessage command);

    /// <summary>Applies all, in order, or none, whichever accounts they are of.</summary>
    [Alias("ExecuteAll")]
    Task<AnswerMessage[]> ExecuteAllAsync(CommandMessage[] commands);

    /// <summary>The same, while everything is as they were planned on; else nothing.</summary>
    [Alias("ExecutePlanned")]
    Task<AnswerMessage[]> ExecutePlannedAsync(CommandMessage[] commands, PlannedMessage planned);

    /// <summary>
    /// What became of a command; one that did not happen is refused from here on, so that it never will.
    /// </summary>
    [Alias("Fence")]
    Task<AnswerMessage> FenceAsync(CommandMessage command);

    /// <summary>
    /// Brings what lies with some accounts for the insurance fund into its books, all of it or nothing; false where it
    /// is not known to be there.
    /// </summary>
    [Alias("Gather")]
    Task<bool> GatherAsync(string asset, string[] accounts);

    /// <summary>Asked by a party that holds a prepared part and has heard nothing.</summary>
    [Alias("Outcome")]
    Task<TransactionOutcome> OutcomeAsync(TransactionKey transaction);

    /// <summary>Wakes the bucket, so that it takes up what is unfinished; how much that is.</summary>
    [Alias("Resume")]
    Task<int> ResumeAsync();
}
