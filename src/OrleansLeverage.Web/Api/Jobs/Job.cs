using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Scenarios;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Jobs;

internal enum JobState
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>What a job is asked for.</summary>
/// <param name="Id">Its client's; null where the server is to name it.</param>
/// <param name="Parameters">The body as it was sent.</param>
/// <param name="Check">What of it cannot be in this universe: a code and the field; null where all can.</param>
/// <param name="Run">A function of the market, of the fund and of the request alone.</param>
internal sealed record JobRequest(CommandId? Id, string Kind, JsonElement Parameters,
    Func<Universe, Fault?> Check, Func<MarketBook, decimal, Workload, JobResult> Run);

/// <summary>What came of a job: its figures, and its rows for those who want a table.</summary>
internal sealed record JobResult(object Figures, IReadOnlyList<object> Rows);

/// <summary>Why a job failed: a code of the contract and words.</summary>
internal sealed record JobFault(string Code, string Detail);

/// <summary>One job, from asking to its end. Changed by the board alone, under its lock.</summary>
internal sealed class Job(CommandId id, JobRequest request, long submittedMs)
{
    public CommandId Id => id;

    public JobRequest Request => request;

    public long SubmittedMs => submittedMs;

    public JobState State { get; set; } = JobState.Queued;

    public long? StartedMs { get; set; }

    public long? EndedMs { get; set; }

    /// <summary>Timestamp of the clock when it began.</summary>
    public long Began { get; set; }

    /// <summary>The frame that it works on; null until it has one.</summary>
    public PriceFrame? Frame { get; set; }

    /// <summary>What part of all accounts it works on; null until they have been read.</summary>
    public ReachView? Reach { get; set; }

    public JobFault? Fault { get; set; }

    public JobResult? Outcome { get; set; }

    public bool IsOver => State is JobState.Done or JobState.Failed or JobState.Cancelled;

    /// <summary>Told to stop; it may still be working.</summary>
    public bool IsCancelled { get; set; }

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>0 to 1; written by whoever works, read by anybody.</summary>
    public double Progress
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }
}
