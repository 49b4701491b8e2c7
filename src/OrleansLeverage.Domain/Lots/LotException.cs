namespace OrleansLeverage.Domain.Lots;

public enum LotFault
{
    /// <summary>More is disposed of than is held.</summary>
    Oversold,

    /// <summary>A disposal names a lot that is not open, or too little of it, or none where it must.</summary>
    LotNotOpen,

    /// <summary>A quantity or an amount is not what its line needs.</summary>
    BadLine,

    /// <summary>Lines are not in the order of time.</summary>
    OutOfOrder,
}

/// <summary>A ledger that cannot be: which line, why, and what to do. Nothing of it was done.</summary>
public sealed class LotException(LotFault fault, string line, string message)
    : Exception($"line '{line}': {message}")
{
    public LotFault Fault { get; } = fault;

    public string Line { get; } = line;
}
