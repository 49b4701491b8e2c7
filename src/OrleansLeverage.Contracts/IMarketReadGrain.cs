namespace OrleansLeverage.Contracts;

/// <summary>
/// What people look up: asks every silo for its part and puts the parts together. Has no state, so that any silo can
/// do it; its key is 0. A silo that does not answer is named, and missing: an answer has more time than the silo is
/// waited for, which is as long as calls usually have.
/// </summary>
[Alias("leverage.IMarketReadGrain")]
public interface IMarketReadGrain : IGrainWithIntegerKey
{
    /// <summary>A page of accounts; null while nothing has been swept.</summary>
    [Alias("List")]
    [ResponseTimeout("00:00:10")]
    Task<ListingMessage?> ListAsync(ListingQuery query);

    /// <summary>Who holds what; null while nothing has been swept.</summary>
    [Alias("Census")]
    [ResponseTimeout("00:00:10")]
    Task<CensusMessage?> CensusAsync();

    /// <summary>
    /// The newest ladder of all silos whose passes began at one frame; null while there is none. Asking for it is what
    /// has the silos make them.
    /// </summary>
    [Alias("Ladder")]
    [ResponseTimeout("00:00:10")]
    Task<LadderMessage?> LadderAsync();

    /// <summary>
    /// The newest commands that were applied to an account below its sequence, newest first, as the silos remember
    /// them.
    /// </summary>
    [Alias("History")]
    [ResponseTimeout("00:00:10")]
    Task<AppliedMessage[]> HistoryAsync(string account, long below, int countMax);

    /// <summary>
    /// An account as it is in the store, whatever the silo that has it is doing; its account is null where there is
    /// none.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer, or the account is in a transaction of which it does not say what became.
    /// </exception>
    [Alias("Stored")]
    Task<AccountMessage> StoredAsync(string account);

    /// <summary>Every account of a bucket of the roster, and what the house got from them.</summary>
    [Alias("Cut")]
    [ResponseTimeout("00:00:30")]
    Task<CutMessage> CutAsync(int bucket);

    /// <summary>
    /// Whether an account was confirmed bankrupt and has not recovered since; null where that is not known of every
    /// account on the roster.
    /// </summary>
    [Alias("InDebt")]
    Task<bool?> InDebtAsync();

    /// <summary>
    /// Who gains in a market at a mark, and how much, in units of its settlement asset: everybody on the roster, or an
    /// exception.
    /// </summary>
    [Alias("Gains")]
    [ResponseTimeout("00:00:10")]
    Task<ShareMessage[]> GainsAsync(string instrument, decimal mark);

    /// <summary>The sources of every feed whose oracle answers.</summary>
    [Alias("Sources")]
    [ResponseTimeout("00:00:10")]
    Task<FeedSourcesMessage[]> SourcesAsync();
}
