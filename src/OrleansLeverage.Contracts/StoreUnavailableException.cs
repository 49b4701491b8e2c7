namespace OrleansLeverage.Contracts;

/// <summary>A grain could not read or write its state; the call may be made again.</summary>
[GenerateSerializer]
[Alias("leverage.StoreUnavailable.v1")]
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
