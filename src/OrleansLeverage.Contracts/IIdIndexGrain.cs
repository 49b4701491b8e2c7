namespace OrleansLeverage.Contracts;

/// <summary>
/// A bucket of the newest command ids of the whole cluster, each with the digest of the command that it was first used
/// for: so that an id that is used again for something else, at other accounts, is seen. The bucket is given by the id.
/// It is kept in memory and bounded; that a command is applied once does not depend on it, because its accounts
/// remember its id durably.
/// </summary>
[Alias("leverage.IIdIndexGrain")]
public interface IIdIndexGrain : IGrainWithIntegerKey
{
    /// <summary>Takes ids that are new, in order; for the others, what they were taken for.</summary>
    [Alias("Claim")]
    Task<IdAnswer[]> ClaimAsync(RememberedMessage[] ids);

    /// <summary>Lets go of ids whose commands were refused and are not remembered: they may be used again.</summary>
    [Alias("Free")]
    Task FreeAsync(RememberedMessage[] ids);
}
