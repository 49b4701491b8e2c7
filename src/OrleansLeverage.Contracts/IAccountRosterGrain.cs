namespace OrleansLeverage.Contracts;

/// <summary>
/// A bucket of the durable list of accounts. An account is on it before its first command is acknowledged, so that one
/// whose silo died is missed. Accounts that are listed and hold nothing are legal.
/// </summary>
[Alias("leverage.IAccountRosterGrain")]
public interface IAccountRosterGrain : IGrainWithIntegerKey
{
    /// <summary>Returns when the account is durably listed.</summary>
    [Alias("Enlist")]
    Task EnlistAsync(string account);

    [Alias("List")]
    Task<string[]> ListAsync();

    /// <summary>How many accounts there are and the wrapping sum of the hashes of their ids.</summary>
    [Alias("Count")]
    Task<RosterCount> CountAsync();

    /// <summary>What a silo last knew of the risk of its accounts in this bucket.</summary>
    [Alias("Report")]
    Task ReportAsync(RiskMessage[] accounts, long nowMs);

    /// <summary>
    /// Compares the list with the rows of all silos and reactivates what is missing, worst known risk first, for some
    /// seconds; what is left is for the next call.
    /// </summary>
    [Alias("Recover")]
    [ResponseTimeout("00:01:00")]
    Task<RecoveryReport> RecoverAsync();

    /// <summary>
    /// The same comparison without reactivating anybody: how much is missing now, and what was last known of it.
    /// </summary>
    [Alias("Missing")]
    Task<RecoveryReport> MissingAsync();
}

/// <summary>
/// Rolls up what the silos report; there is one, under key 0, and it can be lost and rebuilt at any time.
/// </summary>
[Alias("leverage.ISystemicGrain")]
public interface ISystemicGrain : IGrainWithIntegerKey
{
    [Alias("Report")]
    Task ReportAsync(SiloReport report);

    /// <summary>A bucket of the roster changed.</summary>
    [Alias("Roster")]
    Task RosterAsync(RosterCount count);

    /// <summary>The newest merged frame, where it is newer than the one known.</summary>
    [Alias("Read")]
    Task<SystemicReading?> ReadAsync(long epoch, long sequence);
}

/// <summary>
/// Triggers until every durable subscriber has acknowledged them, numbered in one sequence; there is one, under key 0.
/// Accounts keep a trigger in their own state until it is durable here.
/// </summary>
[Alias("leverage.ITriggerDeskGrain")]
public interface ITriggerDeskGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes triggers of one account, numbered by the account; the last that is durable here, whenever it came. Less
    /// than offered where the desk is full: what is left waits at the account.
    /// </summary>
    [Alias("Raise")]
    Task<long> RaiseAsync(string account, TriggerMessage[] triggers);

    [Alias("Pending")]
    Task<TriggerMessage[]> PendingAsync(string subscriber, int countMax);

    /// <summary>
    /// The newest durable triggers above a sequence, oldest first, acknowledged or not: of the last thousand since the
    /// desk came to its silo.
    /// </summary>
    [Alias("Recent")]
    Task<TriggerMessage[]> RecentAsync(long after, int countMax);

    [Alias("Acknowledge")]
    Task AcknowledgeAsync(string subscriber, long sequence);

    [Alias("Books")]
    Task<TriggerBooks> BooksAsync();
}
