namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>What is to be done next for a plan; each is durable before the next is asked for.</summary>
internal abstract record SagaStep
{
    /// <summary>Nothing, ever.</summary>
    public sealed record Done : SagaStep;

    /// <summary>Nothing now: prices forbid it.</summary>
    public sealed record Wait(string Reason) : SagaStep;

    /// <summary>
    /// Find out about legs that were sent and of which nothing is known: one that did not happen is made never to.
    /// </summary>
    public sealed record Resolve(IReadOnlyList<int> Legs) : SagaStep;

    public sealed record CancelRest : SagaStep;

    /// <summary>Mark these legs as sent, then send them.</summary>
    public sealed record Send(int From, int Count) : SagaStep;

    public sealed record PlanAgain(decimal Residual) : SagaStep;

    public sealed record End(DeleveragingStatus Status, string Detail) : SagaStep;
}
