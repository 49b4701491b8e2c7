using OrleansLeverage.Contracts;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>A transaction that keeps a party to itself, and those who wait for its end.</summary>
internal sealed class TransactionHold(TransactionKey key, long since)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TransactionKey Key => key;

    /// <summary>Timestamp from which patience is counted.</summary>
    public long Since { get; set; } = since;

    /// <summary>From here on the journal decides how it ends.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>The journal is being asked.</summary>
    public bool IsAsking { get; set; }

    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();
}
