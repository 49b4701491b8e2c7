namespace OrleansLeverage.Contracts;

/// <summary>
/// What the insurance fund may pay in one asset, the key: a party of the transactions that claim from it, so that a
/// claim is paid with what it is for or not at all, and never more than there is. What is paid in lies with the account
/// that paid, as part of that account's own write, until a claim needs it: then it is gathered.
/// </summary>
[Alias("leverage.IInsuranceFundGrain")]
public interface IInsuranceFundGrain : IGrainWithStringKey, ITransactionPartyGrain
{
    /// <summary>
    /// Units that are here, from 0; what lies with accounts is not among them. What an account was told to give is here
    /// when this returns: who adds both and reads the accounts first misses nothing.
    /// </summary>
    [Alias("Read")]
    Task<decimal> ReadAsync();

    /// <summary>
    /// Units that are here after what lies with accounts was gathered until there was as much as is wanted, or all of
    /// every account on the roster.
    /// </summary>
    /// <exception cref="StoreUnavailableException">There is less, and not everybody could be asked.</exception>
    [Alias("Available")]
    Task<decimal> AvailableAsync(decimal wanted);
}
