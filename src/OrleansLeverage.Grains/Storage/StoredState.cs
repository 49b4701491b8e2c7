namespace OrleansLeverage.Grains.Storage;

/// <summary>
/// A grain's state in bytes of its own codec, whose first byte is the version: how it is kept does not depend on what a
/// storage provider makes of classes.
/// </summary>
[GenerateSerializer]
[Alias("leverage.StoredState.v1")]
public sealed class StoredState
{
    [Id(0)]
    public byte[] Body { get; set; } = [];
}

/// <summary>Where grains keep their state.</summary>
public static class GridStorage
{
    /// <summary>Name of the storage provider that a silo has to have.</summary>
    public const string Name = "leverage";
}
