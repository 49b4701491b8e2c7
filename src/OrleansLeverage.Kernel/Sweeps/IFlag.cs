namespace OrleansLeverage.Kernel;

/// <summary>A choice that is made once per chunk and compiled into a loop of its own.</summary>
internal interface IFlag
{
    static abstract bool IsSet { get; }
}

internal readonly struct True : IFlag
{
    public static bool IsSet => true;
}

internal readonly struct False : IFlag
{
    public static bool IsSet => false;
}
